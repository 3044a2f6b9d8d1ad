"""Substances and last use: one row per product, then questions about the whole (seed 003 lines 24-88)."""

from intake import substances
from intake.questions.base import Kind, Question, Section, choices, opened_by

LAST_USE = choices(
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("two_three_days", "2 to 3 days ago"),
    ("four_seven_days", "4 to 7 days ago"),
    ("over_a_week", "More than a week ago"),
    ("exact", "At an exact date and time"),
)

# Forms of plain leaf. Any other form, and a form that is not known, may be stronger than its grams say.
PLAIN_FORMS = frozenset({"powder", "capsule", "leaf", "leaf_tea"})

_KRATOM = opened_by("substance", *sorted(substances.KRATOM))
_MORE = "More about this product"

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
            ("capsule", "Capsule or tablet of plain leaf"),
            ("leaf", "Leaf, chewed or crushed"),
            ("leaf_tea", "Tea"),
            ("extract", "Liquid extract or shot"),
            ("resin", "Resin"),
            ("enhanced", "Enhanced or concentrated powder"),
            ("seven_oh", "Tablet, gummy or other product with 7-OH"),
            ("vape", "Vape"),
            ("blend", "Blend with kava, tianeptine or phenibut"),
            ("drink", "Drink"),
            ("pill", "Prescription pill"),
            ("other", "Other"),
        ),
    ),
    Question("product_name", "Brand or street name", Kind.TEXT),
    Question(
        "enhanced",
        "Enhanced, concentrated or with 7-OH?",
        Kind.CHOICE,
        choices=choices(("no", "No, plain leaf"), ("yes", "Enhanced"), ("seven_oh", "With 7-OH")),
        help=(
            "Ask for the label. 7-OH acts much like morphine. Grams then say nothing about strength and are "
            "not counted on."
        ),
        shown_when=_KRATOM,
    ),
    Question(
        "amount", "Amount each time", Kind.NUMBER, minimum=0, maximum=1_000_000, rule_key="substances.amount"
    ),
    Question("unit", "Counted in", Kind.CHOICE, choices=choices(*substances.UNITS)),
    Question(
        "strength_mg",
        "Strength of one piece",
        Kind.NUMBER,
        help="From the label, never a guess. 0.5 grams is 500 milligrams.",
        unit="milligrams",
        minimum=0,
        maximum=1_000_000,
        shown_when=opened_by("unit", "pieces"),
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
        "amount_confirmed",
        "That is more than most people report. Is it right?",
        Kind.YES_NO,
        help="Read the amount back and ask once. “Yes” keeps it as it is.",
        shown_when=opened_by(substances.UNUSUAL, "yes"),
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
        help="Only when a time is known. Center time.",
        past_only=True,
        shown_when=opened_by("last_use", "exact"),
    ),
    Question(
        "last_use_exactness",
        "How sure is that time?",
        Kind.CHOICE,
        choices=choices(("exact", "Sure"), ("approximate", "About"), ("unknown", "Not sure at all")),
        help="“About” counts as up to 12 hours later; “not sure” as just now.",
        shown_when=opened_by("last_use", "exact"),
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
        group=_MORE,
    ),
    Question(
        "prescribed_stable",
        "Prescribed, taken as prescribed, and the prescriber confirms it goes on",
        Kind.YES_NO,
        rule_key="substances.prescribed_stable",
        shown_when=opened_by("substance", *substances.PRESCRIBED),
        group=_MORE,
    ),
    Question(
        "hours_between",
        "Hours between doses",
        Kind.NUMBER,
        minimum=0,
        maximum=720,
        unit="hours",
        shown_when=opened_by("times_a_day", above=1),
        group=_MORE,
    ),
    Question(
        "on_waking",
        "First dose on waking?",
        Kind.YES_NO,
        shown_when=opened_by("times_a_day", above=0),
        group=_MORE,
    ),
    Question(
        "first_use",
        "First used on, about",
        Kind.DATE,
        past_only=True,
        shown_when=opened_by("amount", above=0),
        group=_MORE,
    ),
    Question(
        "start_amount",
        "At the start: one dose",
        Kind.NUMBER,
        help="Counted as above.",
        minimum=0,
        maximum=1_000_000,
        shown_when=opened_by("amount", above=0),
        group=_MORE,
    ),
    Question(
        "start_times",
        "At the start: doses daily",
        Kind.NUMBER,
        minimum=0,
        maximum=200,
        shown_when=opened_by("amount", above=0),
        group=_MORE,
    ),
)

