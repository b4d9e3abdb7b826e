"""What the tablet's app says and offers: the server's own words, rendered into its page once for each language."""

from __future__ import annotations

from typing import Any

from matchmaking.catalogue.labels import FUNDS, METHODS
from matchmaking.commitments import kinds, labels, texts
from matchmaking.commitments.canonical import AMENDMENT_1, FORMAT_1, INVITATION_1, WITHDRAWAL_1
from matchmaking.commitments.tablet_check_words import check_words
from matchmaking.i18n import gettext as _

#: What the app calls the formats of a content.
FORMAT_NAMES = {
    FORMAT_1: "commitment",
    AMENDMENT_1: "amendment",
    INVITATION_1: "invitation",
    WITHDRAWAL_1: "withdrawal",
}


def tablet_choices() -> dict[str, Any]:
    """Return the lists to choose from, as (value, word)."""
    return {
        "tax_modes": _pairs(labels.TAX_LABELS),
        "methods": _pairs(METHODS),
        "months": _pairs(labels.MONTHS),
        "funds": _pairs(FUNDS),
        "identified": [(how.value, str(labels.IDENTIFIED_LABELS[how])) for how in labels.IDENTIFIED_CHOICES],
        "roles": {
            kind.value: [(role.value, str(labels.ROLE_LABELS[role])) for role in roles]
            for kind, roles in labels.ROLES_OF.items()
        },
    }


def _pairs(words: Any) -> list[tuple[str, str]]:
    return [(str(value), str(word)) for value, word in words.items()]


def tablet_words() -> dict[str, Any]:
    """Return the sentences by their key; ``%(name)s`` is filled in on the tablet."""
    return {
        "warnings": dict(_pairs(labels.WARNING_LABELS)),
        "states": dict(_pairs(labels.STATE_LABELS)),
        **_kinds(),
        **_connection(),
        **_meetings(),
        **_fields(),
        **_text(),
        **_signing(),
        **_queue(),
        **_device(),
        "checks": check_words(),
    }


def _kinds() -> dict[str, dict[str, str]]:
    """Return what is said of each kind of record; ``papers``: the title on the paper, Indonesian for every reader."""
    commitment, amendment = _("Commitment %(number)s"), _("Addendum %(number)s")
    invitation, withdrawal = _("Invitation %(number)s"), _("Withdrawal %(number)s")
    papers = {name: kinds.TITLES.get(form, texts.TITLE) for form, name in FORMAT_NAMES.items()}
    store = _("Store the commitment")
    return {
        "kinds": {
            "commitment": str(labels.KIND_LABELS[labels.CommitmentKind.COMMITMENT]),
            "amendment": _("Addendum"),
            "invitation": str(labels.KIND_LABELS[labels.CommitmentKind.INVITATION]),
            "withdrawal": str(labels.KIND_LABELS[labels.CommitmentKind.WITHDRAWAL]),
        },
        "papers": papers,
        "titles": {
            "commitment": commitment, "amendment": amendment, "invitation": invitation, "withdrawal": withdrawal,
        },
        "stores": {
            "commitment": store, "amendment": _("Store the addendum"), "invitation": _("Store the invitation"),
            "withdrawal": _("Store the withdrawal"),
        },
    }  # fmt: skip


def _connection() -> dict[str, str]:
    return {
        "online": _("Connected to the server."),
        "offline": _("No connection: everything is kept on this tablet and sent by itself later."),
        "all_sent": _("Everything sent"),
        "unsent_one": _("1 not sent yet"),
        "unsent_many": _("%(count)s not sent yet"),
        "refused_one": _("1 needs attention"),
        "refused_many": _("%(count)s need attention"),
        "new_version_wait": _("It waits until nothing is unsigned or unsent on this tablet."),
        "no_storage": _(
            "This browser keeps nothing for this site (a private window, or no room). Nothing can be signed here."
        ),
    }


