"""Going back: what was announced before is announced again in one step, as the next version.

What was announced is never changed in place, so this makes a version too: meetings keep their identity (outcomes and
commitments hang on it), calendars get a higher sequence, letters are written as after any other publication.
"""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Team
from matchmaking.scheduling.errors import ChangedMeanwhile, NothingToUndo
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.going_back import WayBack, way_back
from matchmaking.scheduling.services.copying import copy_unmet
from matchmaking.scheduling.services.day_versions import Lost, add_lost, drop_met_wishes, locked_schedule
from matchmaking.scheduling.services.storing import new_version
from matchmaking.scheduling.services.versions import announce
from matchmaking.scheduling.wording import way_back_reasons


def go_back(actor: Actor, seen_id: int, earlier_id: int) -> ScheduleVersion:
    """Announce an earlier version again, for all that is still to come; whose agenda changes by that is told.

    ``seen_id``: the version that was announced when the person decided. The same step again changes nothing, also when
    another person did it at the same moment.

    Raises:
        ChangedMeanwhile: another version was announced since.
        NotFound: the earlier version was never announced.
        NothingToUndo: nothing would change.
        NotReady: nothing is announced; EventArchived: the event is read-only.
    """
    seen, earlier = db.session.get(ScheduleVersion, seen_id), db.session.get(ScheduleVersion, earlier_id)
    if seen is None or earlier is None or seen.event_id != earlier.event_id:
        raise NotFound(_("This version does not exist (any more)."))
    published = locked_schedule(seen.event_id)
    if published.id != seen_id:
        if published.undoes_id == seen_id and published.based_on_id == earlier_id:
            return published
        raise ChangedMeanwhile(
            _(
                "Version %(number)s was announced meanwhile. Nothing was changed; please look at it first.",
                number=published.number,
            )
        )
    if earlier.state is not VersionState.SUPERSEDED:
        raise NotFound(_("Only what was announced before can be announced again."))
    way = way_back(published, earlier)
    if not way.changes:
        raise NothingToUndo(_("Nothing would change: what is still to come is the same already."))
    version = _store(actor, published, earlier, way)
    announce(actor, version, published)
    data = {"undoes": published.id, "again": earlier.id, "kept": way.kept, "refused": len(way.refused)}
    audit.record(actor, "scheduling.go_back", version, event_id=version.event_id, data=data)
    return version


def _store(actor: Actor, published: ScheduleVersion, earlier: ScheduleVersion, way: WayBack) -> ScheduleVersion:
    wishes = [request for request in way.now.matching.requests if request.is_wish]
    version = new_version(
        actor,
        published.event_id,
        name=_("Back to version %(number)s", number=earlier.number),
        based_on_id=earlier.id,
        undoes_id=published.id,
        run_id=earlier.run_id,
        inputs_digest=earlier.inputs_digest,
        objective={
            **earlier.objective,
            "status": "edited",
            "wishes_held": way.now.wishes_held(way.seats),
            "wished": len(wishes),
        },
    )
    for seat in way.seats:
        db.session.add(
            Placement(
                version_id=version.id,
                meeting_id=seat.meeting_id,
                slot_id=seat.slot_id,
                table_id=seat.table_id,
                exhibitor_team_id=seat.exhibitor_team_id,
                buyer_team_id=seat.buyer_team_id,
                is_pinned=seat.is_pinned,
            )
        )
    db.session.flush()
    copy_unmet(earlier.id, version.id)
    add_lost(version.id, _lost(earlier, way))
    drop_met_wishes(version.id)
    return version


def _lost(earlier: ScheduleVersion, way: WayBack) -> list[Lost]:
    """Return the wishes that are announced now, or were, and have no place any more, with why in both languages."""
    weights = {(r.exhibitor_id, r.buyer_id): r.weight for r in way.now.matching.requests if r.is_wish}
    entries = dict(
        db.session.execute(sa.select(Team.id, Team.participation_id).where(Team.event_id == earlier.event_id)).all()
    )
    held = {seat.meeting_id for seat in way.seats}
    gone: dict[Seat, dict[str, str]] = {}
    for locale in ("id", "en"):
        with force_locale(locale):
            for seat, why in way.refused:
                if seat.meeting_id in way.stays:
                    continue
                gone.setdefault(seat, {})[locale] = " ".join(way_back_reasons(why, way.now.names))
            refused = {seat.meeting_id for seat, _why in way.refused}
            for seat in way.now.rules.seats:
                if seat.meeting_id not in held and seat.meeting_id not in refused:
                    text = _("Version %(number)s, which is announced again, does not hold it.", number=earlier.number)
                    gone.setdefault(seat, {})[locale] = text
    found = []
    for seat, texts in gone.items():
        pair = (entries.get(seat.exhibitor_team_id, 0), entries.get(seat.buyer_team_id, 0))
        if pair in weights:
            found.append(Lost(*pair, weights[pair], texts["id"], texts["en"]))
    return found
