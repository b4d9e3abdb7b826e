"""What people call the actions of the trail, the things they were done to, and the work in the background."""

from __future__ import annotations

from matchmaking.i18n import gettext as _


def action_words() -> dict[str, str]:
    """Return every action that is recorded, by its code, in the reader's language."""
    return _people() | _event() | _entries() | _offer() | _schedule() | _day() | _commitments()


def _people() -> dict[str, str]:
    return {
        "accounts.change": _("Changed an account"),
        "accounts.change_contact": _("Changed an account's phone or e-mail"),
        "accounts.create": _("Made an account"),
        "accounts.disable": _("Blocked an account"),
        "accounts.enable": _("Unblocked an account"),
        "accounts.end_sessions": _("Logged out everywhere"),
        "accounts.erase": _("Erased an account's personal data"),
        "accounts.hand_over": _("Handed a link over"),
        "accounts.issue_link": _("Made a link"),
        "accounts.link_tries_ended": _("Ended a link after too many wrong digits"),
        "accounts.log_in": _("Logged in"),
        "accounts.set_password": _("Set a password"),
        "events.grant_role": _("Gave a role"),
        "events.end_role": _("Ended a role"),
        "operations.erase_person": _("Erased a person's data"),
        "operations.export_person": _("Exported a person's data"),
    }


def _event() -> dict[str, str]:
    return {
        "events.add_device": _("Added a tablet or scanner"),
        "events.add_pair_rule": _("Added a rule for a pair"),
        "events.add_tables": _("Added tables"),
        "events.add_zone": _("Added a zone"),
        "events.archive": _("Archived the event"),
        "events.change_programme": _("Changed sessions or breaks"),
        "events.copy": _("Copied the event"),
        "events.create": _("Made the event"),
        "events.delete": _("Deleted the event"),
        "events.edit_table": _("Changed a table"),
        "events.enrol_device": _("Enrolled a tablet or scanner"),
        "events.open": _("Opened the event"),
        "events.remove_mail_server": _("Removed the mail server"),
        "events.remove_pair_rule": _("Removed a rule for a pair"),
        "events.remove_tables": _("Removed tables"),
        "events.remove_zone": _("Removed a zone"),
        "events.renew_device": _("Gave a tablet or scanner a new code"),
        "events.reopen": _("Reopened the event"),
        "events.revoke_device": _("Shut a tablet or scanner out"),
        "events.set_logo": _("Changed the logo"),
        "events.set_mail_server": _("Changed the mail server"),
        "events.update": _("Changed settings"),
        "operations.remove_demo": _("Removed the demo event"),
    }


def _entries() -> dict[str, str]:
    return {
        "registration.accept_values": _("Accepted values from a document"),
        "registration.add_delegate": _("Added a person to an entry"),
        "registration.add_team": _("Added a team"),
        "registration.approve": _("Approved an entry"),
        "registration.choose_consents": _("Chose consents"),
        "registration.dismiss_duplicate": _("Said that two entries are no duplicates"),
        "registration.edit": _("Changed an entry"),
        "registration.edit_delegate": _("Changed a person of an entry"),
        "registration.erase_person": _("Erased a person of an entry"),
        "registration.import_cancel": _("Cancelled an import"),
        "registration.import_map": _("Matched the columns of an import"),
        "registration.import_store": _("Stored an import"),
        "registration.import_upload": _("Uploaded a spreadsheet"),
        "registration.make_contact": _("Made somebody the contact person"),
        "registration.merge": _("Merged organisations"),
        "registration.merge_entries": _("Merged entries"),
        "registration.move_delegate": _("Moved a person to another team"),
        "registration.plan": _("Changed planning data of an entry"),
        "registration.promote": _("Took an entry from the waiting list"),
        "registration.refuse": _("Refused an entry"),
        "registration.register": _("Registered an entry"),
        "registration.remove_attachment": _("Removed a photo or PDF"),
        "registration.remove_delegate": _("Removed a person from an entry"),
        "registration.remove_team": _("Removed a team"),
        "registration.rename_team": _("Renamed a team"),
        "registration.reopen": _("Put an entry back to waiting for a decision"),
        "registration.see_changes": _("Marked changes of an entry as seen"),
        "registration.take_over": _("Took an entry over from an earlier event"),
        "registration.type_in": _("Typed in a document"),
        "registration.waitlist": _("Put an entry on the waiting list"),
        "registration.withdraw": _("Withdrew an entry"),
    }