def _meetings() -> dict[str, str]:
    return {
        "table": _("Table %(number)s"),
        "no_meetings": _("No published meeting today"),
        "nothing_found": _("Nothing found"),
        "made_here": _("Signed here"),
        "draft_products": _("Products are being typed"),
        "draft_text": _("The text is fixed, nobody has signed"),
        "draft_signed": _("%(count)s signed, not stored yet"),
        "not_agreed": _("Not yet"),
        "has_agreed": _("Has agreed"),
        "has_signed": _("Signed"),
        "discard_ask": _("Discard what was typed for %(parties)s? Its number stays unused."),
        "discard_signed": _("Somebody has signed this already. Store it first; it can be called off afterwards."),
        "taken_elsewhere": _("This one is open in another window of this tablet. Go on there."),
    }


def _fields() -> dict[str, str]:
    return {
        "line": _("Product %(number)s"),
        "which_line": _("product %(number)s"),
        "remove": _("Remove"),
        "choose_both": _("Please choose a buyer and an IKM."),
        "one_line": _("Add at least one product with quantity and price."),
        "line_name": _("Please write what the product is called."),
        "line_unit": _("Please write the unit, such as piece or set."),
        "line_quantity": _("Please write a quantity above 0 with at most three decimals, such as 25 or 1,5."),
        "line_price": _("Please write an amount in whole rupiah, such as 450000 or 1,5 juta."),
        "line_total": _("Quantity × price must be between Rp1 and Rp1,000 trillion."),
        "tax_rate": _("Please write a percentage, such as 40 or 27,5."),
        "rup_code": _("A RUP code has 8 digits."),
        "fiscal_year": _("Choose the year whose budget pays: in these months it may be the next one."),
        "choose": _("Please choose"),
        "listing_past": _("This date has passed. Choose a later one."),
        "who_signs": _("Please write who signs."),
        "office": _("Please write the office or position."),
        "role": _("Please choose what this person is in the organisation."),
        "identified": _("Please choose how you know who this is."),
        "accepted": _("Please tick this once both parties know it."),
        "counts_signature": _("This person may sign for the party."),
        "counts_agreement": _(
            "In this role it is an agreement: the record stays agreed until somebody authorised signs, by an own link."
        ),
        "counts_above": _(
            "Above this person's limit of %(limit)s it is an agreement: the record stays agreed until somebody authorised signs, by an own link."
        ),
        "agreed_already": _("This party has agreed already. Now somebody who may sign for it has to sign."),
        "closed_package": _(
            "This package is planned where makers compete. Choose that method, so that the record becomes an invitation to take part; if the plan has changed, the organiser corrects the package first."
        ),
        "what_agreed": _("What do they agree on?"),
        "who_is_here": _("Who is here to sign?"),
        "no_numbers": _(
            "This tablet has no number left. With a connection it gets new ones by itself; until then sign in ink."
        ),
        "total_words": _("%(words)s rupiah"),
        "ceiling": _("pagu %(amount)s"),
        "not_on_board": _("A party of this commitment is not in the event's data any more."),
        "text_too_large": _(
            "The total is larger than the application can hold. Please check the quantities and prices."
        ),
    }


