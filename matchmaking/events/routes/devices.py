"""Tablets and scanners: the organiser's list, and the device's own pages."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.documents.qr import qr_code
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Device, DeviceKind, Event
from matchmaking.events.people_forms import DeviceCodeForm, DeviceForm
from matchmaking.events.people_queries import devices_of
from matchmaking.events.routes import events
from matchmaking.events.routes.people import people_tabs
from matchmaking.events.services import devices as services
from matchmaking.events.services.devices import EnrolCode, WrongDeviceCode
from matchmaking.extensions import client_address, db, limiter
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public, requires
from matchmaking.transactions import transaction
from matchmaking.web.access import DEVICE_COOKIE, current_actor, current_event
from matchmaking.web.addresses import public_address
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url

HALF_A_YEAR = 60 * 60 * 24 * 180


@events.get("/manage/<event_code>/devices")
@requires("device.manage")
def devices() -> str:
    """List the event's devices with when they were last seen."""
    return _list_page(DeviceForm(formdata=None))


@events.post("/manage/<event_code>/devices")
@requires("device.manage")
def add_device() -> str | tuple[str, int]:
    """Make a device and show its code, once."""
    form = DeviceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                code = services.add_device(
                    current_actor(), current_event().id, DeviceKind(form.kind.data), form.name.data or ""
                )
            return _code_page(code)
        except InvalidInput as error:
            show_problems(form, error)
    return _list_page(form), 422


@events.post("/manage/<event_code>/devices/<int:device_id>/code")
@requires("device.manage")
def renew_device_code(device_id: int) -> str:
    """Make a new code for a device that is not, or not any more, enrolled."""
    with transaction():
        code = services.renew_code(current_actor(), current_event().id, device_id)
    return _code_page(code)


@events.post("/manage/<event_code>/devices/<int:device_id>/revoke")
@requires("device.manage")
def revoke_device(device_id: int) -> Response:
    """Shut a device out at once."""
    with transaction():
        services.revoke_device(current_actor(), current_event().id, device_id)
    flash(_("The device is shut out. Its next step is refused."), "held")
    return redirect(url_for("events.devices"), code=303)


@events.get("/device")
@public
def device() -> str | Response:
    """Ask a tablet or scanner for its code; one that is enrolled is led to its page."""
    if current_actor().kind.value == "device":
        return redirect(url_for("events.device_status"), code=303)
    form = DeviceCodeForm(formdata=None, data={"code": request.args.get("code", "")[:20]})
    return render_template("events/device.html", form=form, was_enrolled=DEVICE_COOKIE in request.cookies)


@events.post("/device")
@limiter.limit("20 per 15 minutes", key_func=client_address, deduct_when=lambda answer: answer.status_code == 422)
@public
def enrol_device() -> Response | tuple[str, int]:
    """Use the code up and remember this device by a secret cookie."""
    form = DeviceCodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                enrolled = services.enrol_device(form.code.data or "")
        except WrongDeviceCode as error:
            form.code.errors = [str(error)]
        else:
            response = redirect(url_for("events.device_status"), code=303)
            response.set_cookie(
                DEVICE_COOKIE,
                enrolled.token,
                max_age=HALF_A_YEAR,
                httponly=True,
                samesite="Strict",
                secure=request.is_secure or current_app.config["SESSION_COOKIE_SECURE"],
            )
            return response
    return render_template("events/device.html", form=form, was_enrolled=False), 422


@events.get("/device/status")
@requires("device.own")
def device_status() -> str:
    """Show the device what it is: its name, its event, that it may work."""
    device_id = current_actor().reference or 0
    with transaction():
        services.note_seen(device_id)
    row = db.session.get_one(Device, device_id)
    event = db.session.get_one(Event, row.event_id)
    return render_template(
        "events/device_status.html",
        device=row,
        device_event=event,
        check_in_url=optional_url("attendance.check_in", event_code=event.code),
    )


def _list_page(form: DeviceForm) -> str:
    rows = devices_of(current_event().id)
    return render_template("events/devices.html", form=form, devices=rows, tabs_of_people=people_tabs())


def _code_page(code: EnrolCode) -> str:
    row = db.session.get_one(Device, code.device_id)
    event = db.session.get_one(Event, row.event_id)
    base = public_address(event.public_address, may_guess=True)
    url = base + url_for("events.device", code=code.code)
    if row.event_id != current_event().id:
        raise NotFound(_("This device does not exist in this event."))
    return render_template(
        "events/device_code.html",
        device=row,
        code=f"{code.code[:4]}-{code.code[4:]}",
        expires_at=code.expires_at,
        address=base + url_for("events.device"),
        qr=qr_code(url),
    )