# How the fields of a row stand beside each other on wide screens.
ROW_LAYOUT = (
    ("substance", "product_form", "product_name"),
    ("enhanced",),
    ("amount", "unit", "strength_mg"),
    ("times_a_day", "days_per_week", "duration_months"),
    ("amount_confirmed",),
    ("last_use",),
    ("last_use_at", "last_use_exactness"),
    ("route",),
    ("prescribed_stable",),
    ("hours_between", "start_amount", "start_times"),
    ("on_waking",),
    ("first_use",),
)

_WHOLE = "The whole picture"
_WHY = "What it is for"
_BUYING = "Supply"
_OVERDOSE = "Overdose and naloxone"

SECTION = Section(
    key="substances",
    title="Substances and last use",
    domain="Substance use",
    intro="List everything used in the last month, alcohol and prescribed medicines included.",
    row_questions=ROW_QUESTIONS,
    questions=(
        Question(
            "asked_by_name",
            "Used in the last month, asked by name",
            Kind.MULTI,
            help=(
                "Read them out. Add a row above for each that is ticked; without a row it counts as used, "
                "with everything about it not known."
            ),
            choices=choices(*substances.BY_NAME, ("none", "None of these")),
            group=_WHOLE,
        ),
        Question(
            "substance_list_complete",
            "Is this everything the person uses?",
            Kind.YES_NO,
            help="Ask by name about alcohol, sleeping or anxiety pills, opioids, stimulants and kratom.",
            required_to_send=True,
            rule_key="substance_list_complete",
            group=_WHOLE,
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
                ("trauma", "Bad memories"),
                ("energy", "Energy or focus"),
                ("sleep", "Sleep"),
                ("other", "Something else"),
            ),
            group=_WHY,
        ),
        Question(
            "pain_plan",
            "Is there another plan for the pain?",
            Kind.YES_NO,
            shown_when=opened_by("reasons", "pain"),
            group=_WHY,
        ),
        Question(
            "pain_specialist",
            "A specialist for pain",
            Kind.CHOICE,
            choices=choices(("sees_one", "Sees one"), ("wants_one", "Wants one"), ("no_wish", "No wish")),
            shown_when=opened_by("reasons", "pain"),
            group=_WHY,
        ),
        Question(
            "psychiatric_evaluation",
            "Seen by a psychiatrist for this",
            Kind.CHOICE,
            choices=choices(
                ("last_year", "In the last year"), ("longer_ago", "Longer ago"), ("never", "Never")
            ),
            shown_when=opened_by("reasons", "anxiety", "depression", "trauma"),
            group=_WHY,
        ),
        Question(
            "opioid_history",
            "Has the person had an opioid use disorder?",
            Kind.YES_NO,
            help="A yes leads to the question about medicine for it, under Health and medicines.",
            group=_WHY,
        ),
        Question(
            "buying",
            "Where and how it is bought",
            Kind.MULTI,
            help="Not needed to go on.",
            choices=choices(
                ("store", "Gas station or convenience store"),
                ("smoke_shop", "Smoke or vape shop"),
                ("online", "Online"),
                ("person", "From another person"),
                ("prescription", "On prescription"),
                ("bulk", "In bulk"),
                ("vendors", "From several sellers"),
                ("strains", "Certain strains only"),
                ("enhanced", "Looks for enhanced products"),
            ),
            group=_BUYING,
        ),
        Question(
            "monthly_spend",
            "Spent in a month",
            Kind.NUMBER,
            unit="US dollars",
            minimum=0,
            maximum=1_000_000,
            group=_BUYING,
        ),
        Question(
            "suspected_medetomidine_xylazine",
            "Could the supply contain xylazine or medetomidine?",
            Kind.YES_NO,
            help="Unusual sedation, slow heartbeat, or wounds that do not heal.",
            rule_key="suspected_medetomidine_xylazine",
            group=_BUYING,
        ),
        Question(
            "supply_signs",
            "Signs that a product held something else",
            Kind.MULTI,
            help="Strength varies. Salmonella, lead, nickel and undeclared drugs were found in products.",
            choices=choices(
                ("infection", "Fever with diarrhea"),
                ("too_strong", "Far stronger than before, or unexpected drowsiness"),
                ("drug_found", "A test found a drug that was not taken knowingly"),
                ("metal", "Numbness, weakness or belly pain without another cause"),
                ("none", "None of these"),
            ),
            group=_BUYING,
        ),
        Question("overdose_before", "Has the person had an overdose before?", Kind.YES_NO, group=_OVERDOSE),
        Question(
            "naloxone_at_home",
            "Is there naloxone at home?",
            Kind.YES_NO,
            help="It needs no prescription. Offer it, also to people who use only kratom.",
            group=_OVERDOSE,
        ),
        Question(
            "naloxone_trained",
            "Does someone at home know how to give it?",
            Kind.YES_NO,
            group=_OVERDOSE,
        ),
        Question("substances_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
