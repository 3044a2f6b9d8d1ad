"""What a consent must hold (42 CFR 2.31), and whether it covers a disclosure now.

Source of every element: compliance page 1.6.1, which follows §2.31(a)(1) to (a)(10). Words are those of
`records.choices`: kinds, purposes and categories are passed as their stored codes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

TREATMENT, PAYMENT, OPERATIONS = "treatment", "payment", "operations"
TPO = frozenset({TREATMENT, PAYMENT, OPERATIONS})
FAMILY, PRESENCE = "family", "presence"
PERSON = "person"
HIPAA_HOLDERS = frozenset({"covered_entity", "business_associate"})

SPECIFIC = "specific"
CONFIRM_PRESENCE = "confirm_presence"
TPO_SINGLE = "tpo_single"
INTERMEDIARY = "intermediary"
COUNSELING_NOTES = "counseling_notes"
PROCEEDINGS = "proceedings"
CRIMINAL_JUSTICE = "criminal_justice"
RESEARCH = "research"

# Words that name no event; "none" and "end of the treatment" are for the single TPO consent (§2.31(a)(7)).
VAGUE_EVENTS = frozenset(
    {
        "", "none", "no expiration", "never", "n/a", "na", "end of treatment", "end of the treatment",
        "until revoked", "ninguno", "ninguna", "nunca", "fin del tratamiento", "fin de tratamiento",
    }
)  # fmt: skip

# Statements a consent makes to its signer; the texts are in records.consent_texts.
REVOCATION = "revocation"
HIPAA_REDISCLOSURE = "hipaa_redisclosure"
POTENTIAL_REDISCLOSURE = "potential_redisclosure"
REFUSAL_CONSEQUENCES = "refusal_consequences"
NOTES_NO_CONDITION = "notes_no_condition"
SUPERVISION_LIMITS = "supervision_limits"

# Which purposes fit a recipient of this kind. A payer gets records for payment, never "for treatment".
PURPOSES_OF_KIND: dict[str, frozenset[str]] = {
    "facility": frozenset({"treatment", "operations", "request"}),
    "court": frozenset({"proceedings", "criminal_justice", "request"}),
    "exchange": frozenset({"treatment", "payment", "operations", "request"}),
    "researcher": frozenset({"research"}),
    "prescriber": frozenset({"treatment", "request"}),
    "payer": frozenset({"payment", "operations", "request"}),
    "helper": frozenset({"family", "request"}),
    "other": frozenset({"request"}),
}


@dataclass(frozen=True)
class RecipientFacts:
    """A recipient as a consent names it, or as a disclosure wants it.

    `revoked`: taken out by the person. `confirmed`: staff recorded, with a reason, that it is one of the
    person's treating providers or payers.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = "facility"
    legal_status: str = ""
    revoked: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class ConsentFacts:
    """Every element of a consent, as plain values. Dates are in the center's zone, instants aware UTC.

    `expires_at` is the instant at which the expiry date ends; None when only an event is named. `minor` says
    whether the person was one when it was signed; None when their date of birth is not known. `minor_rule` is
    the rule it was taken under. `earlier_care` says that a new episode began after it was signed.
    """

    kind: str
    patient_name: str = ""
    discloser: str = ""
    categories: tuple[str, ...] = ()
    information: str = ""
    recipients: tuple[RecipientFacts, ...] = ()
    recipient_class: str = ""
    intermediary: str = ""
    participants: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    statements: frozenset[str] = field(default=frozenset())
    expires_on: date | None = None
    expires_event: str = ""
    expires_at: datetime | None = None
    signature: str = ""
    signer: str = ""
    signed_at: datetime | None = None
    signer_name: str = ""
    signer_evidence: str = ""
    cosigner: str = ""
    cosigned_at: datetime | None = None
    minor: bool | None = None
    minor_rule: str = ""
    interpreter: str = ""
    matter: str = ""
    revoked: bool = False
    expired: bool = False
    earlier_care: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether a consent covers a disclosure, the rule that says so, and a sentence for the screen."""

    allowed: bool
    code: str
    sentence: str


@dataclass(frozen=True)
class Element:
    """One element: its name, words for the screen, its place in the rule, when it is needed, when present."""

    name: str
    words: str
    source: str
    present: Callable[[ConsentFacts], bool]
    needed: Callable[[ConsentFacts], bool] = lambda facts: True


def _said(code: str) -> Callable[[ConsentFacts], bool]:
    return lambda facts: code in facts.statements


def for_tpo(facts: ConsentFacts) -> bool:
    """Say whether any purpose is treatment, payment or health care operations."""
    return bool(TPO & set(facts.purposes))


def _hipaa_holder_gets_it(facts: ConsentFacts) -> bool:
    holders = any(one.legal_status in HIPAA_HOLDERS for one in facts.recipients)
    return for_tpo(facts) and (holders or facts.kind == TPO_SINGLE)


def is_event(facts: ConsentFacts) -> bool:
    """Say whether the event that ends a consent is one that can be recognised."""
    return " ".join(facts.expires_event.split()).strip(" .").casefold() not in VAGUE_EVENTS


def _has_expiry(facts: ConsentFacts) -> bool:
    event = " ".join(facts.expires_event.split()).strip(" .").casefold()
    if facts.expires_on is not None or facts.kind == CRIMINAL_JUSTICE:
        return facts.expires_on is not None and facts.expires_at is not None
    if facts.kind == TPO_SINGLE:
        return bool(event)
    if facts.kind == RESEARCH and event == "end of the research study":
        return True
    return event not in VAGUE_EVENTS


def _named(facts: ConsentFacts) -> bool:
    return bool(facts.recipients) and all(one.name.strip() for one in facts.recipients)


def _recipients_or_class(facts: ConsentFacts) -> bool:
    return _named(facts) or bool(facts.recipient_class.strip())


PATIENT = Element("patient_name", "the person's name", "2.31(a)(1)", lambda f: bool(f.patient_name.strip()))
DISCLOSER = Element("discloser", "who may share", "2.31(a)(2)", lambda f: bool(f.discloser.strip()))
INFORMATION = Element(
    "information", "what may be shared", "2.31(a)(3)", lambda f: bool(f.categories and f.information.strip())
)
RECIPIENTS = Element("recipients", "who may receive it, by name", "2.31(a)(4)(i)", _named)
RECIPIENTS_OR_CLASS = Element("recipients", "who may receive it", "2.31(a)(4)(i)", _recipients_or_class)
INTERMEDIARY_NAME = Element(
    "intermediary", "the name of the exchange", "2.31(a)(4)(ii)", lambda f: bool(f.intermediary.strip())
)
PARTICIPANTS = Element(
    "participants", "who receives it through the exchange", "2.31(a)(4)(ii)",
    lambda f: bool(f.participants) and all(one.strip() for one in f.participants),
)  # fmt: skip
HIPAA_STATEMENT = Element(
    "hipaa_redisclosure", "the statement on passing records on under HIPAA", "2.31(a)(4)(iii)",
    _said(HIPAA_REDISCLOSURE), _hipaa_holder_gets_it,
)  # fmt: skip
MATTER = Element(
    "matter", "which proceeding, case or study it is about", "2.31(a)(5)", lambda f: bool(f.matter.strip())
)
DURATION = Element("duration", "the event until which it is needed", "2.35(b)", is_event)
PURPOSES = Element("purposes", "why it is shared", "2.31(a)(5)", lambda f: bool(f.purposes))
REVOCATION_STATEMENT = Element(
    "revocation", "the right to take it back and how", "2.31(a)(6)", _said(REVOCATION)
)
EXPIRY = Element("expiry", "when it ends", "2.31(a)(7)", _has_expiry)
SIGNATURE = Element(
    "signature", "the signature", "2.31(a)(8)", lambda f: bool(f.signature.strip() and f.signer.strip())
)
DATE_SIGNED = Element("date_signed", "the date of signing", "2.31(a)(9)", lambda f: f.signed_at is not None)
POTENTIAL = Element(
    "potential_redisclosure", "the statement that the receiver may pass records on", "2.31(a)(10)(i)",
    _said(POTENTIAL_REDISCLOSURE), for_tpo,
)  # fmt: skip
REFUSAL = Element(
    "refusal_consequences", "what happens if the person does not sign", "2.31(a)(10)(ii)",
    _said(REFUSAL_CONSEQUENCES), for_tpo,
)  # fmt: skip

EVIDENCE = Element(
    "signer_evidence", "how we know that the signer may sign", "2.14, 2.15",
    lambda f: bool(f.signer_name.strip() and f.signer_evidence.strip()),
    lambda f: f.signer not in ("", PERSON) or bool(f.cosigner),
)  # fmt: skip
SECOND_SIGNATURE = Element(
    "second_signature", "the second signature", "2.14(b)",
    lambda f: f.cosigned_at is not None, lambda f: bool(f.cosigner),
)  # fmt: skip
NO_CONDITION = Element(
    "notes_no_condition",
    "the statement that care does not depend on it",
    "2.31(b)",
    _said(NOTES_NO_CONDITION),
)
SUPERVISION = Element(
    "supervision_limits", "the statement on who may use it under supervision", "2.35(a), (d)",
    _said(SUPERVISION_LIMITS),
)  # fmt: skip

_BEFORE = (PATIENT, DISCLOSER, INFORMATION)
_AFTER = (
    PURPOSES, REVOCATION_STATEMENT, EXPIRY, SIGNATURE, EVIDENCE, SECOND_SIGNATURE, DATE_SIGNED, POTENTIAL,
    REFUSAL,
)  # fmt: skip
_NAMED = (*_BEFORE, RECIPIENTS, HIPAA_STATEMENT, *_AFTER)

ELEMENTS: dict[str, tuple[Element, ...]] = {
    SPECIFIC: _NAMED,
    CONFIRM_PRESENCE: _NAMED,
    TPO_SINGLE: (*_BEFORE, RECIPIENTS_OR_CLASS, HIPAA_STATEMENT, *_AFTER),
    INTERMEDIARY: (*_BEFORE, INTERMEDIARY_NAME, PARTICIPANTS, HIPAA_STATEMENT, *_AFTER),
    COUNSELING_NOTES: (*_NAMED, NO_CONDITION),
    PROCEEDINGS: (*_NAMED, MATTER),
    CRIMINAL_JUSTICE: (*_NAMED, MATTER, DURATION, SUPERVISION),
    RESEARCH: (*_NAMED, MATTER),
}

# Kinds that stand alone: the one purpose out of these, and the only categories (empty: any), that they may
# carry (§2.31(b), (d)).
ALONE: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    COUNSELING_NOTES: (frozenset({"treatment", "request"}), frozenset({"counseling_notes"})),
    PROCEEDINGS: (frozenset({"proceedings"}), frozenset()),
    CRIMINAL_JUSTICE: (frozenset({"criminal_justice"}), frozenset()),
    RESEARCH: (frozenset({"research"}), frozenset()),
    CONFIRM_PRESENCE: (frozenset({FAMILY}), frozenset({PRESENCE})),
}
# Purposes and categories that only their own kind may carry.
RESERVED_PURPOSES = {
    "proceedings": PROCEEDINGS, "research": RESEARCH, "criminal_justice": CRIMINAL_JUSTICE,
}  # fmt: skip
RESERVED_CATEGORIES = {"counseling_notes": COUNSELING_NOTES}


def missing_elements(facts: ConsentFacts) -> tuple[str, ...]:
    """Return the names of the elements that this consent lacks, in the order of the rule."""
    return tuple(one.name for one in _lacking(facts))


def missing_words(facts: ConsentFacts) -> tuple[str, ...]:
    """Return what is missing in words for a screen, in the order of the rule."""
    return tuple(one.words for one in _lacking(facts))


def _lacking(facts: ConsentFacts) -> list[Element]:
    return [one for one in ELEMENTS[facts.kind] if one.needed(facts) and not one.present(facts)]


def combined(facts: ConsentFacts) -> tuple[str, ...]:
    """Return what this consent combines although the rule forbids it: "purposes", "categories"."""
    wrong = []
    purposes, categories = ALONE.get(facts.kind, (None, None))
    foreign = any(RESERVED_PURPOSES.get(one, facts.kind) != facts.kind for one in facts.purposes)
    alone = purposes is None or (len(facts.purposes) <= 1 and set(facts.purposes) <= purposes)
    single = facts.kind != TPO_SINGLE or set(facts.purposes) <= TPO
    if foreign or not alone or not single:
        wrong.append("purposes")
    foreign = any(RESERVED_CATEGORIES.get(one, facts.kind) != facts.kind for one in facts.categories)
    if foreign or (categories and not set(facts.categories) <= categories):
        wrong.append("categories")
    return tuple(wrong)


def same_name(first: str, second: str) -> bool:
    """Compare two names of recipients: spacing and case apart, they must be equal. Nothing fuzzier."""
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold() != ""


def names(consent: ConsentFacts, recipient: RecipientFacts) -> RecipientFacts | None:
    """Return the entry of the consent that names this recipient, itself or by a registered alias.

    The class of a single consent for treatment, payment and operations covers nobody silently: only whom
    staff confirmed as one of it, with a reason.
    """
    for one in consent.recipients:
        if one.id and one.id == recipient.id:
            return one
        known = (recipient.name, *recipient.aliases)
        if any(same_name(one.name, name) for name in known):
            return one
    return recipient if consent.kind == TPO_SINGLE and recipient.confirmed else None


def unfit_purpose(recipient: RecipientFacts, purpose: str) -> bool:
    """Say whether a recipient of this kind can't be given records for this purpose."""
    return purpose not in PURPOSES_OF_KIND.get(recipient.kind, frozenset())


