"""Deciding whether an incident is a breach: one person proposes with reasons, another approves."""

from datetime import date
from typing import Any

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from records.actions.incidents import locked, note_step, refresh_duties
from records.choices_rights import Outcome
from records.models import Incident, IncidentPerson

FACTORS = ("factor_nature", "factor_recipient", "factor_acquired", "factor_mitigated")
SHORTEST = 10


@transaction.atomic
def propose(*, incident: Incident, outcome: str, factors: dict[str, str], by: Any) -> Incident:
    """Propose a decision. "Not a breach" needs a text of at least ten letters for each of the four factors.

    Raises Refused with the field of the first factor that is missing (45 CFR 164.402(2)).
    """
    found = locked(incident, by=by)
    if outcome not in (Outcome.BREACH, Outcome.NOT_BREACH):
        raise Refused("outcome", "Select what you propose", field="outcome")
    texts = {name: factors.get(name, "").strip() for name in FACTORS}
    for name in FACTORS:
        if outcome == Outcome.NOT_BREACH and len(texts[name]) < SHORTEST:
            raise Refused("four_factors", "Write what you found; each of the four counts", field=name)
    for name, text in texts.items():
        setattr(found, name, text or None)
    found.outcome, found.proposed_by, found.proposed_at = outcome, by, clock.now()
    found.save(update_fields=[*FACTORS, "outcome", "proposed_by", "proposed_at"])
    note_step(found, "proposed", by=by)
    record("incident.proposed", by=by, obj=found, outcome=str(outcome))
    return found


@transaction.atomic
def approve(*, incident: Incident, by: Any) -> Incident:
    """Decide as proposed. Somebody else than who proposed does this; it can't be taken back."""
    found = locked(incident, by=by)
    if not found.outcome:
        raise Conflict("Nothing is proposed yet.")
    if found.proposed_by_id == by.pk:
        raise Refused("second_person", "You proposed this, so somebody else approves it.")
    found.decided_by, found.decided_at = by, clock.now()
    found.save(update_fields=["decided_by", "decided_at"])
    note_step(found, "decided", by=by)
    record("incident.decided", by=by, obj=found, outcome=found.outcome)
    refresh_duties(found)
    return found


@transaction.atomic
def send_back(*, incident: Incident, by: Any) -> Incident:
    """Take the proposal away, so that it can be thought over; the texts stay."""
    found = locked(incident, by=by)
    found.outcome, found.proposed_by, found.proposed_at = "", None, None
    found.save(update_fields=["outcome", "proposed_by", "proposed_at"])
    note_step(found, "sent_back", by=by)
    record("incident.sent_back", by=by, obj=found)
    return found


LETTER_PARTS = {
    "letter_what": "what happened, with the dates",
    "letter_information": "which information it was",
    "letter_protect": "what people can do to protect themselves",
    "letter_doing": "what the center is doing",
}


@transaction.atomic
def write_letter(*, incident: Incident, texts: dict[str, str], delay_until: date | None, by: Any) -> Incident:
    """Keep the letters' texts, and until when law enforcement asked to wait; also after the decision."""
    found = locked(incident, by=by, undecided=False)
    found.details = {**found.details, **{name: texts.get(name, "").strip() for name in LETTER_PARTS}}
    found.delay_until = delay_until
    found.save(update_fields=["details", "delay_until"])
    note_step(found, "letter_text", by=by)
    record("incident.letter_written", by=by, obj=found, fields=[*LETTER_PARTS, "delay_until"])
    refresh_duties(found)
    return found


@transaction.atomic
def letter_for(*, affected: IncidentPerson, by: Any) -> dict[str, str]:
    """Return the texts of the letter to one person, and record that it was made (45 CFR 164.404(c)).

    Raises Refused naming each part that has no text yet. The letter is printed; nothing sends it.
    """
    found = locked(affected.incident, by=by, undecided=False)
    texts = {name: str(found.details.get(name, "")).strip() for name in LETTER_PARTS}
    missing = [words for name, words in LETTER_PARTS.items() if not texts[name]]
    if missing:
        raise Refused("letter_incomplete", "The letter still has to say " + "; ".join(missing) + ".")
    affected.letter_at = clock.now()
    affected.save(update_fields=["letter_at"])
    note_step(found, "letter", by=by)
    record("incident.letter_made", by=by, obj=found, person=affected.person_id)
    return texts