def _offer() -> dict[str, str]:
    return {
        "catalogue.category_add": _("Added a category"),
        "catalogue.category_edit": _("Changed a category"),
        "catalogue.certificate_add": _("Added a certificate"),
        "catalogue.certificate_edit": _("Changed a certificate"),
        "catalogue.certificate_remove": _("Removed a certificate"),
        "catalogue.choose_categories": _("Chose categories"),
        "catalogue.need_add": _("Added a need"),
        "catalogue.need_edit": _("Changed a need"),
        "catalogue.need_restore": _("Put a need back"),
        "catalogue.need_retire": _("Took a need out"),
        "catalogue.product_add": _("Added a product"),
        "catalogue.product_edit": _("Changed a product"),
        "catalogue.product_restore": _("Put a product back"),
        "catalogue.product_retire": _("Took a product out"),
        "matching.add_absence": _("Noted that a team is away"),
        "matching.set_presence": _("Changed availability"),
        "matching.unwish": _("Took a wish back"),
        "matching.wish": _("Wrote a wish"),
    }


def _schedule() -> dict[str, str]:
    return {
        "scheduling.copy_version": _("Made a draft from a version"),
        "scheduling.discard_version": _("Discarded a version"),
        "scheduling.go_back": _("Announced an earlier schedule again"),
        "scheduling.hand_over": _("Handed an agenda over"),
        "scheduling.hand_over_reminder": _("Handed a reminder over"),
        "scheduling.mail_again": _("Mailed an agenda again"),
        "scheduling.mail_returned": _("Noted that a mail came back"),
        "scheduling.move_meeting": _("Moved a meeting"),
        "scheduling.name_version": _("Named a version"),
        "scheduling.note_delay": _("Noted a delay"),
        "scheduling.pin_meeting": _("Pinned a meeting"),
        "scheduling.place_meeting": _("Placed a meeting"),
        "scheduling.publish": _("Published the schedule"),
        "scheduling.redo_step": _("Did a change of the schedule again"),
        "scheduling.remove_meeting": _("Took a meeting out"),
        "scheduling.repair_draft": _("Adapted a draft to a change"),
        "scheduling.request_run": _("Started to make a schedule"),
        "scheduling.set_reminders": _("Chose when reminders go"),
        "scheduling.stop_run": _("Stopped making a schedule"),
        "scheduling.store_result": _("Stored a schedule that was made"),
        "scheduling.swap_meetings": _("Exchanged two meetings"),
        "scheduling.undo_delay": _("Took a delay back"),
        "scheduling.undo_step": _("Took a change of the schedule back"),
        "scheduling.unpin_meeting": _("Unpinned a meeting"),
    }


def _day() -> dict[str, str]:
    return {
        "attendance.apply_replan": _("Applied a re-planning"),
        "attendance.ask_replan": _("Asked for a re-planning"),
        "attendance.discard_replan": _("Discarded a re-planning"),
        "attendance.end_badge": _("Ended a badge"),
        "attendance.issue_badge": _("Made a badge"),
        "attendance.meeting": _("Recorded what became of a meeting"),
        "attendance.outcome": _("Wrote how a meeting went"),
        "reports.mark_papers": _("Noted papers as printed or handed over"),
        "attendance.print_badges": _("Printed badges"),
        "attendance.round": _("Started or ended a round"),
        "attendance.revive_badge": _("Made an ended badge valid again"),
        "attendance.seat_pair": _("Seated a stand-by pair"),
        "attendance.substitute": _("Let a substitute in"),
        "attendance.undo_meeting": _("Took back what became of a meeting"),
        "attendance.undo_scan": _("Took a check-in back"),
        "attendance.undo_seat": _("Took a stand-by pair back"),
        "attendance.undo_substitute": _("Took a substitute back"),
    }


