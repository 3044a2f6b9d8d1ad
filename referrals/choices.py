"""The words of the referral loop: status words of an offer, reasons, and what a partner can do.

Codes are stored; labels are shown. Withdrawal codes are the substance classes of the detox rules.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_noop as noop


class OfferStatus(TextChoices):
    """What one facility's answer is right now, in the order in which things usually happen."""

    DRAFT = "draft", noop("Draft")
    SENT = "sent", noop("Sent")
    OPENED = "opened", noop("Opened")
    QUESTION = "question", noop("Question")
    ACCEPTED = "accepted", noop("Accepted")
    WAITLISTED = "waitlisted", noop("Waitlisted")
    ON_HOLD = "on_hold", noop("On hold")
    DECLINED = "declined", noop("Declined by partner")
    DECLINED_BY_PERSON = "declined_by_person", noop("Declined by person")
    ARRIVED = "arrived", noop("Arrived")
    NO_SHOW = "no_show", noop("No-show")
    CLEARANCE_SENT = "clearance_sent", noop("Clearance sent")
    RETURNED = "returned", noop("Returned")
    CLOSED = "closed", noop("Closed")
    WITHDRAWN = "withdrawn", noop("Withdrawn")
    EXPIRED = "expired", noop("Expired")


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
    PAUSED = "paused", "The person stopped for now, or contact was lost"


class NextStep(TextChoices):
    """What somebody here has to do next on an open referral."""

    CHOOSE_PARTNER = "choose_partner", "Choose a partner"
    CALL_PARTNER = "call_partner", "Call the partner: not opened yet"
    AWAIT_ANSWER = "await_answer", "Waiting for an answer"
    ANSWER_QUESTION = "answer_question", "Answer the partner's question"
    AWAIT_ARRIVAL = "await_arrival", "Waiting for arrival"
    MISSING_BETWEEN = "missing_between", "Find out where the person is"
    DAILY_CONTACT = "daily_contact", "Daily contact with the partner"
    AWAIT_RETURN = "await_return", "Waiting for the return"
    MISSED_RETURN = "missed_return", "Expected back, not here: find out where the person is"
    REVIEW_CLEARANCE = "review_clearance", "Review the clearance that came back"
    LATE_ANSWER = "late_answer", "Decide about a partner's late answer"
    LINK_LOCKED = "link_locked", "A link was locked after wrong codes: call the partner"
    CONSENT_ENDED = "consent_ended", "Consent ended: no more may be shared"
    NONE = "none", "Nothing"


class DeclineReason(TextChoices):
    """Why a partner says no. The order is the order on the form."""

    FULL = "full", noop("We have no bed")
    PAYER = "payer", noop("We do not take this payment")
    CLINICAL = "clinical", noop("We cannot meet the medical need")
    AGE = "age", noop("Outside the ages or unit we take")
    OTHER = "other", noop("Another reason")


class Channel(TextChoices):
    """How a partner gets the offer."""

    LINK = "link", "E-mailed link and a code"
    FAX = "fax", "Printed sheet by fax"
    PHONE = "phone", "By phone"


class ToldBy(TextChoices):
    """How a partner told staff what staff then entered."""

    PHONE = "phone", "By phone"
    FAX = "fax", "By fax"


class AskKind(TextChoices):
    """What a partner asks of us beside the offer."""

    LINK = "link", "A new link"
    CALL = "call", "A call"


class AskOutcome(TextChoices):
    """What came of what a partner asked. A call that reached nobody ends nothing."""

    LINK_SENT = "link_sent", "New link sent"
    REACHED = "reached", "Spoke with them"
    MESSAGE = "message", "Left a message to call back"
    NOT_NEEDED = "not_needed", "Not needed any more"


class ContactOutcome(TextChoices):
    """What came of a call to a partner. Only somebody reached ends a silence."""

    REACHED = "reached", "Spoke with them"
    MESSAGE = "message", "Left a message to call back"
    NO_ANSWER = "no_answer", "No answer"


class PersonCallOutcome(TextChoices):
    """How a call went to a person who waits for a partner."""

    SAME = "same", "Reached: nothing new"
    NEWS = "news", "Reached: a symptom or a use is new"
    NOT_REACHED = "not_reached", "Not reached"


class LateKind(TextChoices):
    """What a partner told us after its offer had ended."""

    YES = "yes", noop("We can take someone")
    OTHER = "other", noop("Something else")


class LateDecision(TextChoices):
    """What we did with a late answer."""

    USED = "used", "Taken up"
    NOT_NEEDED = "not_needed", "Not needed any more"


class MessageKind(TextChoices):
    """What a line of the conversation with a partner is."""

    QUESTION = "question", noop("Question from the partner")
    ANSWER = "answer", noop("Answer from us")
    CALL = "call", "Phone call"
    FAX = "fax", "Fax sent"
    NOTE = "note", "Note from the partner"


