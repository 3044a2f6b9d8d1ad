"""Physical health, medicines and pregnancy (seed 003 lines 71 to 78)."""

from intake.questions.base import Kind, Question, Section, choices, mapped

_CONDITIONS = "Conditions"
_MEDICINES = "Medicines and tests"
_VITALS = "Vital signs, when measured"

_ILLNESS = choices(
    ("none", "No"), ("stable", "Yes, and it is stable"), ("unstable", "Yes, and it is not stable")
)


def _illness(name: str, label: str, help_text: str = "") -> Question:
    return Question(
        name,
        label,
        Kind.CHOICE,
        help=help_text,
        choices=_ILLNESS,
        rule_key=f"medical.{name}",
        group=_CONDITIONS,
    )


def _vital(name: str, label: str, unit: str, maximum: float) -> Question:
    return Question(
        name,
        label,
        Kind.NUMBER,
        unit=unit,
        minimum=0,
        maximum=maximum,
        rule_key=f"vitals.{name}",
        group=_VITALS,
    )


SECTION = Section(
    key="health",
    title="Health and medicines",
    domain="Physical health",
    intro="We ask so that care starts in a safe place.",
    questions=(
        Question(
            "age_stated",
            "Age in years",
            Kind.WHOLE,
            help="Only when the date of birth is not known. The date of birth is on the person's record.",
            minimum=0,
            maximum=130,
            rule_key="age",
        ),
        Question(
            "pregnant",
            "Is the person pregnant, or could they be?",
            Kind.CHOICE,
            choices=choices(
                ("yes", "Yes"),
                ("possible", "It is possible"),
                ("no", "No"),
                ("not_able", "Cannot be pregnant"),
            ),
            help="Never advise stopping suddenly in pregnancy.",
            required_to_send=True,
            rule_key="pregnant",
            rule_map=mapped(yes="yes", no="no", not_able="no"),
        ),
        _illness("liver", "Liver disease?"),
        _illness("cardiac", "Heart disease or high blood pressure?"),
        _illness("respiratory", "Lung disease or asthma?"),
        _illness("seizure_disorder", "Epilepsy or another seizure disorder?"),
        _illness("renal_or_other", "Kidney disease, diabetes or another serious illness?"),
        Question(
            "jaundice_or_dark_urine",
            "Yellow skin or eyes, or dark urine?",
            Kind.YES_NO,
            help="Kratom can hurt the liver even after a short time.",
            rule_key="jaundice_or_dark_urine",
            group=_CONDITIONS,
        ),
        Question("pain", "Pain that lasts?", Kind.YES_NO, group=_CONDITIONS),
        Question(
            "conditions_notes", "Which conditions, and who treats them?", Kind.LONG_TEXT, group=_CONDITIONS
        ),
        Question(
            "medicines",
            "Medicines, one a line",
            Kind.LONG_TEXT,
            help="Name, dose, how often, prescriber. Include medicines bought without a prescription.",
            group=_MEDICINES,
        ),
        Question(
            "major_interaction",
            "Did the medicine check find a major interaction?",
            Kind.CHOICE,
            choices=choices(("yes", "Yes"), ("no", "No"), ("not_done", "The check was not done")),
            rule_key="major_interaction",
            rule_map=mapped(yes="yes", no="no"),
            group=_MEDICINES,
        ),
        Question(
            "mat_current",
            "Takes buprenorphine, methadone or naltrexone now?",
            Kind.YES_NO,
            help="Medicine, dose, prescriber and last dose go in the list above.",
            group=_MEDICINES,
        ),
        Question("allergies", "Allergies", Kind.LONG_TEXT, group=_MEDICINES),
        Question(
            "unexpected_drug_screen",
            "Did a drug screen show something the person had not told us?",
            Kind.CHOICE,
            choices=choices(("yes", "Yes"), ("no", "No"), ("not_done", "No screen was done")),
            rule_key="unexpected_drug_screen",
            rule_map=mapped(yes="yes", no="no"),
            group=_MEDICINES,
        ),
        _vital("hr", "Heart rate", "a minute", 400),
        _vital("sbp", "Blood pressure, upper number", "mmHg", 400),
        _vital("dbp", "Blood pressure, lower number", "mmHg", 300),
        _vital("rr", "Breaths", "a minute", 150),
        _vital("spo2", "Oxygen saturation", "%", 100),
        _vital("temp_c", "Temperature", "°C", 50),
        Question("vitals_at", "Measured at", Kind.DATETIME, past_only=True, group=_VITALS),
        Question("health_notes", "Notes from the call", Kind.LONG_TEXT),
    ),
)
