"""The words of the referral loop: status words of an offer, reasons, and what a partner can do.

Codes are stored; labels are shown. Withdrawal codes are the substance classes of the detox rules.
"""

from django.db.models import TextChoices


class OfferStatus(TextChoices):
    """What one facility's answer is right now, in the order in which things usually happen."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    OPENED = "opened", "Opened"
    QUESTION = "question", "Question"
    ACCEPTED = "accepted", "Accepted"
    WAITLISTED = "waitlisted", "Waitlisted"
    ON_HOLD = "on_hold", "On hold"
    DECLINED = "declined", "Declined by partner"
    DECLINED_BY_PERSON = "declined_by_person", "Declined by person"
    ARRIVED = "arrived", "Arrived"
    NO_SHOW = "no_show", "No-show"
    CLEARANCE_SENT = "clearance_sent", "Clearance sent"
    RETURNED = "returned", "Returned"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


S = OfferStatus
WAITING = frozenset({S.SENT, S.OPENED, S.QUESTION, S.WAITLISTED, S.ON_HOLD})
"""Out with a partner, without a yes or no."""
HELD = frozenset({S.ACCEPTED, S.ARRIVED, S.NO_SHOW, S.CLEARANCE_SENT})
"""A partner said yes and the loop is not closed; RETURNED joins these for "only one yes"."""
OUT = frozenset({S.ARRIVED, S.CLEARANCE_SENT})
"""The person is at the partner's."""
LIVE = frozenset({S.DRAFT}) | WAITING | HELD
ENDED = frozenset({S.DECLINED, S.DECLINED_BY_PERSON, S.RETURNED, S.CLOSED, S.WITHDRAWN, S.EXPIRED})

CHIP = {
    S.DRAFT: "neutral",
    S.SENT: "info",
    S.OPENED: "info",
    S.QUESTION: "attention",
    S.ACCEPTED: "success",
    S.WAITLISTED: "attention",
    S.ON_HOLD: "attention",
    S.DECLINED: "urgent",
    S.DECLINED_BY_PERSON: "neutral",
    S.ARRIVED: "success",
    S.NO_SHOW: "urgent",
    S.CLEARANCE_SENT: "info",
    S.RETURNED: "success",
    S.CLOSED: "neutral",
    S.WITHDRAWN: "neutral",
    S.EXPIRED: "neutral",
}
"""The colour family of each status word's chip."""


class ReferralStatus(TextChoices):
    """Whether the need is still ours to fill."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Outcome(TextChoices):
    """How a referral ended."""

    RETURNED = "returned", "Came back to us"
    PLACED_ELSEWHERE = "placed_elsewhere", "Stays in care elsewhere"
    LEFT_EARLY = "left_early", "Left the partner early"
    PERSON_DECLINED = "person_declined", "The person chose not to go on"
    NOT_NEEDED = "not_needed", "Detox is not needed any more"
    NO_PARTNER = "no_partner", "No partner could take them"


class NextStep(TextChoices):
    """What somebody here has to do next on an open referral."""

    CHOOSE_PARTNER = "choose_partner", "Choose a partner"
    CALL_PARTNER = "call_partner", "Call the partner: not opened yet"
    AWAIT_ANSWER = "await_answer", "Waiting for an answer"
    ANSWER_QUESTION = "answer_question", "Answer the partner's question"
    AWAIT_ARRIVAL = "await_arrival", "Waiting for arrival"
    MISSING_BETWEEN = "missing_between", "Find out where the person is"
    DAILY_CONTACT = "daily_contact", "Daily contact with the partner"
    REVIEW_CLEARANCE = "review_clearance", "Review the clearance that came back"
    LINK_LOCKED = "link_locked", "A link was locked after wrong codes: call the partner"
    CONSENT_ENDED = "consent_ended", "Consent ended: no more may be shared"
    NONE = "none", "Nothing"


class DeclineReason(TextChoices):
    """Why a partner says no. The order is the order on the form."""

    FULL = "full", "We have no bed"
    PAYER = "payer", "We do not take this payment"
    CLINICAL = "clinical", "We cannot meet the medical need"
    AGE = "age", "Outside the ages or unit we take"
    OTHER = "other", "Another reason"


class Channel(TextChoices):
    """How a partner gets the offer."""

    LINK = "link", "E-mailed link and spoken code"
    FAX = "fax", "Printed sheet by fax"
    PHONE = "phone", "By phone"


class MessageKind(TextChoices):
    """What a line of the conversation with a partner is."""

    QUESTION = "question", "Question from the partner"
    ANSWER = "answer", "Answer from us"
    CALL = "call", "Phone call"
    FAX = "fax", "Fax sent"


class CapacitySource(TextChoices):
    """Who said how many beds are open."""

    LINK = "link", "The partner, on their page"
    PHONE = "phone", "The partner, by phone"
    DIRECTORY = "directory", "A directory entry"


class Known(TextChoices):
    """A fact about a partner that may not be known. Not known is never taken as no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Level(TextChoices):
    """What a partner is asked for."""

    DETOX = "detox", "Medical detox"
    EVALUATION = "evaluation", "Medical evaluation"
    MEDICATION = "medication", "Medication management"
    RESIDENTIAL = "residential", "Residential treatment"


class Withdrawal(TextChoices):
    """Substance classes whose withdrawal a partner manages."""

    ALCOHOL = "alcohol", "Alcohol"
    BENZO = "benzo", "Benzodiazepines and sleeping pills"
    BARB = "barb", "Barbiturates"
    GABAB = "gabab", "GHB, phenibut, baclofen"
    GABAPENTINOID = "gabapentinoid", "Gabapentin, pregabalin"
    OPIOID = "opioid", "Opioids"
    KRATOM = "kratom", "Kratom and 7-OH"
    STIMULANT = "stimulant", "Stimulants"
    CANNABIS = "cannabis", "Cannabis"
    OTHER = "other", "Other substances"


class Medication(TextChoices):
    """Medicines for opioid use disorder that a person may need to go on with."""

    BUPRENORPHINE = "buprenorphine", "Buprenorphine"
    METHADONE = "methadone", "Methadone"
    NALTREXONE = "naltrexone", "Naltrexone"


class Payer(TextChoices):
    """Who pays, as far as matching needs it."""

    AETNA = "aetna", "Aetna"
    ANTHEM = "anthem", "Anthem"
    CIGNA = "cigna", "Cigna"
    UNITED = "united", "UnitedHealthcare"
    MEDICAID = "medicaid", "Medicaid"
    MEDICARE = "medicare", "Medicare"
    TRICARE = "tricare", "TRICARE"
    SELF_PAY = "self_pay", "Self-pay"


class Unit(TextChoices):
    """Whom a partner's unit takes."""

    ANY = "any", "Everyone"
    FEMALE = "female", "Women"
    MALE = "male", "Men"
