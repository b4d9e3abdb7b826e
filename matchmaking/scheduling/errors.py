"""What can stand against making, changing or publishing a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaking.errors import Conflict, DomainError


class NotReady(DomainError):
    """Something that every schedule needs is missing; the sentence says what and where."""

    code = "scheduling.not_ready"


class NotADraft(Conflict):
    """Only a draft can be changed."""

    code = "scheduling.not_a_draft"


class ChangedMeanwhile(Conflict):
    """Somebody else changed this version after the page was shown."""

    code = "scheduling.changed_meanwhile"


class NotPossible(Conflict):
    """A hard rule stands against a placement; ``reasons`` are the sentences."""

    code = "scheduling.not_possible"

    def __init__(self, message: Any, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class NeedsYes(Conflict):
    """The rules allow the place, but it costs somebody something: ``questions`` say what; ``key`` is the yes to them."""

    code = "scheduling.needs_yes"

    def __init__(self, message: Any, questions: Sequence[str], key: str) -> None:
        super().__init__(message)
        self.questions, self.key = tuple(questions), key


class NothingToUndo(Conflict):
    """This person has no step of this draft that could be taken back or done again."""

    code = "scheduling.nothing_to_undo"


class HasConflicts(Conflict):
    """The version breaks hard rules (as things stand now) and cannot be published."""

    code = "scheduling.has_conflicts"


class StaleInputs(Conflict):
    """Participants, wishes, times or tables changed after the version was made; asked once, then published anyway."""

    code = "scheduling.stale_inputs"

    def __init__(self, message: Any, changes: dict[str, int]) -> None:
        super().__init__(message)
        self.changes = changes
