"""The vocabulary of records: languages, categories of information, purposes, recipients."""

from django.db import models


class Language(models.TextChoices):
    """The languages we serve people in."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"


class Sex(models.TextChoices):
    """Sex as it matters to units and dosing; never guessed."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Another answer"
    UNKNOWN = "unknown", "Not known"


class RecipientKind(models.TextChoices):
    """What a recipient is to the person."""

    FACILITY = "facility", "Treatment facility"
    PRESCRIBER = "prescriber", "Prescriber or clinic"
    PAYER = "payer", "Insurance or payer"
    HELPER = "helper", "Family or helper"
    COURT = "court", "Court, probation or lawyer"
    EXCHANGE = "exchange", "Health information exchange"
    RESEARCHER = "researcher", "Research study"
    OTHER = "other", "Someone else"


class LegalStatus(models.TextChoices):
    """What a recipient is under 42 CFR 2.33; decides how it may pass records on."""

    COVERED_ENTITY = "covered_entity", "HIPAA covered entity"
    BUSINESS_ASSOCIATE = "business_associate", "Business associate"
    PART2_PROGRAM = "part2_program", "Part 2 program"
    OTHER_LAWFUL_HOLDER = "other_lawful_holder", "Other lawful holder"


class StatusPaper(models.TextChoices):
    """Which paper shows what a recipient is under the law."""

    NOTICE = "notice", "Their notice of privacy practices"
    LICENSE = "license", "A license or certification"
    LISTING = "listing", "A federal or state listing"
    AGREEMENT = "agreement", "An agreement with us"
    STATEMENT = "statement", "Their written statement"


class Category(models.TextChoices):
    """The kinds of information a consent can cover. A packet has one section for each."""

    IDENTITY = "identity", "Name and date of birth"
    CONTACT = "contact", "Phone and ways to be reached"
    SUBSTANCE_USE = "substance_use", "Substance use, amounts and withdrawal"
    HEALTH = "health", "Physical health"
    MEDICATIONS = "medications", "Medicines and allergies"
    MENTAL_HEALTH = "mental_health", "Mental health and safety"
    PREGNANCY = "pregnancy", "Pregnancy"
    SOCIAL = "social", "Home, family and work"
    INSURANCE = "insurance", "Insurance"
    CLEARANCE = "clearance", "Medical clearance"
    PRESENCE = "presence", "Being in contact with this center"
    COUNSELING_NOTES = "counseling_notes", "Counseling notes"


class Purpose(models.TextChoices):
    """Why information is shared."""

    TREATMENT = "treatment", "Treatment and coordination of care"
    PAYMENT = "payment", "Payment"
    OPERATIONS = "operations", "Running the program"
    FAMILY = "family", "Keeping family or a helper informed"
    REQUEST = "request", "At the person's request"
    PROCEEDINGS = "proceedings", "A legal proceeding"
    CRIMINAL_JUSTICE = "criminal_justice", "Criminal justice supervision"
    RESEARCH = "research", "Research"


class ConsentKind(models.TextChoices):
    """The types of consent. Each has its own required elements (`records.rules.consent.ELEMENTS`)."""

    SPECIFIC = "specific", "Named recipient and purpose"
    CONFIRM_PRESENCE = "confirm_presence", "May confirm contact"
    TPO_SINGLE = "tpo_single", "All treatment, payment and operations"
    INTERMEDIARY = "intermediary", "Through an exchange"
    COUNSELING_NOTES = "counseling_notes", "Counseling notes"
    PROCEEDINGS = "proceedings", "Legal proceedings"
    CRIMINAL_JUSTICE = "criminal_justice", "Criminal justice referral"
    RESEARCH = "research", "Research"


class ConsentStatus(models.TextChoices):
    """Where a consent stands. Only a draft can still change; only a signed one can be used."""

    DRAFT = "draft", "Not signed yet"
    INCOMPLETE = "incomplete", "One signature is missing"
    NEEDS_REVIEW = "review", "A second person must check it"
    SIGNED = "signed", "On file"
    REVOKED = "revoked", "Withdrawn"
    EXPIRED = "expired", "Ended"
    DISCARDED = "discarded", "Set aside"


class Signer(models.TextChoices):
    """Who signs, and by what right (42 CFR 2.14, 2.15). Being a relative is none."""

    PERSON = "person", "The person"
    PARENT = "parent", "A parent"
    GUARDIAN = "guardian", "A guardian"
    REPRESENTATIVE = "representative", "A personal representative"
    COURT = "court", "Somebody appointed by a court"


class RevokedHow(models.TextChoices):
    """How a withdrawal reached us. A spoken one counts at once; the written one is asked for."""

    WRITTEN = "written", "In writing"
    ORAL = "oral", "Spoken"


