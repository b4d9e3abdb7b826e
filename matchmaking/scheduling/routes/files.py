"""Agendas as files: PDF and calendar, never kept by shared caches."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from werkzeug.wrappers import Response

from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import agenda_pdf, agendas_calendar, event_head
from matchmaking.scheduling.queries.agendas import Agenda, cancelled_items


def nothing_published() -> NotFound:
    """Return the error of asking for an agenda before there is one."""
    return NotFound(_("The schedule is not published yet. You will be told when it is."))


def pdf_answer(agendas: Sequence[Agenda], version: ScheduleVersion) -> Response:
    """Answer with the agendas as one PDF."""
    head = event_head(version.event_id, version.published_at)
    return file_answer(agenda_pdf(agendas, head), "application/pdf", "agenda.pdf")


def calendar_answer(agendas: Sequence[Agenda], version: ScheduleVersion) -> Response:
    """Answer with the meetings of the agendas as one calendar file, cancelled ones too."""
    head = event_head(version.event_id, version.published_at)
    cancelled = cancelled_items(version, [agenda.id for agenda in agendas])
    content = agendas_calendar(agendas, head, cancelled)
    return file_answer(content, "text/calendar; charset=utf-8; method=PUBLISH", "agenda.ics")


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """Answer with bytes under a name; phones open PDF and calendar files themselves."""
    answer = current_app.response_class(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
