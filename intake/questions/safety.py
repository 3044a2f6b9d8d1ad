"""The safety check, asked before anything else at every contact (seed 003 line 133, seed 000 lines 36-48)."""

from intake.questions.base import Kind, Question, Section

SUICIDE = "thoughts_of_suicide"

_SIGNS = "Emergency signs"
_OVERDOSE = "Overdose or poisoning"
_OTHER = "Other danger"


def _sign(name: str, label: str, group: str, help_text: str = "") -> Question:
    return Question(
        name=name,
        label=label,
        kind=Kind.YES_NO,
        help=help_text,
        group=group,
        required_to_send=True,
        rule_key="" if name == SUICIDE else f"red_flags.{name}",
    )


SECTION = Section(
    key="safety",
    title="Safety check",
    domain="Safety",
    intro="The next questions are about safety. You can skip any of them. I ask everyone.",
    questions=(
        _sign(
            "persistent_vomiting_or_severe_abdominal_pain",
            "Vomiting that will not stop, or severe belly pain?",
            _SIGNS,
        ),
        _sign("seizure_24h", "A seizure now, or in the last 24 hours?", _SIGNS),
        _sign(
            "confusion_or_hallucination",
            "New confusion, hard to stay awake, or seeing or hearing things that are not there?",
            _SIGNS,
        ),
        _sign("chest_pain_or_fainting", "Chest pain, fainting, or a pounding heart with faintness?", _SIGNS),
        _sign("breathing_trouble", "Trouble breathing, very slow breathing, or blue lips?", _SIGNS),
        _sign("severe_panic", "Severe anxiety or panic that will not settle?", _SIGNS),
        _sign(
            SUICIDE,
            "Thoughts of suicide now, a plan, or an attempt in the last 3 months?",
            _SIGNS,
            "Ask it in these words. Asking does not put the thought there.",
        ),
        _sign(
            "unresponsive_or_overdose",
            "Cannot be woken, or an overdose may be happening now?",
            _OVERDOSE,
            "Signs: cannot be roused, listless, gasping, extreme nausea, delusions, fever, sweating.",
        ),
        _sign(
            "naloxone_24h_not_evaluated",
            "Given naloxone in the last 24 hours and not seen by a doctor since?",
            _OVERDOSE,
            "Naloxone can wear off first.",
        ),
        _sign(
            "deliberate_or_unknown_ingestion",
            "Took something unknown, too much of something, or a child got some?",
            _OVERDOSE,
        ),
        _sign(
            "violent_or_psychotic",
            "Might hurt someone, or are people around afraid that they will?",
            _OTHER,
        ),
        _sign(
            "pregnancy_alarm",
            "Pregnant with bleeding, contractions, loss of fluid, a bad headache, or the baby moving less?",
            _OTHER,
            "Answer no when the person says they are not pregnant.",
        ),
        _sign(
            "head_injury_or_stroke_signs",
            "A head injury with loss of consciousness, or signs of a stroke?",
            _OTHER,
            "Signs of a stroke: face drooping, arm weak, speech slurred.",
        ),
    ),
)