def covers(
    consent: ConsentFacts,
    recipient: RecipientFacts,
    purpose: str,
    categories: Iterable[str],
    now: datetime,
) -> Decision:
    """Decide whether the consent allows giving `categories` to `recipient` for `purpose` at `now`.

    Checked at the moment of use: withdrawn, ended, complete, signer, recipient, purpose, categories.
    """
    refusal = (
        _spent(consent, now)
        or _deficient(consent)
        or _wrong_signer(consent)
        or _wrong_recipient(consent, recipient)
        or _wrong_purpose(consent, recipient, purpose)
        or _wrong_categories(consent, categories)
    )
    return refusal or Decision(True, "covered", "The person's consent covers this.")


def _no(code: str, sentence: str) -> Decision:
    return Decision(False, code, sentence)


def _spent(consent: ConsentFacts, now: datetime) -> Decision | None:
    if consent.revoked:
        return _no(
            "consent_revoked", "The person has withdrawn this consent. Nothing more may be shared on it."
        )
    if consent.expired or (consent.expires_at is not None and now >= consent.expires_at):
        return _no("consent_expired", "This consent has ended. Ask the person for a new one.")
    if consent.earlier_care:
        return _no(
            "consent_earlier_care",
            "This consent was signed in an earlier episode. Ask the person for a new one.",
        )
    return None


