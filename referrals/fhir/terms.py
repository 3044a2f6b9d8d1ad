"""Code systems, profiles and codes that a packet uses. Only codes that are free to ship: no CPT, no ASAM.

SNOMED CT codes are of the Global Patient Set. LOINC, ICD-10-CM, RxNorm and HL7's own are free.
"""

from typing import Any

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
DS4P_BASIS = "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-basis"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
OURS = "urn:clearway:"
NPI = "http://hl7.org/fhir/sid/us-npi"
URN = "urn:ietf:rfc:3986"
LANGUAGE = "urn:ietf:bcp:47"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NUCC = "http://nucc.org/provider-taxonomy"
COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
THO = "http://terminology.hl7.org/CodeSystem/"
ACT_CODE, ACT_REASON = f"{THO}v3-ActCode", f"{THO}v3-ActReason"
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
BSER_STATUS = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
OUR_STATUS = f"{OURS}offer-status"
US_CORE_CODES = "http://hl7.org/fhir/us/core/CodeSystem/"

SYSTEMS = frozenset(
    {
        *(NPI, URN, LANGUAGE, UCUM, LOINC, SNOMED, ICD10, RXNORM, NUCC, TASK_CODE, BSER_STATUS, GRAVITY),
        *(OUR_STATUS, f"{OURS}packet", f"{OURS}person", f"{OURS}referral", f"{OURS}offer", f"{OURS}staff"),
        *(f"{OURS}consent", f"{OURS}episode", f"{OURS}partner-reference", COVERAGE_CLASS),
        *(f"{US_CORE_CODES}us-core-documentreference-category",),
        *(f"{US_CORE_CODES}us-core-provenance-participant-type",),
        *(
            THO + name
            for name in (
                *("v3-ActCode", "v3-ActReason", "v3-Confidentiality", "v3-ParticipationType", "v2-0203"),
                "v2-0131",
                *("v3-DataOperation", "organization-type", "condition-clinical", "condition-ver-status"),
                *("condition-category", "observation-category", "allergyintolerance-clinical"),
                *("allergyintolerance-verification", "subscriber-relationship", "consentscope"),
                *("consentaction", "provenance-participant-type", "list-empty-reason", "data-absent-reason"),
            )
        ),
    }
)
"""Every system that may stand in a packet; a test looks for others."""

# By class of substance (`referrals.choices.Withdrawal`). No code names kratom.
DEPENDENCE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "alcohol": (
        (SNOMED, "66590003", "Alcohol dependence (disorder)"),
        (ICD10, "F10.20", "Alcohol dependence, uncomplicated"),
    ),
    "opioid": (
        (SNOMED, "75544000", "Opioid dependence (disorder)"),
        (ICD10, "F11.20", "Opioid dependence, uncomplicated"),
    ),
    "benzo": (
        (SNOMED, "231473004", "Benzodiazepine dependence (disorder)"),
        (ICD10, "F13.20", "Sedative, hypnotic or anxiolytic dependence, uncomplicated"),
    ),
    "barb": ((ICD10, "F13.20", "Sedative, hypnotic or anxiolytic dependence, uncomplicated"),),
    "kratom": (
        (SNOMED, "191816009", "Drug dependence (disorder)"),
        (ICD10, "F19.20", "Other psychoactive substance dependence, uncomplicated"),
    ),
}
DEPENDENCE_OF: dict[str, tuple[tuple[str, str, str], ...]] = {"z_drug": DEPENDENCE["barb"]}
"""A substance that its class's SNOMED code doesn't name: a sleeping pill is no benzodiazepine."""
KRATOM_NOTE = (
    "No ICD-10-CM code names kratom; a clinician decides between F19.2x (other psychoactive substance) and "
    "F11.2x (opioid)."
)
TOTALS: dict[str, tuple[str, str]] = {
    "phq9": ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
    "audit_c": ("75626-2", "Total score [AUDIT-C]"),
    "audit": ("75624-7", "Total score [AUDIT]"),
    "gad7": ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
    "dast10": ("82667-7", "Total score [DAST-10]"),
    "pc_ptsd5": ("102017-1", ""),
    "sasq_alcohol": ("68517-2", ""),
    "sasq_drug": ("68524-8", ""),
}
"""LOINC codes of total scores, as the instruments' own files have them verified (`intake/rules/instruments`).

An instrument that is not here goes by its name. Looked for again in November 2026: no LOINC code of a COWS,
CIWA-Ar, SDS, PAWSS or ASQ total was found in any document; those in circulation are of something else.
"""
TIMES = frozenset({"sasq_alcohol", "sasq_drug"})
"""Instruments whose number counts how often, and is no score."""
RISK = "93374-7"
RISKS = {"low": "LA9194-7", "moderate": "LA6751-7", "high": "LA9193-9"}
"""The C-SSRS screen's risk level: LOINC's code, and the answers of its list LL465-6."""

