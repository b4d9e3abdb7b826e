"""One's own account: name, language, password, sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from matchmaking.accounts.forms import ChangePasswordForm, ProfileForm
from matchmaking.accounts.models import User
from matchmaking.accounts.routes.blueprint import accounts
from matchmaking.accounts.routes.entry import is_refusal, open_session
from matchmaking.accounts.services.passwords import hash_password, is_right_password
from matchmaking.accounts.services.users import change_profile, end_sessions, set_password
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db, limiter
from matchmaking.i18n import LOCALE_COOKIE
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor
from matchmaking.web.forms import show_problems
from matchmaking.web.routes import ONE_YEAR


@accounts.get("/account")
@requires("account.use")
def profile() -> str:
    """Show one's own account."""
    return _page(_profile_form(), ChangePasswordForm(formdata=None))


@accounts.post("/account")
@requires("account.use")
def save_profile() -> tuple[str, int] | Response:
    """Save name and language."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            with transaction():
                change_profile(current_actor(), _my_id(), form.name.data or "", form.locale.data)
            flash(_("Your account has been saved."), "held")
            response = redirect(url_for("accounts.profile"), code=303)
            response.set_cookie(
                LOCALE_COOKIE,
                form.locale.data,
                max_age=ONE_YEAR,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure,
            )
            return response
        except InvalidInput as error:
            show_problems(form, error)
    return _page(form, ChangePasswordForm(formdata=None)), 422


@accounts.post("/account/password")
@limiter.limit("10 per 15 minutes", key_func=lambda: f"password:{_my_id()}", deduct_when=is_refusal)
@requires("account.use")
def change_password() -> tuple[str, int] | Response:
    """Change the password: this browser stays logged in, every other one does not."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            _check_current(form.current.data or "")
            fresh = hash_password(form.password.data or "")
            with transaction():
                user = set_password(current_actor(), _my_id(), fresh)
            open_session(user)
            flash(_("Your password has been changed. You are logged out on all other devices."), "held")
            return redirect(url_for("accounts.profile"), code=303)
        except InvalidInput as error:
            show_problems(form, error)
    return _page(_profile_form(), form), 422


@accounts.post("/account/log-out-everywhere")
@requires("account.use")
def log_out_everywhere() -> Response:
    """End the sessions on all other devices."""
    with transaction():
        user = end_sessions(current_actor(), _my_id())
    open_session(user)
    flash(_("You are logged out on all other devices."), "held")
    return redirect(url_for("accounts.profile"), code=303)


def _my_id() -> int:
    return current_actor().user_id or 0


def _profile_form() -> ProfileForm:
    return ProfileForm(formdata=None, data={"name": current_user.name, "locale": current_user.locale or "id"})


def _page(form: ProfileForm, password_form: ChangePasswordForm) -> str:
    person = db.session.get_one(User, _my_id())
    return render_template("accounts/profile.html", form=form, password_form=password_form, person=person)


def _check_current(password: str) -> None:
    if not is_right_password(db.session.get_one(User, _my_id()).password_hash, password):
        sentence = _("This is not your present password.")
        raise InvalidInput(sentence, fields={"current": sentence})
