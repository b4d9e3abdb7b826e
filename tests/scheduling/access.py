"""Who may use the endpoints of the schedule."""

from matchmaking.actor import Role

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
ORGANIZER = {Role.ORGANIZER}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS = {
    "scheduling.schedule": READERS,
    "scheduling.run_state": READERS,
    "scheduling.board": READERS,
    "scheduling.compare": READERS,
    "scheduling.changes": READERS,
    "scheduling.verdicts": ORGANIZER,
    "scheduling.agendas": READERS,
    "scheduling.agenda_of": READERS,
    "scheduling.agenda_of_pdf": READERS,
    "scheduling.agenda_of_calendar": READERS,
    "scheduling.agenda_of_table": READERS,
    "scheduling.table_card": READERS,
    "scheduling.make_papers": READERS,
    "scheduling.papers_state": READERS,
    "scheduling.papers_file": READERS,
    "scheduling.start_run": ORGANIZER,
    "scheduling.stop": ORGANIZER,
    "scheduling.publish": ORGANIZER,
    "scheduling.copy": ORGANIZER,
    "scheduling.preview_back": ORGANIZER,
    "scheduling.back": ORGANIZER,
    "scheduling.discard": ORGANIZER,
    "scheduling.rename": ORGANIZER,
    "scheduling.move": ORGANIZER,
    "scheduling.pin": ORGANIZER,
    "scheduling.remove": ORGANIZER,
    "scheduling.undo": ORGANIZER,
    "scheduling.redo": ORGANIZER,
    "scheduling.told": ORGANIZER,
    "scheduling.told_text": ORGANIZER,
    "scheduling.mark_told": ORGANIZER,
    "scheduling.mail_told": ORGANIZER,
    "scheduling.mail_returned": ORGANIZER,
    "scheduling.preview_messages": ORGANIZER,
    "scheduling.reminders": ORGANIZER,
    "scheduling.reminder_of": ORGANIZER,
    "scheduling.mark_reminded": ORGANIZER,
    "scheduling.send_reminders": ORGANIZER,
    "scheduling.reminders_state": ORGANIZER,
    "scheduling.my_agenda": OWN,
    "scheduling.my_agenda_pdf": OWN,
    "scheduling.my_agenda_calendar": OWN,
}
