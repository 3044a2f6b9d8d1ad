"""Withdrawal: what happened before and what happens now (seed 003 lines 57 to 69)."""

from intake.questions.base import Kind, Question, Section, choices, opened_by

_BEFORE = "Before"
_NOW = "Now"
_HOW_STRONG = "How strong each symptom is"

# Seed 003 line 62: ten of the body. Line 63: six of the mind. Seed 000 lines 55 to 62 adds the appetite.
BODY = (
    ("aches", "Muscle aches or pain"),
    ("joints", "Joints that hurt"),
    ("restless", "Restless or agitated"),
    ("sweats", "Sweating or chills"),
    ("nose_eyes", "Runny nose or watery eyes"),
    ("nausea", "Nausea or vomiting"),
    ("gut", "Diarrhea or cramps"),
    ("sleep", "Cannot sleep"),
    ("tremor", "Tremor or shaking"),
    ("fever", "Fever"),
)
MIND = (
    ("anxiety", "Anxiety or panic"),
    ("mood", "Low mood or hopelessness"),
    ("irritable", "Irritable, or quick changes of mood"),
    ("focus", "Hard to concentrate"),
    ("cravings", "Strong cravings"),
    ("feelings", "Feelings that are hard to steer"),
)
ALSO = (("appetite", "Change of appetite"),)
SYMPTOMS = (*BODY, *MIND, *ALSO)
SEVERITY = choices(("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe"))


def _severity(code: str, label: str) -> Question:
    return Question(
        f"severity_{code}",
        f"{label}: how strong?",
        Kind.CHOICE,
        choices=SEVERITY,
        shown_when=opened_by("symptoms_now", code),
        group=_HOW_STRONG,
    )


SECTION = Section(
    key="withdrawal",
    title="Withdrawal",
    domain="Substance use",
    intro="What happened on stopping before helps us plan a safe way now.",
    questions=(
        Question(
            "prior_complicated_withdrawal",
            "Ever had a seizure or delirium when stopping?",
            Kind.YES_NO,
            help="Delirium: confused, shaking, seeing things, after stopping alcohol or pills.",
            required_to_send=True,
            rule_key="prior_complicated_withdrawal",
            group=_BEFORE,
        ),
        Question(
            "prior_severe_opioid_kratom_withdrawal",
            "Ever needed a hospital or emergency room for opioid or kratom withdrawal?",
            Kind.YES_NO,
            rule_key="prior_severe_opioid_kratom_withdrawal",
            group=_BEFORE,
        ),
        Question(
            "prior_alcohol_sedative_wm",
            "How many times treated for alcohol or sedative withdrawal?",
            Kind.WHOLE,
            minimum=0,
            maximum=100,
            rule_key="prior_alcohol_sedative_wm",
            group=_BEFORE,
        ),
        Question(
            "quit_attempts",
            "How many times tried to stop?",
            Kind.WHOLE,
            minimum=0,
            maximum=1000,
            group=_BEFORE,
        ),
        Question(
            "quit_method",
            "Ways that were tried",
            Kind.MULTI,
            choices=choices(
                ("all_at_once", "All at once"),
                ("step_by_step", "Less, step by step"),
                ("with_doctor", "With a doctor or in a detox"),
                ("other_substance", "With another substance"),
                ("other", "Another way"),
            ),
            shown_when=opened_by("quit_attempts", above=0),
            group=_BEFORE,
        ),
        Question("quit_how", "How, and what happened?", Kind.LONG_TEXT, group=_BEFORE),
        Question(
            "longest_without",
            "Longest time without, in days",
            Kind.WHOLE,
            minimum=0,
            maximum=36500,
            group=_BEFORE,
        ),
        Question(
            "withdrawal_if_skipped",
            "Does withdrawal start when a dose is skipped or late?",
            Kind.YES_NO,
            group=_NOW,
        ),
        Question(
            "symptoms_now",
            "Symptoms now",
            Kind.MULTI,
            choices=choices(*SYMPTOMS, ("none", "None of these")),
            group=_NOW,
        ),
        Question(
            "symptoms_at",
            "Symptoms told or seen at",
            Kind.DATETIME,
            help="Center time. Ask again while the person waits: earlier answers stay in the history.",
            past_only=True,
            shown_when=opened_by("symptoms_now", *(code for code, _ in SYMPTOMS)),
            group=_NOW,
        ),
        Question(
            "withdrawal_modifiers",
            "What may make it harder or easier for this person?",
            Kind.LONG_TEXT,
            help="For example other illness, sleep, earlier withdrawals, who is there to help.",
            group=_NOW,
        ),
        *(_severity(code, label) for code, label in SYMPTOMS),
        Question("withdrawal_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