def _commitments() -> dict[str, str]:
    return {
        "commitments.agreed": _("Agreed to a commitment"),
        "commitments.amended": _("Replaced a commitment by an addendum"),
        "commitments.budget_confirmed": _("Noted the DPA"),
        "commitments.certified": _("Noted a certified signature"),
        "commitments.change_settings": _("Changed the commitments' settings"),
        "commitments.created": _("Made a commitment"),
        "commitments.duty_stamped": _("Noted a meterai"),
        "commitments.edit": _("Changed a draft of a commitment"),
        "commitments.export": _("Downloaded the commitments"),
        "commitments.form_spoiled": _("Noted a paper form as not used"),
        "commitments.forms_printed": _("Printed blank forms"),
        "commitments.give_numbers": _("Gave numbers to a tablet"),
        "commitments.import_queue": _("Imported a tablet's file"),
        "commitments.ink_printed": _("Printed a commitment for ink"),
        "commitments.keep_aside": _("Kept a record aside for review"),
        "commitments.keep_received": _("Took a record that was kept aside"),
        "commitments.link_sent": _("Sent a link to sign"),
        "commitments.make_seal": _("Made the seal's authority"),
        "commitments.mandate_added": _("Added a mandate"),
        "commitments.paper_kept": _("Kept a late paper beside a commitment"),
        "commitments.proposed": _("Proposed a commitment"),
        "commitments.realization_voided": _("Took a realisation back"),
        "commitments.realized": _("Entered what was bought"),
        "commitments.receive_mandate": _("Took in a mandate from a tablet"),
        "commitments.register_copy": _("Registered a copy"),
        "commitments.reminded": _("Reminded a signatory"),
        "commitments.reopened": _("Reopened a draft"),
        "commitments.return_numbers": _("Took numbers back from a tablet"),
        "commitments.seal": _("Sealed a commitment"),
        "commitments.seal_key_made": _("Made the key that seals tablets' queues"),
        "commitments.set_aside_received": _("Set a record aside for good"),
        "commitments.signed": _("Signed a commitment"),
        "commitments.take_over": _("Typed in a signed paper"),
        "commitments.withdrawn": _("Withdrew a commitment"),
        "commitments.witnessed": _("Signed as a witness"),
    }


def subject_words() -> dict[str, str]:
    """Return the kinds of things that actions are done to, by the name of their table."""
    return {
        "access_link": _("link"),
        "badge": _("badge"),
        "category": _("category"),
        "certificate": _("certificate"),
        "commitment": _("commitment"),
        "delegate": _("person"),
        "device": _("tablet or scanner"),
        "event": _("event"),
        "import_batch": _("import"),
        "meeting": _("meeting"),
        "meeting_table": _("table"),
        "need": _("need"),
        "organization": _("organisation"),
        "participation": _("entry"),
        "product": _("product"),
        "received_record": _("record from a tablet"),
        "sent_paper": _("paper from a tablet"),
        "replan": _("re-planning"),
        "schedule_run": _("run"),
        "schedule_version": _("version of the schedule"),
        "seal_authority": _("authority of the seal"),
        "substitution": _("substitute"),
        "tablet": _("tablet"),
        "user_account": _("account"),
        "wish": _("wish"),
        "zone": _("zone"),
    }


def job_words() -> dict[str, str]:
    """Return the kinds of background work, by their code."""
    return {
        "attendance.badges": _("Make the badges"),
        "attendance.replan": _("Re-plan the rest of the day"),
        "commitments.seal": _("Seal a commitment"),
        "events.mail_test": _("Send a test message"),
        "mail.send": _("Send an e-mail"),
        "registration.store_import": _("Take a spreadsheet in"),
        "reports.pack": _("Make the pack of papers"),
        "reports.workbook": _("Make a spreadsheet"),
        "scheduling.papers": _("Make the agendas' PDF"),
        "scheduling.remind": _("Remind people of their meetings"),
        "scheduling.solve": _("Build the schedule"),
        "scheduling.tell": _("Tell people their agenda"),
    }
