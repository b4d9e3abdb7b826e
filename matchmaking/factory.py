"""Puts the application together; the only module that imports every feature."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaking import clock, i18n, identity, money, phones, worker
from matchmaking.audit.cli import audit_cli
from matchmaking.config import MAX_REQUEST_BYTES, ROOT, load_settings
from matchmaking.extensions import babel, csrf, db, limiter, login_manager, migrate
from matchmaking.jobs.services import set_queue
from matchmaking.transactions import prepare_engine
from matchmaking.web import access, assets, bounds, errors, insecure, logs, navigation, security
from matchmaking.web.health import health
from matchmaking.web.routes import chosen_theme, web
from matchmaking.web.styleguide import styleguide

#: Leaves with tables.
LEAVES_WITH_TABLES = ("audit", "jobs", "mail", "storage")
#: The features in their row; each may import only those before it.
FEATURES = (
    "accounts",
    "events",
    "registration",
    "catalogue",
    "matching",
    "scheduling",
    "attendance",
    "commitments",
    "reports",
    "operations",
)


def create_app(overrides: dict[str, Any] | None = None, instance: Path | None = None) -> Flask:
    """Return the application.

    Args:
        overrides: settings that win over environment and ``instance/config.py`` (tests).
        instance: folder of database, uploads and keys; ``MATCHMAKING_INSTANCE`` or ``instance/`` by default.
    """
    folder = (instance or worker.instance_folder()).resolve()
    app = Flask(
        "matchmaking",
        root_path=str(ROOT / "matchmaking"),
        instance_path=str(folder),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    _configure(app, load_settings(folder, overrides))
    _init_extensions(app)
    _init_web(app)
    _init_features(app)
    return app


def _configure(app: Flask, settings: dict[str, Any]) -> None:
    app.config.update(settings)
    is_secure = settings["COOKIES_SECURE"] in {"1", "true", True} or (
        settings["COOKIES_SECURE"] == "auto" and settings["BIND_HOST"] not in {"127.0.0.1", "localhost", "::1"}
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings["DATABASE_URL"],
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=is_secure,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 14,
        WTF_CSRF_TIME_LIMIT=60 * 60 * 24,
        BABEL_DEFAULT_LOCALE=i18n.LOCALES[0],
        BABEL_DEFAULT_TIMEZONE=clock.DEFAULT_ZONE,
        BABEL_TRANSLATION_DIRECTORIES=";".join(i18n.translation_folders(ROOT / "matchmaking")),
        RATELIMIT_ENABLED=settings["RATE_LIMITS"],
        RATELIMIT_STORAGE_URI=settings["LIMITER_URL"],
        RATELIMIT_HEADERS_ENABLED=True,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )


def _init_extensions(app: Flask) -> None:
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.select_locale)
    with app.app_context():
        prepare_engine(db.engine, app.config["DATABASE_WAIT_MS"])
    set_queue(worker.push)
    if app.config["TRUSTED_PROXIES"]:
        hops = int(app.config["TRUSTED_PROXIES"])
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _init_web(app: Flask) -> None:
    logs.init_logs(app)
    limiter.init_app(app)
    security.init_security(app)
    bounds.init_bounds(app)
    access.init_access(app)
    errors.init_errors(app)
    assets.init_assets(app)
    insecure.init_insecure(app)
    app.url_default_functions.setdefault(None, []).append(access.url_values)
    app.register_blueprint(health)
    app.register_blueprint(web)
    app.register_blueprint(styleguide)
    app.cli.add_command(audit_cli)
    _init_templates(app)


def _init_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as tools/translations.py extracts {% trans %}
    app.jinja_env.filters.update(
        rupiah=money.format_rupiah,
        rupiah_short=money.format_short,
        day=i18n.show_date,
        hour=i18n.show_time,
        moment=i18n.show_moment,
        in_zone=clock.in_zone,
        phone=phones.format_phone,
        phone_masked=phones.mask_phone,
        email_masked=identity.mask_email,
    )

    app.add_template_global(navigation.optional_url)

    @app.context_processor
    def _shared() -> dict[str, Any]:
        actor = access.current_actor()
        event = access.g.get("event")
        return {
            "actor": actor,
            "event": event,
            "theme": chosen_theme(),
            "locale": i18n.select_locale(),
            "locales": i18n.LOCALES,
            "navigation": navigation.items(actor, event.id) if event and actor.roles else [],
        }


def _init_features(app: Flask) -> None:
    """Each feature package has ``init_feature(app)``: blueprints, commands, hooks, navigation."""
    for name in LEAVES_WITH_TABLES:
        importlib.import_module(f"matchmaking.{name}.models")
    for name in FEATURES:
        feature = importlib.import_module(f"matchmaking.{name}")
        feature.init_feature(app)
