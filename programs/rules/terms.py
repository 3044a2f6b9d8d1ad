"""The closed lists of words that the decision inputs and outputs are made of."""

OUTCOMES = (
    "no_detox_needed",
    "clinician_must_review",
    "needs_monitored_or_ambulatory_wm",
    "needs_medically_managed_inpatient",
    "emergency_now",
)
TRI_STATE = ("no", "unknown", "yes")
SUICIDALITY = ("none", "unknown", "low", "moderate", "active_now", "high")
ILLNESS = ("none", "unknown", "stable", "unstable")
SEVERITY = ("none", "mild", "unknown", "moderate", "severe")
SEX = ("male", "female", "other", "unknown")
FACTORS = ("F1", "F2", "F3", "F4", "F5")
RED_FLAGS = (
    "unresponsive_or_overdose",
    "breathing_trouble",
    "seizure_24h",
    "chest_pain_or_fainting",
    "confusion_or_hallucination",
    "persistent_vomiting_or_severe_abdominal_pain",
    "violent_or_psychotic",
    "severe_panic",
    "pregnancy_alarm",
    "head_injury_or_stroke_signs",
    "naloxone_24h_not_evaluated",
    "deliberate_or_unknown_ingestion",
)
CONDITIONS = ("liver", "cardiac", "respiratory", "seizure_disorder", "renal_or_other")
VITAL_SIGNS = ("hr", "sbp", "dbp", "rr", "spo2", "temp_c")
TRI_STATE_KEYS = (
    "pregnant",
    "prior_complicated_withdrawal",
    "prior_severe_opioid_kratom_withdrawal",
    "jaundice_or_dark_urine",
    "unexpected_drug_screen",
    "major_interaction",
    "suspected_medetomidine_xylazine",
    "safe_home_support",
)
MESSAGES = (
    *("911", "988", "dont_stop_abruptly", "moud", "naloxone"),
    *("ob", "pharmacist", "poison", "stay_with_person"),
)
