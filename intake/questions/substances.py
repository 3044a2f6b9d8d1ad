"""Substances and last use: one row per product, then questions about the whole (seed 003 lines 24-88)."""

from intake import substances
from intake.questions.base import Kind, Question, Section, choices

LAST_USE = choices(
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("two_three_days", "2 to 3 days ago"),
    ("four_seven_days", "4 to 7 days ago"),
    ("over_a_week", "More than a week ago"),
    ("exact", "At an exact date and time"),
)

ROW_QUESTIONS = (
    Question(
        "substance",
        "Substance",
        Kind.CHOICE,
        choices=choices(*((item.code, item.label) for item in substances.SUBSTANCES)),
        required_to_send=True,
        rule_key="substances",
    ),
    Question(
        "product_form",
        "Form of the product",
        Kind.CHOICE,
        choices=choices(
            ("powder", "Powder"),
            ("capsule", "Capsule or tablet"),
            ("leaf_tea", "Leaf or tea"),
            ("extract", "Liquid extract or shot"),
            ("enhanced", "Enhanced or concentrated product"),
            ("drink", "Drink"),
            ("pill", "Prescription pill"),
            ("other", "Other"),
        ),
    ),
    Question("product_name", "Brand or street name", Kind.TEXT),
    Question(
        "amount", "Amount each time", Kind.NUMBER, minimum=0, maximum=1_000_000, rule_key="substances.amount"
    ),
    Question("unit", "Counted in", Kind.CHOICE, choices=choices(*substances.UNITS)),
    Question(
        "strength_mg",
        "Strength of one piece",
        Kind.NUMBER,
        help="Only when counted in capsules, tablets, shots or bottles. 0.5 grams is 500 milligrams.",
        unit="milligrams",
        minimum=0,
        maximum=1_000_000,
    ),
    Question("times_a_day", "Times a day", Kind.NUMBER, minimum=0, maximum=200),
    Question(
        "days_per_week",
        "Days a week",
        Kind.NUMBER,
        minimum=0,
        maximum=7,
        rule_key="substances.days_per_week",
    ),
    Question(
        "duration_months",
        "How long, in months",
        Kind.NUMBER,
        help="One year is 12 months. One week is 0.25.",
        unit="months",
        minimum=0,
        maximum=1200,
        rule_key="substances.duration_months",
    ),
    Question(
        "route",
        "How it is taken",
        Kind.CHOICE,
        choices=choices(
            ("swallowed", "Swallowed"),
            ("smoked", "Smoked or vaped"),
            ("snorted", "Snorted"),
            ("injected", "Injected"),
            ("other", "Other"),
        ),
    ),
    Question(
        "last_use",
        "Last time",
        Kind.CHOICE,
        choices=LAST_USE,
        required_to_send=True,
        rule_key="substances.hours_since_last",
    ),
    Question(
        "last_use_at",
        "Exact date and time",
        Kind.DATETIME,
        help="Only when the exact time is known. Center time.",
        past_only=True,
    ),
    Question(
        "prescribed_stable",
        "Prescribed, taken as prescribed, and the prescriber confirms it goes on",
        Kind.YES_NO,
        rule_key="substances.prescribed_stable",
    ),
)

# How the fields of a row stand beside each other on wide screens.
ROW_LAYOUT = (
    ("substance", "product_form", "product_name"),
    ("amount", "unit", "strength_mg"),
    ("times_a_day", "days_per_week", "duration_months"),
    ("last_use",),
    ("last_use_at",),
    ("route",),
    ("prescribed_stable",),
)

SECTION = Section(
    key="substances",
    title="Substances and last use",
    domain="Substance use",
    intro="List everything used in the last month, alcohol and prescribed medicines included.",
    row_questions=ROW_QUESTIONS,
    questions=(
        Question(
            "substance_list_complete",
            "Is this everything the person uses?",
            Kind.YES_NO,
            help="Ask by name about alcohol, sleeping or anxiety pills, opioids, stimulants and kratom.",
            required_to_send=True,
            rule_key="substance_list_complete",
        ),
        Question(
            "suspected_medetomidine_xylazine",
            "Could the supply contain xylazine or medetomidine?",
            Kind.YES_NO,
            help="Unusual sedation, slow heartbeat, or wounds that do not heal.",
            rule_key="suspected_medetomidine_xylazine",
        ),
        Question(
            "reasons",
            "What does it help with?",
            Kind.MULTI,
            choices=choices(
                ("pain", "Pain"),
                ("opioid_withdrawal", "Withdrawal from opioids"),
                ("anxiety", "Anxiety"),
                ("depression", "Low mood"),
                ("energy", "Energy or focus"),
                ("sleep", "Sleep"),
                ("other", "Something else"),
            ),
        ),
        Question("opioid_history", "Has the person had an opioid use disorder?", Kind.YES_NO),
        Question(
            "starting_grams",
            "Kratom: grams a day at the start",
            Kind.NUMBER,
            unit="grams",
            minimum=0,
            maximum=1000,
        ),
        Question("overdose_before", "Has the person had an overdose before?", Kind.YES_NO),
        Question("naloxone_at_home", "Is there naloxone at home, and someone who can use it?", Kind.YES_NO),
        Question(
            "signs",
            "Signs the person has noticed",
            Kind.MULTI,
            choices=choices(
                ("more_needed", "Needs more for the same effect"),
                ("day_around_it", "The day is built around taking it"),
                ("cannot_cut_down", "Has tried and could not cut down"),
                ("on_the_mind", "Thinks about it much of the time"),
                ("gave_up_things", "Has given up work, people or things that mattered"),
                ("money", "Spends more than planned, borrows, or leaves bills unpaid"),
                ("to_cope", "Takes it to cope with pain or distress"),
            ),
        ),
        Question(
            "monthly_spend", "Spent in a month", Kind.NUMBER, unit="US dollars", minimum=0, maximum=1_000_000
        ),
        Question("substances_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