class SigningMethod(models.TextChoices):
    """How a consent was signed."""

    ON_SCREEN = "on_screen", "On our screen, with staff present"
    AT_DISTANCE = "at_distance", "On the person's own phone"
    PAPER = "paper", "On paper"


class PaperOrigin(models.TextChoices):
    """Whose form a consent on paper is."""

    OURS = "ours", "Our own text, printed here"
    THEIRS = "theirs", "Another organisation's form"


class PaperOutcome(models.TextChoices):
    """What the second person found; empty until then."""

    WAITING = "", "Waits for a second person"
    ACCEPTED = "accepted", "Checked, and in force"
    REJECTED = "rejected", "Not usable"


class ClassRole(models.TextChoices):
    """What a recipient is to the person, within the class of a single consent."""

    TREATING = "treating", "Treating provider"
    PAYER = "payer", "Health plan or payer"


class NoticeStatus(models.TextChoices):
    """Whether, and how, a receiver was told of a withdrawal."""

    DRAFT = "draft", "Not given yet"
    PRINTED = "printed", "Printed and sent on paper"
    MAILED = "mailed", "E-mail sent that it waits"
    PHONED = "phoned", "Read out by phone"


class InvitationOutcome(models.TextChoices):
    """How an invitation to sign ended; empty while it is open."""

    OPEN = "", "Open"
    SIGNED = "signed", "Signed"
    SIGNED_HERE = "here", "Signed on our screen instead"
    DECLINED = "declined", "The person chose not to sign"
    CANCELLED = "cancelled", "Cancelled by staff"
    REPLACED = "replaced", "Replaced by a newer one"


class Medium(models.TextChoices):
    """How a packet leaves."""

    LINK_PAGE = "link_page", "Page behind a link"
    PDF = "pdf", "PDF"
    PRINT = "print", "Print"
    FAX = "fax", "Fax"
    EXPORT = "export", "Export"
    PHONE = "phone", "Phone"


class DocumentKind(models.TextChoices):
    """What a stored file is."""

    CLEARANCE = "clearance", "Medical clearance"
    CONSENT = "consent", "Signed consent on paper"
    INSURANCE = "insurance", "Insurance card"
    LETTER = "letter", "Letter or report"
    COURT_ORDER = "court_order", "Court order"
    SUBPOENA = "subpoena", "Subpoena or similar mandate"
    OTHER = "other", "Something else"


class ReviewKind(models.TextChoices):
    """Why somebody looks at what was done: the kinds of the privacy review list."""

    BREAK_GLASS = "break_glass", "Record opened in an emergency"
    EMERGENCY_DISCLOSURE = "emergency_disclosure", "Shared in a medical emergency"
    LATE_RECORD = "late_record", "Recorded afterwards"
    JOINED_BY_SEARCH = "joined_by_search", "Joined a care team from a search"
    RESTRICTION_OVERRIDE = "restriction_override", "Shared against an agreed limit"
    TRAIL_ALERT = "trail_alert", "Alert from the audit trail"
    MISDIRECTED = "misdirected", "Sent to the wrong place"
    READING_RATE = "reading_rate", "Many records read in a short time"


class Finding(models.TextChoices):
    """What a review found."""

    IN_ORDER = "in_order", "In order"
    FOLLOW_UP = "follow_up", "Needs follow-up"


class TeamReason(models.TextChoices):
    """Why somebody is on a person's care team."""

    CREATED = "created", "Made the record"
    EPISODE = "episode", "Started the episode"
    REQUEST = "request", "Took the call"
    REVIEW = "review", "Assessment sent to the clinicians"
    ADDED = "added", "Added by a colleague"
    HANDED_OVER = "handed_over", "Handed over"
    CALLING_NOW = "calling_now", "The person is calling now"
    EMERGENCY = "emergency", "A medical emergency"
    BEFORE = "before", "Worked with the person before care teams"


class EmergencyReason(models.TextChoices):
    """Why a record that is not on one's list is opened."""

    LIFE = "life", "Danger to life or health now"
    CALLING = "calling", "The person is on the phone or here, and their team can't be reached"
    COVER = "cover", "I cover for a colleague who can't be reached"
    OTHER = "other", "Another emergency"


class RestrictReason(models.TextChoices):
    """Why a record is kept to colleagues named on its care team."""

    VIP = "vip", "Publicly known person"
    STAFF = "staff", "Works here, or close to somebody who does"
    THREAT = "threat", "Somebody threatens or looks for the person"


class SearchReason(models.TextChoices):
    """Why somebody looks for a person while a family member asks."""

    DANGER = "danger", "The person may be in danger"
    CONSENT = "consent", "To see whether the person allowed us to talk to the caller"
    INFORMATION = "information", "To give what the caller told us to the care team"
