"""Mental health (seed 003 lines 95 to 106, 133)."""

from intake.questions.base import Kind, Question, Section, choices

_SEEMS = "How the person seems"

STATES = (
    ("hallucinations", "Sees or hears things that are not there"),
    ("confusion", "Confused"),
    ("delusions", "False beliefs that cannot be shaken"),
)

SECTION = Section(
    key="mental",
    title="Mental health",
    domain="Mental health",
    intro="These questions can be hard. You can skip any of them.",
    questions=(
        Question(
            "suicidality",
            "Thoughts of suicide",
            Kind.CHOICE,
            help="For a plan, an intention or a recent attempt, open the safety check now.",
            choices=choices(
                ("none", "None"),
                ("low", "Wishes to be dead or passing thoughts, no plan"),
                ("moderate", "Thoughts of a method, without intention or plan"),
                ("active_now", "Thoughts right now, not yet assessed"),
                ("high", "A plan or intention, or an attempt in the last 3 months"),
            ),
            required_to_send=True,
            rule_key="suicidality",
        ),
        Question("anxiety", "Anxiety", Kind.YES_NO),
        Question("depression", "Low mood that lasts", Kind.YES_NO),
        Question("trauma", "Something frightening in the past that still comes back", Kind.YES_NO),
        Question(
            "mental_state_now",
            "Seen or heard on this call",
            Kind.MULTI,
            help="Any of the first three is an emergency: open the safety check now.",
            choices=choices(
                *STATES,
                ("drowsy", "Drowsy"),
                ("agitated", "Agitated"),
                ("slurred", "Slurred speech"),
                ("none", "None of these"),
            ),
            group=_SEEMS,
        ),
        Question(
            "mental_state_high_dose",
            "Ever, after a high dose",
            Kind.MULTI,
            choices=choices(*STATES, ("none", "None of these")),
            group=_SEEMS,
        ),
        Question("diagnoses", "Diagnoses the person was told", Kind.LONG_TEXT),
        Question(
            "psychiatric_medicines",
            "Medicines for mental health, one a line",
            Kind.LONG_TEXT,
            help="Name, dose, how often, prescriber.",
        ),
        Question("treatment_before", "Treatment before: where, when, what helped", Kind.LONG_TEXT),
        Question("treatment_count", "How many times in treatment before", Kind.WHOLE, minimum=0, maximum=200),
        Question("hospital_12_months", "In hospital for mental health in the last 12 months", Kind.YES_NO),
        Question("mental_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