def _text() -> dict[str, str]:
    return {
        "number": _("Number %(number)s"),
        "buyer": str(labels.PARTY_LABELS[labels.PartyKind.BUYER]),
        "exhibitor": str(labels.PARTY_LABELS[labels.PartyKind.EXHIBITOR]),
        "products": _("Products"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "amount": _("Amount"),
        "total": _("Total"),
        "tax_included": _("The prices hold PPN of %(rate)s %%."),
        "tax_excluded": _("The prices are without PPN of %(rate)s %%."),
        "tax_none": _("No PPN is charged."),
        "estimates": _("Prices are estimates before negotiation."),
        "source": _("Planned source"),
        "note": _("Note"),
        "listed_by": _("The products are listed on the e-catalogue by %(day)s."),
        "valid_until": _("Valid until %(day)s."),
        "hash": _("Authenticity code"),
    }


def _signing() -> dict[str, str]:
    return {
        "read_on": _("Scroll to the end of the text; then it can be signed."),
        "read_done": _("The text was shown to its end."),
        "empty": _("The field is empty. Please sign in it with a finger or a pen."),
        "too_short": _(
            "That is too short for a signature. Please tap Repeat and sign with the whole name or initials."
        ),
        "too_large": _("That is too much ink for a signature. Please tap Repeat and sign once."),
        "unreadable": _("The signature did not arrive whole. Please tap Repeat and sign once more."),
        "kept": _("Kept on this device until it is sent."),
        "sign": _("Sign"),
        "agree": _("Agree"),
        "witness": _("Sign as witness"),
        "witness_name": _("Please write who the witness is."),
        "drawing_of": _("Signature of %(name)s"),
        "photo": _("Photo"),
        "mandate_kept": _("Mandate of %(name)s: %(facts)s"),
        "mandate_limit": _("up to %(limit)s"),
        "mandate_none": _("Please choose the mandate as PDF or photo."),
        "mandate_kind": _("This is neither a PDF nor a photo that can be read. Please choose another file."),
        "mandate_size": _("The PDF is larger than 1.4 MB. Please take a photo of the letter instead."),
        "mandate_unreadable": _("The file could not be read. Please choose it again."),
        "turn_back": _("Change the agreement"),
        "draft_back": _("Meetings today"),
        "turn_back_ask": _("The text changes, so both sign again. Go back to the agreement?"),
        "one_missing": _("The other party can sign later by an own link or on paper; until then it does not count."),
        "signs_later": _("Signs another time."),
        "stays_agreed": _(
            "It stays agreed and does not count yet: somebody authorised has still to sign, by an own link, and is reminded of it."
        ),
        "both_done": _("Nothing can be changed afterwards; a mistake is mended by a new commitment."),
        "check_at": _("Its authenticity can be checked at %(address)s."),
        "check_later": _("Its authenticity can be checked on the event's check page."),
        "store_failed": _(
            "The tablet could not store this (%(reason)s). Leave this page open, free some room, and tap Store once more."
        ),
        "sent_not": _("It is sent to the server as soon as there is a connection."),
        "sent": _("The server has it too."),
    }


def _queue() -> dict[str, str]:
    return {
        "summary_none": _("Nothing waits on this tablet."),
        "summary_one": _("1 record waits on this tablet. It is sent by itself as soon as there is a connection."),
        "summary_many": _(
            "%(count)s records and letters wait on this tablet. They are sent by themselves as soon as there is a connection."
        ),
        "mandate_of": _("Mandate for %(number)s"),
        "waiting": _("Not sent yet"),
        "rejected": _("Refused"),
        "sealed": _("Sealed, to be exported"),
        "sealed_says": _("This tablet can no longer send it. Export it and give the file to the organiser."),
        "stored": _("Stored"),
        "duplicate": _("Stored before"),
        "needs_review": _("The organiser looks at it"),
        "signed_at": _("Signed %(moment)s"),
        "answered_at": _("Answered %(moment)s"),
        "rejected_do": _("It stays here. Export it and give the file to the organiser."),
        "exported": _(
            "%(count)s exported. Give the file to the organiser; here they stay until the server has answered."
        ),
        "sent_now": _("Sent: the server has answered."),
        "not_sent": _("Not sent: the server does not answer. Everything stays here."),
        "nothing_sealed": _("There is nothing to export."),
    }


def _device() -> dict[str, str]:
    return {
        "never": _("Never"),
        "none": _("None on board"),
        "unsent_stop": _("%(count)s are not sent yet. Send or export them first: nothing signed is ever thrown away."),
        "unfinished_stop": _("%(count)s are not finished yet. Store or discard them first."),
        "reset_ask": _("Wipe the event's data from this tablet?"),
        "reset_done": _("The data were wiped from this tablet."),
        "leave_ask": _("Log this tablet out? It needs a new code from the organiser afterwards."),
        "leave_offline": _("Logging out needs a connection. Nothing was changed."),
        "wipe_after": _(
            "Without contact to the server the event's data are wiped after %(hours)s hours; what is signed and unsent stays."
        ),
        "wiped_time": _("The event's data were wiped: there was no contact for %(hours)s hours. What is signed stays."),
        "kept_count_one": _("1 signed commitment is still on this tablet"),
        "kept_count_many": _("%(count)s signed commitments are still on this tablet"),
        "other_event": _(
            "Some of what is unsent belongs to another event (%(event)s): export it for that event's organiser."
        ),
    }