class FaxOutcome(TextChoices):
    """How sending a packet by fax went, by the machine's report."""

    SENT = "sent", "All pages went through"
    PARTLY = "partly", "Only some pages went through"
    FAILED = "failed", "Nothing went through"


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

    ALCOHOL = "alcohol", noop("Alcohol")
    BENZO = "benzo", noop("Benzodiazepines and sleeping pills")
    BARB = "barb", noop("Barbiturates")
    GABAB = "gabab", noop("GHB, phenibut, baclofen")
    GABAPENTINOID = "gabapentinoid", noop("Gabapentin, pregabalin")
    OPIOID = "opioid", noop("Opioids")
    KRATOM = "kratom", noop("Kratom and 7-OH")
    STIMULANT = "stimulant", noop("Stimulants")
    CANNABIS = "cannabis", noop("Cannabis")
    OTHER = "other", noop("Other substances")


class Medication(TextChoices):
    """Medicines for opioid use disorder that a person may need to go on with."""

    BUPRENORPHINE = "buprenorphine", noop("Buprenorphine")
    BUPRENORPHINE_ER = "buprenorphine_er", noop("Buprenorphine injection")
    METHADONE = "methadone", noop("Methadone")
    NALTREXONE = "naltrexone", noop("Naltrexone")
    NALTREXONE_ER = "naltrexone_er", noop("Naltrexone injection")


class Payer(TextChoices):
    """Who pays, as far as matching needs it."""

    AETNA = "aetna", noop("Aetna")
    ANTHEM = "anthem", noop("Anthem")
    CIGNA = "cigna", noop("Cigna")
    UNITED = "united", noop("UnitedHealthcare")
    MEDICAID = "medicaid", noop("Medicaid")
    MEDICARE = "medicare", noop("Medicare")
    TRICARE = "tricare", noop("TRICARE")
    PRIVATE = "private", noop("Private insurance")
    STATE_PLAN = "state_plan", noop("State plan other than Medicaid")
    SELF_PAY = "self_pay", noop("Self-pay")


class PayerFrom(TextChoices):
    """Where it is known from who pays."""

    PLAN = "plan", "verified with the plan"
    ANSWER = "answer", "as the person says"
    STAFF = "staff", "as staff changed it"
    NOBODY = "nobody", "not known"


PRIVATE_PLANS = frozenset({Payer.AETNA, Payer.ANTHEM, Payer.CIGNA, Payer.UNITED})
"""The plans that "private insurance" may or may not mean at a partner."""


class Unit(TextChoices):
    """Whom a partner's unit takes."""

    ANY = "any", "Everyone"
    FEMALE = "female", "Women"
    MALE = "male", "Men"


class Access(TextChoices):
    """What a person may need to get in, to take part, or to be understood."""

    WHEELCHAIR = "wheelchair", "Wheelchair access"
    SIGN_LANGUAGE = "sign_language", "Sign language"
    LOW_VISION = "low_vision", "Help for low vision"
    LIFTING = "lifting", "Help with lifting or bathing"
    SERVICE_ANIMAL = "service_animal", "Service animals"


class FacilitySource(TextChoices):
    """Where what we know of a partner comes from."""

    STAFF = "staff", "Our staff"
    IMPORT = "import", "An imported directory"


class ImportStatus(TextChoices):
    """How far the loading of a directory is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"


class ContactRole(TextChoices):
    """What a contact at a partner is there for."""

    INTAKE = "intake", "Intake"
    NIGHT = "night", "Nights and weekends"
    NURSE = "nurse", "Nursing"
    PHYSICIAN = "physician", "Physician"
    PAYMENT = "payment", "Payment questions"
    RECORDS = "records", "Records and privacy"
    MANAGER = "manager", "Management"


class ContactChannel(TextChoices):
    """How a contact is reached."""

    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    EMAIL = "email", "E-mail"


class AgreementKind(TextChoices):
    """What has been agreed with a partner in writing. None of them is about paying for referrals."""

    TRANSFER = "transfer", "Transfer agreement"
    QSO = "qso", "Qualified service organization agreement"
    BUSINESS_ASSOCIATE = "business_associate", "Business associate agreement"
    UNDERSTANDING = "understanding", "Memorandum of understanding"


class NoMatchStep(TextChoices):
    """What somebody does when no partner fits. The need stays open, with a time."""

    SUPERVISOR = "supervisor", "A supervisor decides"
    PHONE = "phone", "We call partners that are one thing short, and ask"
    OUTSIDE = "outside", "We look for another facility, outside the directory"
    EMERGENCY = "emergency", "The emergency department, or 911 when there is danger"
    CHANGED = "changed", "The person thinks about payment, distance or time again"


class ChosenBecause(TextChoices):
    """Why a partner is asked though another stands before it. Money is no reason, on purpose."""

    PERSON = "person", "The person wants this one"
    SOONER = "sooner", "Can take the person sooner"
    NEARER = "nearer", "Nearer to family, work or a ride"
    PHONE = "phone", "The one before said no by phone"
    SAID_YES = "said_yes", "This one said yes by phone to what rules it out"
    CLINICAL = "clinical", "A clinician asks for this one"
    KNOWN = "known", "The person was in care there before"
    OTHER = "other", "Another reason, in the note"


class DecisionKind(TextChoices):
    """When a matching decision was stored."""

    SENT = "sent", "Partners were asked"
    NOBODY = "nobody", "Nobody fit"
