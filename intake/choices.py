"""The words that intake stores."""

from django.db import models


class EpisodeStatus(models.TextChoices):
    """Whether an episode of care is under way."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Stage(models.TextChoices):
    """Where an episode stands."""

    ASSESSMENT = "assessment", "Assessment"
    REVIEW = "review", "Review"
    DETOX = "detox", "Out at detox"
    CLEARANCE = "clearance", "Medical clearance"
    ADMITTED = "admitted", "Admitted"
    CLOSED = "closed", "Closed"


class CloseReason(models.TextChoices):
    """Why an episode ended."""

    COMPLETED = "completed", "Care completed"
    DECLINED_BY_PERSON = "declined_by_person", "The person chose not to go on"
    LOST_CONTACT = "lost_contact", "Lost contact"
    CARE_ELSEWHERE = "care_elsewhere", "Care elsewhere"
    FINANCIAL = "financial", "No way to pay was found"
    NOT_A_FIT = "not_a_fit", "The center is not a fit"
    OPENED_BY_MISTAKE = "opened_by_mistake", "Opened by mistake"


class AssessmentStatus(models.TextChoices):
    """Where an assessment stands."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    READY_FOR_REVIEW = "ready_for_review", "Ready for review"
    IN_REVIEW = "in_review", "In review"
    NEEDS_ANSWERS = "needs_answers", "Needs answers"
    DECIDED = "decided", "Decided"
    DROPPED = "dropped", "Correction given up"


class HoldReason(models.TextChoices):
    """Why an assessment waits."""

    HUNG_UP = "hung_up", "The caller hung up"
    WILL_CALL_BACK = "will_call_back", "The caller will call back"
    WAITING_FOR_FAMILY = "waiting_for_family", "Waiting for family"
    EMERGENCY = "emergency", "An emergency"
    SHIFT_END = "shift_end", "End of shift"


class RevisionKind(models.TextChoices):
    """What a section revision holds."""

    SAVED = "saved", "Saved"
    NOT_KEPT = "not_kept", "Sent, but somebody else's answer was kept"


class AnswerSource(models.TextChoices):
    """Where an answer comes from."""

    ASKED = "asked", "Asked"
    REQUEST = "request", "The request for a call"
    EARLIER = "earlier", "An earlier episode"
    PARTNER = "partner", "A partner facility"
    PAPER = "paper", "Written on paper"


class AnswerKind(models.TextChoices):
    """How a clinician's question was answered."""

    OPEN = "", "Not answered yet"
    SAID = "said", "Answered in words"
    CHANGED = "changed", "The answer was changed"
    NOT_REACHED = "not_reached", "The person can't be reached"


class PrefillDecision(models.TextChoices):
    """What a person said about an offered answer."""

    USED = "used", "Used"
    SET_ASIDE = "set_aside", "Not any more"


class CallbackReason(models.TextChoices):
    """Why somebody has to be called back at once."""

    DROPPED = "dropped", "The call dropped"
    EMERGENCY = "emergency", "The call ended during an emergency"


class CallbackResult(models.TextChoices):
    """How one try to call back went."""

    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    WRONG_NUMBER = "wrong_number", "Wrong number"


class Screen(models.TextChoices):
    """The screens of an assessment that interrupt and are confirmed."""

    WITHDRAWAL = "withdrawal", "Dangerous withdrawal: do not stop all at once"


class SectionKey(models.TextChoices):
    """The stored sections of an assessment (the safety check is rows of its own)."""

    SUBSTANCES = "substances", "Substances and last use"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    HEALTH = "health", "Health and medicines"
    MENTAL = "mental", "Mental health"
    SIGNS = "signs", "Signs in daily life"
    SOCIAL = "social", "Home, people, work and paying"
    GOALS = "goals", "Goals and wishes"


class DispositionAction(models.TextChoices):
    """What was done about an emergency."""

    CALLED_911 = "called_911", "Told to call 911, or we called"
    WARM_988 = "warm_988", "Connected to 988 and stayed on the line"
    POISON_HELP = "poison_help", "Connected to Poison Help"
    WENT_TO_ED = "went_to_ed", "Went to an emergency department"
    ALREADY_IN_CARE = "already_in_care", "Is with emergency or hospital staff now"
    NOT_AN_EMERGENCY = "not_an_emergency", "Asked again: it was not an emergency"
    SUPERVISOR_JOINED = "supervisor_joined", "A supervisor joined the call"
    CALL_LOST = "call_lost", "The call was lost; tried to reach again"
