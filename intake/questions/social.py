"""Social circumstances and paying for care (seed 003 lines 136 to 142)."""

from intake.questions.base import Kind, Question, Section, choices

_HOME = "Home and people"
_WORK = "Work and duties"
_PAYING = "Paying and getting here"

SECTION = Section(
    key="social",
    title="Home, people, work and paying",
    domain="Social circumstances",
    intro="Home and support help decide where care should happen.",
    questions=(
        Question("lives_with", "Who does the person live with?", Kind.TEXT, group=_HOME),
        Question(
            "home_stability",
            "Home now",
            Kind.CHOICE,
            choices=choices(
                ("stable", "Stable"),
                ("at_risk", "May be lost soon"),
                ("staying_with_others", "Staying with others for now"),
                ("without_housing", "Without housing"),
                ("facility", "In a facility or jail"),
            ),
            group=_HOME,
        ),
        Question(
            "safe_home_support",
            "Is home safe, with an adult there who can stay with the person?",
            Kind.YES_NO,
            rule_key="safe_home_support",
            group=_HOME,
        ),
        Question("use_at_home", "Does someone at home use alcohol or drugs?", Kind.YES_NO, group=_HOME),
        Question(
            "support_people",
            "Who supports the person?",
            Kind.LONG_TEXT,
            help="Who may be told what is a consent of its own, for each of them.",
            group=_HOME,
        ),
        Question("children", "Children or others who depend on the person", Kind.LONG_TEXT, group=_HOME),
        Question(
            "work",
            "Work or school",
            Kind.CHOICE,
            choices=choices(
                ("full_time", "Full time"),
                ("part_time", "Part time"),
                ("school", "School"),
                ("not_working", "Not working now"),
                ("retired_or_disabled", "Retired or disabled"),
            ),
            group=_WORK,
        ),
        Question("work_hours", "Hours or shifts", Kind.TEXT, help="For example: works nights.", group=_WORK),
        Question("can_take_leave", "Can the person take time off?", Kind.YES_NO, group=_WORK),
        Question("legal", "Court dates, probation or other legal matters", Kind.LONG_TEXT, group=_WORK),
        Question("veteran", "Served in the military", Kind.YES_NO, group=_WORK),
        Question(
            "payer",
            "How will care be paid?",
            Kind.CHOICE,
            choices=choices(
                ("aetna", "Aetna"),
                ("anthem", "Anthem"),
                ("cigna", "Cigna"),
                ("united", "UnitedHealthcare"),
                ("medicaid", "Medicaid"),
                ("medicare", "Medicare"),
                ("tricare", "TRICARE"),
                ("other_insurance", "Other insurance"),
                ("self_pay", "Self-pay"),
                ("none", "No way to pay yet"),
            ),
            group=_PAYING,
        ),
        Question("member_id", "Member number", Kind.TEXT, group=_PAYING),
        Question(
            "transport",
            "How would the person get here?",
            Kind.CHOICE,
            choices=choices(
                ("own_car", "Own car"),
                ("family", "Family or friend"),
                ("public", "Bus or train"),
                ("needs_help", "Needs help with a ride"),
            ),
            group=_PAYING,
        ),
        Question("zip_code", "ZIP code", Kind.TEXT, group=_PAYING),
        Question("social_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
