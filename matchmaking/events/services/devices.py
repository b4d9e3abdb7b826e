"""Tablets and scanners: enrolled by a one-time code, known by a secret cookie, revoked at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.codes import keyed_hash, new_code, new_token, read_typed, token_hash
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Device, DeviceKind, Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row

CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=15)
#: A device that shows its page is noted at most this often.
SEEN_EVERY = timedelta(minutes=1)


class WrongDeviceCode(DomainError):
    """The code is unknown, used or too old; which of them is not said."""

    code = "events.wrong_device_code"


@dataclass(frozen=True)
class EnrolCode:
    """A fresh code for one device, shown once."""

    device_id: int
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class EnrolledDevice:
    """A device that may show itself from now on by its secret."""

    device_id: int
    event_id: int
    token: str


def add_device(actor: Actor, event_id: int, kind: DeviceKind, name: str) -> EnrolCode:
    """Make a device of the event, waiting to be enrolled."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 80:
        sentence = _("Please enter a name that stands on the device, at most 80 characters.")
        raise InvalidInput(sentence, fields={"name": sentence})
    if lock_row(Event, event_id) is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    device = Device(event_id=event_id, kind=kind, name=plain, created_at=clock.now())
    db.session.add(device)
    db.session.flush()
    audit.record(actor, "events.add_device", device, event_id=event_id, data={"kind": kind.value})
    return _fresh_code(device)


def renew_code(actor: Actor, event_id: int, device_id: int) -> EnrolCode:
    """Make a new code for a device; the device that was enrolled before, if any, is out."""
    device = _own(event_id, device_id)
    device.token_hash = device.enrolled_at = device.last_seen_at = device.revoked_at = None
    audit.record(actor, "events.renew_device", device, event_id=event_id)
    return _fresh_code(device)


def _fresh_code(device: Device) -> EnrolCode:
    code = new_code(CODE_LENGTH)
    expires_at = clock.now() + CODE_LASTS
    device.enrol_code_hash, device.enrol_expires_at = _code_hash(code), expires_at
    return EnrolCode(device.id, code, expires_at)


def enrol_device(typed: str) -> EnrolledDevice:
    """Use up a code: the device that typed it becomes the one.

    Raises:
        WrongDeviceCode: unknown, used or too old.
    """
    token, code_hash = new_token(), _code_hash(read_typed(typed))
    now = clock.now()
    claimed = db.session.execute(
        sa.update(Device)
        .where(Device.enrol_code_hash == code_hash, Device.enrol_expires_at > now, Device.revoked_at.is_(None))
        .values(
            enrol_code_hash=None, enrol_expires_at=None, token_hash=token_hash(token), enrolled_at=now, last_seen_at=now
        )
        .returning(Device.id, Device.event_id)
    ).one_or_none()
    if claimed is None:
        raise WrongDeviceCode(
            _("This code does not work: codes work once and for 15 minutes. Ask the organiser for a new one.")
        )
    device_id, event_id = claimed
    actor = Actor(ActorKind.DEVICE, device_id, event_id)
    audit.record(actor, "events.enrol_device", ("device", device_id), event_id=event_id)
    return EnrolledDevice(device_id, event_id, token)


def revoke_device(actor: Actor, event_id: int, device_id: int) -> None:
    """Shut a device out; its next request is refused."""
    device = _own(event_id, device_id)
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        device.token_hash = device.enrol_code_hash = device.enrol_expires_at = None
        audit.record(actor, "events.revoke_device", device, event_id=event_id)


def note_seen(device_id: int) -> None:
    """Remember that the device was there just now."""
    db.session.execute(
        sa.update(Device)
        .where(Device.id == device_id, Device.last_seen_at < clock.now() - SEEN_EVERY)
        .values(last_seen_at=clock.now())
    )


def _own(event_id: int, device_id: int) -> Device:
    device = lock_row(Device, device_id)
    if device is None or device.event_id != event_id:
        raise NotFound(_("This device does not exist in this event."))
    return device


def _code_hash(code: str) -> str:
    return keyed_hash(code, "device-code:" + current_app.config["SECRET_KEY"])