VITALS: dict[str, tuple[str, str, str, str, str]] = {
    "hr": ("heart-rate", "8867-4", "Heart rate", "/min", "beats/minute"),
    "rr": ("respiratory-rate", "9279-1", "Respiratory rate", "/min", "breaths/minute"),
    "temp_c": ("body-temperature", "8310-5", "Body temperature", "Cel", "degrees C"),
}
PREGNANCY: dict[str, tuple[str, str]] = {
    "yes": ("77386006", "Pregnant (finding)"),
    "possible": ("152231000119106", "Pregnancy not yet confirmed (finding)"),
    "no": ("60001007", "Not pregnant (finding)"),
    "not_able": ("60001007", "Not pregnant (finding)"),
}
PURPOSES: dict[str, tuple[str, str]] = {
    "treatment": ("TREAT", "treatment"),
    "payment": ("HPAYMT", "healthcare payment"),
    "operations": ("HOPERAT", "healthcare operations"),
    "family": ("FAMRQT", "family requested"),
    "request": ("PATRQT", "patient requested"),
    "research": ("HRESCH", "healthcare research"),
}
PAYERS: dict[str, str] = {
    "aetna": "Aetna",
    "anthem": "Anthem",
    "cigna": "Cigna",
    "united": "UnitedHealthcare",
    "medicaid": "Medicaid",
    "medicare": "Medicare",
    "tricare": "TRICARE",
    "other_insurance": "Other insurance",
}

PLACES: dict[str, tuple[str, str]] = {
    "HID": ("276400000X", "Hospital unit for substance use disorders"),
    "RD": ("324500000X", "Residential treatment of substance use"),
    "OD": ("261QR0405X", "Outpatient treatment of substance use"),
    "OTP": ("261QM2800X", "Methadone clinic"),
}
"""What kind of place a partner is, by SAMHSA's service codes: its NUCC taxonomy code, in our own words."""
# US Core's relationship is of the person to who holds the policy.
HOLDERS: dict[str, tuple[str, str]] = {
    "self": ("self", "Self"),
    "parent": ("child", "Child"),
    "partner": ("spouse", "Spouse"),
    "other": ("other", "Other"),
}

# Our status of an offer: Task.status, then what it means for the loop (BSeR's code where it has one, ours).
TASK_STATUS: dict[str, tuple[str, str, str]] = {
    "accepted": ("accepted", "3.0", "bed-held"),
    "no_show": ("in-progress", "5.1.2", "no-show"),
    "arrived": ("in-progress", "", "admitted"),
    "clearance_sent": ("in-progress", "", "clearance-sent"),
}
BSER_WORDS = {"3.0": "Service Request Accepted", "5.1.2": "Service Event No-Show"}


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    """Return a Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(text: str, *codings: tuple[str, str, str]) -> dict[str, Any]:
    """Return a CodeableConcept: its codings, and always words."""
    found: dict[str, Any] = {"coding": [coding(*one) for one in codings]} if codings else {}
    return found | {"text": text}
