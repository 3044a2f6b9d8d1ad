"""Physical health, medicines and pregnancy (seed 003 lines 71 to 78)."""

from intake.questions.base import Kind, Question, Section, choices, mapped, opened_by

_CONDITIONS = "Conditions"
_MEDICINES = "Medicines and tests"
_VITALS = "Vital signs, when measured"

_MAT = opened_by("mat_current", "yes")
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
        Question(
            "pregnancy_weeks",
            "Weeks of pregnancy, about",
            Kind.WHOLE,
            minimum=0,
            maximum=45,
            shown_when=opened_by("pregnant", "yes", "possible"),
        ),
        Question(
            "pregnancy_doctor",
            "Pregnancy doctor or clinic, and how to reach them",
            Kind.TEXT,
            shown_when=opened_by("pregnant", "yes", "possible"),
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
            "medicine_classes",
            "What the medicines are for",
            Kind.MULTI,
            help="Kratom changes how the body handles many of these. Never advise to stop a medicine.",
            choices=choices(
                ("psychiatric", "Mood, anxiety, sleep or psychosis"),
                ("cardiovascular", "Heart or blood pressure"),
                ("diabetes", "Diabetes"),
                ("pain", "Pain"),
                ("seizure", "Seizures"),
                ("blood_thinner", "Thinning the blood"),
                ("opioid_use", "Opioid use disorder"),
                ("other", "Something else"),
                ("none", "Takes no medicines"),
            ),
            group=_MEDICINES,
        ),
        Question(
            "threshold_medicines",
            "Takes something that makes seizures more likely?",
            Kind.YES_NO,
            help="For example bupropion, tramadol, clozapine, or a stimulant.",
            group=_MEDICINES,
        ),
        Question(
            "mat_current",
            "Takes buprenorphine, methadone or naltrexone now?",
            Kind.YES_NO,
            help="Never stop it or lower it for an admission: we speak with the prescriber.",
            group=_MEDICINES,
        ),
        Question(
            "mat_drug",
            "Which one",
            Kind.CHOICE,
            choices=choices(
                ("buprenorphine", "Buprenorphine"),
                ("buprenorphine_naloxone", "Buprenorphine with naloxone"),
                ("methadone", "Methadone"),
                ("naltrexone", "Naltrexone"),
            ),
            shown_when=_MAT,
            group=_MEDICINES,
        ),
        Question("mat_dose", "Dose and how often", Kind.TEXT, shown_when=_MAT, group=_MEDICINES),
        Question(
            "mat_prescriber",
            "Prescriber or clinic, and phone",
            Kind.TEXT,
            help="We speak with them once the person has agreed in writing.",
            shown_when=_MAT,
            group=_MEDICINES,
        ),
        Question(
            "mat_last_dose",
            "Last dose taken at",
            Kind.DATETIME,
            past_only=True,
            shown_when=_MAT,
            group=_MEDICINES,
        ),
        Question(
            "mat_goes_on",
            "Taken as prescribed, and the prescriber confirms it goes on?",
            Kind.YES_NO,
            shown_when=_MAT,
            group=_MEDICINES,
        ),
        Question(
            "withdrawal_medicines",
            "Given for withdrawal now",
            Kind.MULTI,
            choices=choices(
                ("clonidine", "Clonidine"),
                ("lofexidine", "Lofexidine"),
                ("other", "Something else"),
                ("none", "None"),
            ),
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
