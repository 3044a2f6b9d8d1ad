"""Signs in daily life, item by item as the two source documents list them (seed 003 lines 40, 82 to 88, 134;
seed 000 lines 19 to 24). What the person or staff have noticed; nothing here is a score or a diagnosis.
"""

from intake.questions.base import Kind, Question, Section, choices

_NOTICED = "What has been noticed"
_SCREENER = "Six questions about whether treatment is worth considering"
_VIEW = "In the person's own view"

NONE = ("none", "None of these")

SCREENER = (
    ("screen_cannot_stop", "Has tried to stop or cut down, and could not?"),
    ("screen_withdrawal", "Gets clearly unwell when stopping?"),
    ("screen_relations_work", "Has it made trouble with people or at work?"),
    ("screen_coping", "Takes it to cope with pain or distress?"),
    ("screen_escalating", "Needs more than at the beginning?"),
    ("screen_time_money", "Spends much time and money to get it?"),
)


def _noticed(name: str, label: str, *items: tuple[str, str]) -> Question:
    return Question(name, label, Kind.MULTI, choices=choices(*items, NONE), group=_NOTICED)


SECTION = Section(
    key="signs",
    title="Signs in daily life",
    domain="Substance use",
    intro="Many people notice some of these. There are no wrong answers.",
    questions=(
        *(Question(name, label, Kind.YES_NO, group=_SCREENER) for name, label in SCREENER),
        _noticed(
            "signs_core",
            "First signs",
            ("more_needed", "Takes more for the same effect"),
            ("withdrawal", "Aches, diarrhea, irritability or a runny nose on stopping"),
            ("more_than_once", "Takes it more than once daily"),
            ("preoccupied", "Thinks about getting and taking it much of the time"),
        ),
        _noticed(
            "signs_behavior",
            "What the person does",
            ("day_around_it", "The day is built around doses"),
            ("distress_if_missed", "Distress when a dose is missed"),
            ("time_and_money", "Time and money go into getting it"),
            ("bulk_or_sellers", "Buys in bulk or from several sellers"),
            ("less_people_work", "Less of people, work or school than before"),
        ),
        Question(
            "cannot_stop",
            "Wants to cut down or stop, tried more than once, and could not?",
            Kind.YES_NO,
            help="Weighs most of these.",
            group=_NOTICED,
        ),
        _noticed(
            "signs_body",
            "In the body",
            ("weight", "Lost weight, or eats little"),
            ("flu", "Often feels like having the flu"),
            ("sleep", "Cannot sleep, or is very drowsy"),
            ("tremor", "Tremor, or unsteady on the feet"),
            ("sweating", "Sweating, or too hot or cold"),
            ("stomach", "Nausea or constipation"),
        ),
        _noticed(
            "signs_mind",
            "In mood and thinking",
            ("mood", "Mood goes up and down"),
            ("worry_before", "Worries before it runs out"),
            ("thinking", "Hard to concentrate, remember or decide"),
            ("preoccupied", "Thoughts circle around the next dose"),
        ),
        _noticed(
            "signs_money",
            "Money",
            ("borrowing", "Borrows money for it"),
            ("bills", "Bills stay unpaid"),
            ("decisions", "Decisions about money that the person regrets"),
        ),
        Question(
            "tolerance_confirmed",
            "Needs more, or more often, for the same effect?",
            Kind.YES_NO,
            help="Ask even when the amounts already show it.",
            group=_NOTICED,
        ),
        Question(
            "own_control",
            "How much choice does the person feel about using?",
            Kind.CHOICE,
            choices=choices(
                ("full", "Could stop any day"),
                ("some", "Some days yes, some days no"),
                ("little", "Very little"),
            ),
            help="Their words count. Do not argue.",
            group=_VIEW,
        ),
        Question("own_worry", "What worries the person about it, if anything?", Kind.LONG_TEXT, group=_VIEW),
        Question("signs_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
