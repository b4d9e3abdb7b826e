"""Where features to the right take part in registration: form steps, what is missing, panels, and what happens to an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
from wtforms import Form

from matchmaking.actor import Actor
from matchmaking.hooks import Hook
from matchmaking.registration.models import Side


class FormStep(Protocol):
    """A section of the registration form that another feature owns (an exhibitor's product, a buyer's needs).

    The form is built as ``form_class(formdata, prefix=f"{key}-", data=…)``; it has no CSRF field of its own. A photo in it
    is a :class:`matchmaking.registration.forms.uploads.UploadField`: its data are the codes of uploads that were kept
    already, which ``save`` takes over with :func:`matchmaking.registration.services.uploads.claim_upload`.
    """

    key: str  # short word, unique; prefix of its fields
    position: int
    title: Any  # lazily translated
    template: str  # partial of the section; context: ``step``, ``form`` (the bound form_class)
    form_class: type[Form]

    def is_given(self, data: Mapping[str, Any]) -> bool:
        """Say whether the person entered anything here."""
        ...

    def check(self, event_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a sentence for each field that breaks a rule; nothing when all is well or nothing was entered."""
        ...

    def save(self, actor: Actor, participation_id: int, data: Mapping[str, Any]) -> None:
        """Store what was entered, in the caller's transaction; called only when given and checked."""
        ...

    def load(self, participation_id: int) -> dict[str, Any]:
        """Return the entry's values for the form."""
        ...


@dataclass(frozen=True)
class Missing:
    """One thing that is needed before matching. ``url`` leads the owner to where it is entered ('' = own entry page)."""

    code: str
    label: Any
    url: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of an entry's page that another feature draws: a template and the names it reads."""

    position: int
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ListFilter:
    """One more filter of the participants' list, such as the category."""

    name: str  # of the query argument
    label: Any
    choices: Callable[[], list[tuple[str, str]]]
    apply: Callable[[sa.Select[Any], str], sa.Select[Any]]  # the statement selects Participation joined to Organization


#: (side) -> the feature's step for that side, or ``None``.
form_steps: Hook[[Side], FormStep | None] = Hook("registration.form_steps")
#: (participation ids) -> what each still needs; ids without anything may be left out. One call for a whole list.
missing_items: Hook[[Sequence[int]], dict[int, list[Missing]]] = Hook("registration.missing_items")
#: () -> a condition over Participation/Organization that is true when this feature misses something.
missing_condition: Hook[[], sa.ColumnElement[bool]] = Hook("registration.missing_condition")
#: () -> a filter for the participants' list.
list_filters: Hook[[], ListFilter] = Hook("registration.list_filters")
#: (participation id, audience) -> a panel; audience is ``staff``, ``owner``, ``status`` (the secret link: little)
#: or ``proved`` (the link, after the four digits).
entry_panels: Hook[[int, str], Panel | None] = Hook("registration.entry_panels")

participation_approved: Hook[[Actor, int], None] = Hook("registration.participation_approved")
#: refused or withdrawn after it had been approved.
participation_left: Hook[[Actor, int], None] = Hook("registration.participation_left")
#: a team is about to be removed; a handler that needs it raises Conflict.
team_leaving: Hook[[Actor, int], None] = Hook("registration.team_leaving")
#: (actor, delegate id): somebody was added to an entry that is approved.
delegate_added: Hook[[Actor, int], None] = Hook("registration.delegate_added")
#: (actor, delegate id): somebody is about to be taken off an entry; a handler that needs them raises Conflict.
delegate_leaving: Hook[[Actor, int], None] = Hook("registration.delegate_leaving")
#: (actor, kept id, gone id): move what belongs to the gone one; its teams have moved already.
participations_merged: Hook[[Actor, int, int], None] = Hook("registration.participations_merged")
organizations_merged: Hook[[Actor, int, int], None] = Hook("registration.organizations_merged")


def steps_of(side: Side) -> list[FormStep]:
    """Return the steps of one side in order."""
    return sorted((step for step in form_steps(side) if step), key=lambda step: step.position)


def panels_of(participation_id: int, audience: str) -> list[Panel]:
    """Return the panels of an entry's page in order."""
    found = (panel for panel in entry_panels(participation_id, audience) if panel)
    return sorted(found, key=lambda panel: panel.position)
