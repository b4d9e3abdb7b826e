"""Who is not reached, what can be done about it, and what publishing would tell: shown before, sent once."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail import services as mail
from matchmaking.mail.backends import delivered
from matchmaking.mail.models import MailMessage, MailState
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import AgendaNotice
from matchmaking.scheduling.queries.notices import Addressee, addressees, open_notices
from matchmaking.scheduling.queries.previews import would_be_told
from matchmaking.scheduling.services.notices import mail_again, note_returned
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, insist, make_scene
from tests.threads import at_once
from tests.world import BOTH, World


def set_address(participation_id: int, **values: str | None) -> None:
    with transaction():
        db.session.execute(sa.update(Delegate).where(Delegate.participation_id == participation_id).values(**values))


def drafted(scene: Scene) -> int:
    """Exhibitor 1 (e-mail) meets buyer 1 (phone) and buyer 2 (neither)."""
    set_address(scene.makers[0], email="satu@contoh.example")
    set_address(scene.agencies[1], phone=None)
    for agency in scene.agencies[:2]:
        scene.wish(scene.makers[0], agency)
    return scene.solve(with_suggestions=False)


def published(scene: Scene) -> int:
    version_id = drafted(scene)
    with transaction():
        publish_version(scene.actor, Edit(version_id, 1))
    return version_id


def person_of(scene: Scene, version_id: int, participation_id: int) -> Addressee:
    db.session.rollback()
    return next(p for p in addressees(version_id) if p.organization == scene.name(participation_id))


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_message: EmailMessage, _server: object) -> None:
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(mail, "deliver", refused)


def test_preview_of_a_draft_names_exactly_whom_publishing_tells_and_sends_nothing(scene: Scene) -> None:
    version_id = drafted(scene)
    foreseen = [(p.delegate_id, p.channel, p.team_ids) for p in would_be_told(scene.version(version_id))]
    assert [channel for _id, channel, _teams in foreseen] == ["whatsapp", "none", "email"]
    page = scene.staff().get(f"/manage/{scene.code}/schedule/versions/{scene.version(version_id).code}/messages")
    assert page.status_code == 200
    assert delivered == []
    assert db.session.scalars(sa.select(AgendaNotice)).all() == []
    with transaction():
        publish_version(scene.actor, Edit(version_id, 1))
    told = [(p.delegate_id, p.channel, p.team_ids) for p in addressees(version_id)]
    assert sorted(told) == sorted(foreseen)


def test_preview_of_a_change_says_what_the_mail_then_says(scene: Scene) -> None:
    first = published(scene)
    scene.world.run_jobs()
    with transaction():
        second = copy_version(scene.actor, first).id
    meeting_id = scene.placements(second)[0].meeting_id
    insist(move_meeting, scene.actor, Edit(second, 1), meeting_id, Place(scene.slots[3], scene.tables[1]))
    code = person_of(scene, first, scene.makers[0]).delegate_code
    address = f"/manage/{scene.code}/schedule/versions/{scene.version(second).code}/messages?to={code}"
    shown = scene.staff().get(address).text
    with transaction():
        publish_version(scene.actor, Edit(second, 2))
    scene.world.run_jobs()
    body = delivered[-1].get_body(("plain",))
    assert body is not None
    sentence = next(line for line in str(body.get_content()).splitlines() if line.startswith("- "))
    assert sentence in shown
    assert str(delivered[-1]["Subject"]) in shown
    assert "agenda.pdf" in shown


def test_preview_of_what_is_published_is_refused(scene: Scene) -> None:
    version = scene.version(published(scene))
    address = f"/manage/{scene.code}/schedule/versions/{version.code}/messages"
    assert scene.staff().get(address).status_code == 404


def test_refused_address_is_listed_with_what_to_do_and_sent_again_once_corrected(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_id = published(scene)
    with monkeypatch.context() as patched:
        refuse(patched)
        scene.world.run_jobs()
    person = person_of(scene, version_id, scene.makers[0])
    assert (person.mail_state, person.mail_error, person.is_unreached) == (
        MailState.FAILED,
        "SMTPRecipientsRefused",
        True,
    )
    assert open_notices(scene.event_id) == 3  # one without phone, one by hand, one refused
    browser, told = scene.staff(), f"/manage/{scene.code}/schedule/told"
    assert "Server surel tidak mengenal alamat ini" in browser.get(told).text
    set_address(scene.makers[0], email="benar@contoh.example")
    for _ in range(2):
        assert browser.post(f"{told}/{person.delegate_code}/mail").status_code == 303
    scene.world.run_jobs()
    assert [message["To"] for message in delivered] == ["benar@contoh.example"]
    again = person_of(scene, version_id, scene.makers[0])
    assert (again.mail_state, again.mail_error, again.is_unreached) == (MailState.SENT, "", False)


def test_mail_that_came_back_puts_its_reader_on_the_list(scene: Scene) -> None:
    version_id = published(scene)
    scene.world.run_jobs()
    person = person_of(scene, version_id, scene.makers[0])
    assert not person.is_unreached
    told = f"/manage/{scene.code}/schedule/told"
    assert scene.staff().post(f"{told}/{person.delegate_code}/returned").status_code == 303
    assert person_of(scene, version_id, scene.makers[0]).is_unreached
    with transaction():
        assert not note_returned(scene.actor, version_id, person.delegate_code)
    assert "Surat itu kembali" in scene.staff().get(told).text


def test_what_was_sent_is_not_sent_again(scene: Scene) -> None:
    version_id = published(scene)
    scene.world.run_jobs()
    code = person_of(scene, version_id, scene.makers[0]).delegate_code
    with transaction():
        assert not mail_again(scene.actor, version_id, code)
    scene.world.run_jobs()
    assert len(delivered) == 1


def test_who_gets_an_address_later_is_mailed_then(scene: Scene) -> None:
    version_id = published(scene)
    scene.world.run_jobs()
    person = person_of(scene, version_id, scene.agencies[1])
    assert person.is_unreached
    with pytest.raises(InvalidInput), transaction():
        mail_again(scene.actor, version_id, person.delegate_code)
    set_address(scene.agencies[1], email="dua@contoh.example")
    assert not person_of(scene, version_id, scene.agencies[1]).is_unreached
    with transaction():
        assert mail_again(scene.actor, version_id, person.delegate_code)
    scene.world.run_jobs()
    assert [message["To"] for message in delivered] == ["satu@contoh.example", "dua@contoh.example"]
    assert open_notices(scene.event_id) == 1


def test_failed_mail_is_told_with_the_next_version_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(scene)
    with monkeypatch.context() as patched:
        refuse(patched)
        scene.world.run_jobs()
    with transaction():
        second = copy_version(scene.actor, first).id
    with transaction():
        publish_version(scene.actor, Edit(second, 1))
    scene.world.run_jobs()
    assert [message["To"] for message in delivered] == ["satu@contoh.example"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_workers_at_once_write_to_everybody_once(app: Flask, world: World) -> None:
    """Every worker has a job of its own for the same version, as if the queue had lost its mind."""
    scene = make_scene(world)
    version_id = published(scene)
    with transaction():
        first = db.session.scalars(sa.select(Job).where(Job.kind == "scheduling.tell")).one()
        for number in range(3):
            jobs.enqueue(
                scene.actor, first.kind, dict(first.args), event_id=scene.event_id, dedupe_key=f"again{number}"
            )
    ids = db.session.scalars(sa.select(Job.id).where(Job.kind == "scheduling.tell")).all()
    db.session.rollback()
    assert at_once(app, lambda n: jobs.run_job(ids[n]), len(ids)) == [None] * 4
    states = {row.state for row in db.session.scalars(sa.select(Job).where(Job.id.in_(ids)))}
    assert states == {JobState.DONE}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 1
    code = person_of(scene, version_id, scene.makers[0]).delegate_code
    scene.world.run_jobs()
    with transaction():
        note_returned(scene.actor, version_id, code)

    def send(_number: int) -> bool:
        with transaction():
            return mail_again(scene.actor, version_id, code)

    assert sorted(map(str, at_once(app, send, 4))) == ["False", "False", "False", "True"]
