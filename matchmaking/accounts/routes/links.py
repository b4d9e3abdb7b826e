"""Opening a handed-over link, by its address or by the short code that was read out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts import hooks
from matchmaking.accounts.forms import CodeForm, DigitsForm, NewPasswordForm
from matchmaking.accounts.link_access import is_proved, opened_link_by_id, remember_opened, remember_proved
from matchmaking.accounts.models import AccessLink
from matchmaking.accounts.queries import facts_of_event, link_by_token
from matchmaking.accounts.routes.blueprint import accounts
from matchmaking.accounts.routes.entry import is_refusal, open_session
from matchmaking.accounts.services.links import (
    ACCOUNT_PURPOSES,
    DigitsCheck,
    LinkEnded,
    check_live,
    link_by_short_code,
    needs_digits,
    redeem_link,
    subject_of,
    verify_last_four,
)
from matchmaking.accounts.services.passwords import hash_password
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import client_address, limiter
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.permissions import public
from matchmaking.transactions import transaction
from matchmaking.web.forms import show_problems
from matchmaking.web.routes import safe_next

TRIES_BY_ADDRESS = "30 per 15 minutes"


@accounts.get("/l/<token>")
@public
def open_link(token: str) -> str | Response | tuple[str, int]:
    """Show whom the link is for. Reading changes nothing: WhatsApp fetches a preview of every link it carries."""
    link = link_by_token(token)
    try:
        return _welcome(check_live(link))
    except LinkEnded as error:
        return _ended(error)


@accounts.post("/l/<token>")
@limiter.limit(TRIES_BY_ADDRESS, key_func=client_address, deduct_when=is_refusal)
@public
def use_link(token: str) -> Response | tuple[str, int]:
    """Set the password and log in."""
    try:
        return _use(check_live(link_by_token(token)))
    except LinkEnded as error:
        return _ended(error)


@accounts.get("/code")
@public
def enter_code() -> str:
    """Ask for the short code that was read out."""
    return render_template("accounts/code.html", form=CodeForm(formdata=None))


@accounts.post("/code")
@limiter.limit("20 per 15 minutes", key_func=client_address, deduct_when=is_refusal)
@public
def check_code() -> Response | tuple[str, int]:
    """Find the link of a short code; a wrong one and one that has ended are answered alike."""
    form = CodeForm()
    if form.validate_on_submit():
        link = link_by_short_code(form.code.data or "")
        try:
            remember_opened(check_live(link))
            return redirect(url_for("accounts.coded_link", link_id=link.id if link else 0), code=303)
        except (LinkEnded, NotFound):
            form.code.errors = [
                _("This code does not work. Please check each character, or ask the desk for a new one.")
            ]
    return render_template("accounts/code.html", form=form), 422


@accounts.get("/code/<int:link_id>")
@public
def coded_link(link_id: int) -> str | Response | tuple[str, int]:
    """Show the link whose code was typed in this browser."""
    try:
        return _welcome(check_live(opened_link_by_id(link_id)))
    except LinkEnded as error:
        return _ended(error)


@accounts.post("/code/<int:link_id>")
@limiter.limit(TRIES_BY_ADDRESS, key_func=client_address, deduct_when=is_refusal)
@public
def use_coded_link(link_id: int) -> Response | tuple[str, int]:
    """Set the password and log in."""
    try:
        return _use(check_live(opened_link_by_id(link_id)))
    except LinkEnded as error:
        return _ended(error)


@accounts.get("/link/<int:link_id>/digits")
@public
def prove_link(link_id: int) -> str | Response | tuple[str, int]:
    """Ask for the last four digits before something may be changed by a link that this browser opened."""
    try:
        link = check_live(opened_link_by_id(link_id))
    except LinkEnded as error:
        return _ended(error)
    if is_proved(link):
        return redirect(_after_proof(), code=303)
    return _digits_page(link, DigitsForm(formdata=None))


@accounts.post("/link/<int:link_id>/digits")
@limiter.limit(TRIES_BY_ADDRESS, key_func=client_address, deduct_when=is_refusal)
@public
def check_digits(link_id: int) -> Response | tuple[str, int]:
    """Check the digits, count a wrong try, and go back to where they were needed."""
    form = DigitsForm()
    try:
        link = check_live(opened_link_by_id(link_id))
        if form.validate_on_submit():
            with transaction():
                check = verify_last_four(link_id, form.digits.data or "")
            if check.is_right:
                remember_proved(link)
                return redirect(_after_proof(), code=303)
            _say_wrong(form, check, link)
    except LinkEnded as error:
        return _ended(error)
    return _digits_page(link, form), 422


def _welcome(link: AccessLink) -> str | Response:
    remember_opened(link)
    if link.purpose in ACCOUNT_PURPOSES:
        return _password_page(link, NewPasswordForm(formdata=None))
    page = next((page for page in hooks.link_page(link) if page), None)
    if page is None:
        raise NotFound(_("What this link was for does not exist any more. Please ask the organiser."))
    return redirect(page, code=303)


def _use(link: AccessLink) -> Response | tuple[str, int]:
    form = NewPasswordForm()
    if not needs_digits(link, subject_of(link)):
        del form.digits
    if form.validate_on_submit():
        try:
            fresh = hash_password(form.password.data or "")
            with transaction():
                check, user = redeem_link(link.id, form.digits.data or "" if form.digits else "", fresh)
            if user:
                open_session(user)
                flash(_("Welcome. Your password is set and you are logged in."), "held")
                return redirect(url_for("accounts.home"), code=303)
            _say_wrong(form, check, link)
        except InvalidInput as error:
            show_problems(form, error)
    return _password_page(link, form), 422


def _say_wrong(form: DigitsForm | NewPasswordForm, check: DigitsCheck, link: AccessLink) -> None:
    """Say that the digits are wrong, and how often they may still be tried.

    Raises:
        LinkEnded: this was the last try.
    """
    if not check.tries_left:
        check_live(link)
    form.digits.errors = [
        _("These are not the last four digits of the registered phone number.")
        + " "
        + ngettext("One more try is left.", "%(num)s tries are left.", check.tries_left)
    ]


def _password_page(link: AccessLink, form: NewPasswordForm) -> str:
    subject = subject_of(link)
    if form.digits and not needs_digits(link, subject):
        del form.digits
    return render_template(
        "accounts/link.html", link=link, form=form, subject=subject, link_event=facts_of_event(link.event_id)
    )


def _digits_page(link: AccessLink, form: DigitsForm) -> str:
    return render_template(
        "accounts/digits.html",
        form=form,
        link=link,
        subject=subject_of(link),
        link_event=facts_of_event(link.event_id),
        next=safe_next(request.values.get("next"), ""),
    )


def _after_proof() -> str:
    return safe_next(request.values.get("next"), url_for("accounts.home"))


def _ended(error: LinkEnded) -> tuple[str, int]:
    return render_template("accounts/link_ended.html", message=str(error)), error.status
