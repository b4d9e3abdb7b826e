"""Logging in and out."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from matchmaking.accounts.forms import ForgottenForm, LogInForm
from matchmaking.accounts.handover import send_by_mail
from matchmaking.accounts.models import User, UserState
from matchmaking.accounts.queries import login_key, user_by_login
from matchmaking.accounts.routes.blueprint import accounts
from matchmaking.accounts.services.links import issue_account_link
from matchmaking.accounts.services.login import WrongLogIn, check_log_in, note_log_in
from matchmaking.actor import ANONYMOUS
from matchmaking.codes import token_hash
from matchmaking.extensions import client_address, limiter
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor
from matchmaking.web.addresses import public_address
from matchmaking.web.forms import show_problems
from matchmaking.web.routes import safe_next

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Wrong tries only; a whole office behind one address logs in on the same morning.
TRIES_BY_ADDRESS = "60 per 15 minutes"
TRIES_BY_ACCOUNT = "10 per 15 minutes"


def _account_key() -> str:
    return "account:" + token_hash(login_key(request.form.get("login", "")))


def is_refusal(response: Response) -> bool:
    """Say whether an answer counts as a try against the limits."""
    return response.status_code == 422


@accounts.get("/log-in")
@public
def log_in() -> str | Response:
    """Ask who it is."""
    if current_actor().user_id is not None:
        return redirect(_next_page(), code=303)
    return render_template("accounts/log_in.html", form=LogInForm(), next=request.args.get("next", ""))


@accounts.post("/log-in")
@limiter.limit(TRIES_BY_ADDRESS, key_func=client_address, deduct_when=is_refusal)
@limiter.limit(TRIES_BY_ACCOUNT, key_func=_account_key, deduct_when=is_refusal)
@public
def check_password() -> tuple[str, int] | Response:
    """Log in, or say that name and password do not fit."""
    form = LogInForm()
    if form.validate_on_submit():
        try:
            checked = check_log_in(
                form.login.data or "",
                form.password.data or "",
                demo_allowed=current_app.config["BIND_HOST"] in LOOPBACK,
            )
            with transaction():
                user = note_log_in(checked)
            open_session(user)
            return redirect(_next_page(), code=303)
        except WrongLogIn as error:
            show_problems(form, error)
    return render_template("accounts/log_in.html", form=form, next=request.form.get("next", "")), 422


@accounts.get("/forgotten")
@public
def forgotten() -> str:
    """Ask who forgot the password."""
    return render_template("accounts/forgotten.html", form=ForgottenForm(formdata=None))


@accounts.post("/forgotten")
@limiter.limit("10 per 15 minutes", key_func=client_address)
@limiter.limit("3 per 15 minutes", key_func=_account_key)
@public
def send_reset() -> str | tuple[str, int]:
    """Send a reset link where there is an e-mail address; the answer is the same for everybody."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form), 422
    user = user_by_login(form.login.data or "")
    if user and user.email and user.state is UserState.ACTIVE and not user.is_demo and public_address():
        with transaction():
            send_by_mail(ANONYMOUS, issue_account_link(ANONYMOUS, user.id, None), may_guess=False)
    return render_template("accounts/forgotten_sent.html")


@accounts.post("/log-out")
@public
def log_out() -> Response:
    """End this browser's session."""
    logout_user()
    session.clear()
    flash(_("You are logged out."), "held")
    return redirect(url_for("accounts.log_in"), code=303)


def open_session(user: User) -> None:
    """Begin a session of this person in this browser; nothing of the visitor before is carried over."""
    session.clear()
    session.permanent = True
    login_user(user)


def _next_page() -> str:
    return safe_next(request.values.get("next"), url_for("accounts.home"))
