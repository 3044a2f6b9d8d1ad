"""The safety check, asked before anything else at every contact (seed 003 line 133, seed 000 lines 36-48).

Each question carries the words for a yes: what to say to the caller, and what staff do.
"""

from intake.questions.base import Kind, Question, Section

SUICIDE = "thoughts_of_suicide"

_SIGNS = "Emergency signs"
_OVERDOSE = "Overdose or poisoning"
_OTHER = "Other danger"

NALOXONE = (
    "If there is naloxone, give it now: one spray in one nostril. No answer after 2 to 3 minutes: give "
    "another. It works on kratom too, and it can wear off first."
)
EVERYWHERE = (
    "911 for danger to life. 988, call or text, for thoughts of suicide. Poison Help 1-800-222-1222. "
    "SAMHSA helpline 1-800-662-4357, where to find care. Naloxone needs no prescription. Never use alone."
)
_STAY = "Stay on the line until help is there, and note the time."


def _sign(
    name: str, label: str, group: str, help_text: str = "", *, say: str, do: tuple[str, ...]
) -> Question:
    return Question(
        name=name,
        label=label,
        kind=Kind.YES_NO,
        help=help_text,
        group=group,
        required_to_send=True,
        rule_key="" if name == SUICIDE else f"red_flags.{name}",
        say=say,
        do=do,
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
            say="Please call 911, or go to the nearest emergency room now.",
            do=("An emergency room has to look for dehydration and at the liver and the pancreas.",),
        ),
        _sign(
            "seizure_24h",
            "A seizure now, or in the last 24 hours?",
            _SIGNS,
            say="Please call 911. Put nothing in the mouth, roll the person on their side, and time it.",
            do=("No admission before an emergency room has seen the person.", _STAY),
        ),
        _sign(
            "confusion_or_hallucination",
            "New confusion, hard to stay awake, or seeing or hearing things that are not there?",
            _SIGNS,
            say="Please call 911 now.",
            do=("Stopping alcohol or sedatives can cause this, and it can kill. An emergency room, now.",),
        ),
        _sign(
            "chest_pain_or_fainting",
            "Chest pain, fainting, or a pounding heart with faintness?",
            _SIGNS,
            say="Please call 911 now. Sit or lie down while you wait.",
            do=("An emergency room has to check the heart.", _STAY),
        ),
        _sign(
            "breathing_trouble",
            "Trouble breathing, very slow breathing, or blue lips?",
            _SIGNS,
            say="Please call 911 now. If you give rescue breaths, go on until help comes.",
            do=(NALOXONE, _STAY),
        ),
        _sign(
            "severe_panic",
            "Severe anxiety or panic that will not settle?",
            _SIGNS,
            say="You can call or text 988, or call 911. I can stay on the line with you.",
            do=("A doctor has to see the person: the cause can be in the body.",),
        ),
        _sign(
            SUICIDE,
            "Thoughts of suicide now, a plan, or an attempt in the last 3 months?",
            _SIGNS,
            "Ask it in these words. Asking does not put the thought there.",
            say=(
                "You can call or text 988, day and night, or 911 if you are in danger. I can call with you "
                "now. Please do not stay alone."
            ),
            do=(
                "Do not end the call first, and never leave the person on hold.",
                "Ask to move pills and weapons out of reach.",
                "Stay on the line while 988 answers (warm transfer). A clinician asks the suicide questions.",
            ),
        ),
        _sign(
            "unresponsive_or_overdose",
            "Cannot be woken, or an overdose may be happening now?",
            _OVERDOSE,
            "Signs: coma, a seizure, listless, cannot be roused, gasping, extreme nausea, seeing things, "
            "false beliefs, sweating, fever.",
            say=(
                "Please call 911 now. Give naloxone if you have it. Lay the person on their side and stay "
                "until help comes."
            ),
            do=(NALOXONE, _STAY, "No form now."),
        ),
        _sign(
            "naloxone_24h_not_evaluated",
            "Given naloxone in the last 24 hours and not seen by a doctor since?",
            _OVERDOSE,
            "Naloxone can wear off first.",
            say="Please go to the emergency room or call 911: naloxone can wear off first.",
            do=("Somebody has to watch the person until a doctor has seen them.",),
        ),
        _sign(
            "deliberate_or_unknown_ingestion",
            "Took something unknown, too much of something, or a child got some?",
            _OVERDOSE,
            say=(
                "Please call Poison Help, 1-800-222-1222, day and night. Call 911 for anyone who is drowsy, "
                "has a seizure or does not breathe well."
            ),
            do=("Connect the caller to Poison Help.", "On purpose? Ask about suicide, and reach 988."),
        ),
        _sign(
            "violent_or_psychotic",
            "Might hurt someone, or are people around afraid that they will?",
            _OTHER,
            say="Please call 911 if anyone is in danger. 988 supports you too, by call or text.",
            do=("Make a plan for safety with the caller: who is there, and where they can go.",),
        ),
        _sign(
            "pregnancy_alarm",
            "Pregnant with bleeding, contractions, loss of fluid, a bad headache, or the baby moving less?",
            _OTHER,
            "Answer no when the person says they are not pregnant.",
            say=(
                "Please call 911 or labor and delivery now. Please do not stop opioids or alcohol suddenly."
            ),
            do=("A pregnancy doctor has to see the person now.",),
        ),
        _sign(
            "head_injury_or_stroke_signs",
            "A head injury with loss of consciousness, or signs of a stroke?",
            _OTHER,
            "Signs of a stroke: face drooping, arm weak, speech slurred.",
            say="Please call 911 now. Note when it began.",
            do=("Nothing to eat or drink.", _STAY),
        ),
    ),
)