def _deficient(consent: ConsentFacts) -> Decision | None:
    lacking = missing_words(consent)
    if lacking:
        return _no("consent_deficient", f"This consent is not complete. Missing: {', '.join(lacking)}.")
    if combined(consent):
        return _no("consent_deficient", "This consent combines what the law keeps apart.")
    return None


def _wrong_signer(consent: ConsentFacts) -> Decision | None:
    if consent.minor and not consent.minor_rule:
        return _no(
            "signer_not_valid",
            "The person was a minor when this was signed, and no rule for minors was applied. Ask for a new "
            "consent.",
        )
    return None


def _wrong_recipient(consent: ConsentFacts, recipient: RecipientFacts) -> Decision | None:
    entry = names(consent, recipient)
    if entry is None:
        if consent.kind == TPO_SINGLE:
            return _no(
                "recipient_not_confirmed",
                f"The consent names a class of receivers. Confirm first, with the reason, that "
                f"{recipient.name} is one of them.",
            )
        named = ", ".join(one.name for one in consent.recipients) or "nobody by name"
        return _no("recipient_not_named", f"The consent names {named}. It does not name {recipient.name}.")
    if entry.revoked:
        return _no("consent_revoked", f"The person has withdrawn this consent for {entry.name}.")
    return None


def _wrong_purpose(consent: ConsentFacts, recipient: RecipientFacts, purpose: str) -> Decision | None:
    if purpose not in consent.purposes:
        return _no("purpose_not_covered", "The consent was given for another purpose.")
    if unfit_purpose(recipient, purpose):
        return _no("purpose_unfit", "A recipient of this kind needs a consent for its own purpose.")
    return None


def _wrong_categories(consent: ConsentFacts, categories: Iterable[str]) -> Decision | None:
    left_out = sorted(set(categories) - set(consent.categories))
    if left_out:
        return _no("category_not_covered", "The consent does not cover all of this information.")
    return None


# How close a refusal came; the closest of several consents explains best why nothing may leave.
_CLOSENESS = (
    "category_not_covered", "purpose_not_covered", "purpose_unfit", "consent_revoked", "consent_expired",
    "consent_earlier_care", "consent_deficient", "signer_not_valid", "recipient_not_confirmed",
    "recipient_not_named",
)  # fmt: skip

NO_CONSENT = _no("no_consent", "There is no consent from the person for this recipient.")


def explain(refusals: Iterable[Decision]) -> Decision:
    """Return the refusal that explains best why none of several consents covers a disclosure."""
    return min(refusals, key=lambda one: _CLOSENESS.index(one.code), default=NO_CONSENT)
