"""Treatment goals and wishes, in the person's own words (seed 003 line 138, seed 000 lines 109 to 120)."""

from intake.questions.base import Kind, Question, Section, choices

SECTION = Section(
    key="goals",
    title="Goals and wishes",
    domain="Treatment goals",
    intro="Write down the person's own words.",
    questions=(
        Question("goal_words", "What does the person want from treatment?", Kind.LONG_TEXT),
        Question(
            "goal_kind",
            "About use",
            Kind.CHOICE,
            choices=choices(
                ("stop", "Stop"),
                ("cut_down", "Cut down"),
                ("stay_stopped", "Stay stopped"),
                ("unsure", "Has not decided"),
            ),
        ),
        Question(
            "readiness",
            "How ready, from 0 to 10",
            Kind.WHOLE,
            minimum=0,
            maximum=10,
        ),
        Question(
            "medication_wish",
            "Wants medicine for opioid use disorder",
            Kind.CHOICE,
            choices=choices(("yes", "Yes"), ("no", "No"), ("wants_to_know_more", "Wants to know more")),
        ),
        Question(
            "setting_wish",
            "Where care should happen, if there is a choice",
            Kind.CHOICE,
            choices=choices(
                ("residential", "Live there"),
                ("day", "Days there, nights at home"),
                ("outpatient", "Visits"),
                ("no_wish", "No wish"),
            ),
        ),
        Question(
            "preferences",
            "Wishes",
            Kind.MULTI,
            choices=choices(
                ("gender_specific", "A group or clinician of a certain gender"),
                ("faith", "Care with faith"),
                ("no_faith", "Care without faith"),
                ("holistic", "Yoga, art or other holistic care"),
                ("twelve_step", "Twelve-step groups"),
                ("smart", "SMART Recovery"),
                ("peer", "Peer support"),
                ("kratom_groups", "Groups about kratom"),
                ("clinician_led", "Groups led by a clinician"),
                ("lgbtq", "LGBTQ+ aware care"),
                ("veterans", "A veterans group"),
                ("professionals", "A group for business professionals"),
            ),
        ),
        Question("what_matters", "What matters most to the person?", Kind.LONG_TEXT),
        Question("commitments", "Dates and duties to plan around", Kind.LONG_TEXT),
        Question(
            "language_care",
            "Language for care",
            Kind.CHOICE,
            choices=choices(("en", "English"), ("es", "Spanish"), ("other", "Another, with an interpreter")),
        ),
        Question("access_needs", "Help needed with hearing, seeing, reading or moving", Kind.LONG_TEXT),
        Question("earliest_start", "Could start on", Kind.DATE),
        Question("goals_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
