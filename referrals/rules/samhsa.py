"""The service codes of the national directory of treatment facilities, and what each says about a partner.

Codes and labels follow the key that SAMHSA publishes with the National Directory and FindTreatment.gov, as
far as it was transcribed and checked. Only setting codes say that a place does detox: DLC, DB and DM are
medicines used in a protocol, and say nothing about a bed. A code that is absent is not known, never a no;
NMOA, NOOP and the like are the few that say no.
"""

from collections.abc import Iterable
from typing import Any

GROUPS: dict[str, dict[str, str]] = {
    "Type of care": {
        "SA": "Substance use treatment", "DT": "Detoxification", "HH": "Transitional or sober housing",
        "SUMH": "Treatment of substance use with serious mental illness",
    },
    "Setting": {
        "HI": "Hospital inpatient", "HID": "Hospital inpatient detox", "HIT": "Hospital inpatient treatment",
        "RES": "Residential", "RD": "Residential detox", "RS": "Short-term residential",
        "RL": "Long-term residential", "OP": "Outpatient", "OD": "Outpatient detox",
        "ODT": "Day treatment or partial hospitalization", "OIT": "Intensive outpatient",
        "OMB": "Outpatient methadone, buprenorphine or naltrexone", "ORT": "Regular outpatient",
    },
    "Detox": {
        "ADTX": "Alcohol detox", "BDTX": "Benzodiazepine detox", "CDTX": "Cocaine detox",
        "MDTX": "Methamphetamine detox", "ODTX": "Opioid detox", "MDET": "Medicine used in detox",
    },
    "Opioid treatment": {
        "OTP": "Opioid treatment program", "UB": "Prescribes buprenorphine", "UN": "Prescribes naltrexone",
        "BUM": "Buprenorphine maintenance", "MM": "Methadone maintenance", "DB": "Buprenorphine detox",
        "DM": "Methadone detox", "DLC": "Lofexidine or clonidine detox",
        "RPN": "Naltrexone after treatment", "MOA": "Takes people whose medicine is prescribed elsewhere",
        "NMOA": "No medicines for opioid use disorder", "NOOP": "Does not treat opioid use disorder",
    },
    "Medicines": {
        "METH": "Methadone", "BWN": "Buprenorphine with naloxone", "BWON": "Buprenorphine without naloxone",
        "BERI": "Buprenorphine injection", "BSDM": "Buprenorphine implant", "NXN": "Naltrexone tablets",
        "VTRL": "Naltrexone injection", "ACM": "Acamprosate", "DSF": "Disulfiram", "LFXD": "Lofexidine",
        "CLND": "Clonidine", "NRT": "Nicotine replacement", "NSC": "Other medicine for smoking",
        "MU": "Methadone used in treatment", "BU": "Buprenorphine used in treatment",
        "NU": "Naltrexone used in treatment", "MMD": "Medicine for mental disorders",
    },
    "Payment": {
        "MD": "Medicaid", "MC": "Medicare", "PI": "Private insurance", "SF": "Self-pay", "MI": "TRICARE",
        "SI": "State plan other than Medicaid", "FSA": "Government funding for substance use care",
        "ITU": "Indian Health Service, tribal or urban funds", "SAMF": "Block grants",
        "NP": "No payment taken", "PA": "Help with paying", "SS": "Sliding scale",
    },
    "Programs": {
        "AD": "Adolescents", "TAY": "Young adults", "WN": "Women", "PW": "Pregnant or postpartum women",
        "MN": "Men", "SE": "Seniors", "GL": "LGBTQ people", "VET": "Veterans", "ADM": "Active military",
        "MF": "Military families", "CJ": "Criminal justice clients", "CO": "Co-occurring mental disorders",
        "COPSU": "Co-occurring pain", "HV": "HIV or AIDS", "XA": "Sexual abuse",
        "DV": "Intimate partner violence", "TRMA": "Trauma",
    },
    "Ages and sex": {
        "CHLD": "Children and adolescents", "YAD": "Young adults 18 to 25", "ADLT": "Adults 26 to 64",
        "SNR": "Seniors 65 and older", "FEM": "Female", "MALE": "Male",
    },
    "Other services": {
        "BC": "Beds for clients' children", "CCC": "Child care", "TA": "Help with transport",
        "SPS": "Suicide prevention", "HS": "Help with housing", "MHS": "Mental health services",
        "NOE": "Naloxone and overdose education", "TELE": "Telehealth", "DVFP": "Family violence services",
    },
    "Languages": {
        "SP": "Spanish", "AH": "Sign language", "NX": "American Indian or Alaska Native languages",
        "FX": "Other languages", "F4": "Arabic", "F17": "Chinese", "F19": "Creole",
    },
    "Licenses": {
        "STAG": "State substance use agency", "STMH": "State mental health department",
        "STDH": "State health department", "JC": "Joint Commission", "CARF": "CARF",
        "COA": "Council on Accreditation", "SOTP": "SAMHSA opioid treatment certification",
        "DEA": "DEA registration",
    },
}  # fmt: skip
FOR_WHOM = ("TAY", "WN", "MN", "SE", "GL", "VET", "ADM", "MF")
GROUP_LABELS = {code: GROUPS["Programs"][code] for code in FOR_WHOM}
"""Programs for certain people that somebody may wish for (seed 000 line 120), by their service codes."""
LABELS = {code: label for group in GROUPS.values() for code, label in group.items()}
LANGUAGES = {
    "en": "English", "es": "Spanish", "ase": "Sign language", "ar": "Arabic", "zh": "Chinese",
    "ht": "Haitian Creole", "other": "Another language",
}  # fmt: skip

_LEVELS = {
    "detox": {"HID", "RD", "OD"},
    "medication": {"OTP", "OMB", "UB"},
    "residential": {"RES", "RS", "RL"},
}
_WITHDRAWAL = {"alcohol": {"ADTX"}, "benzo": {"BDTX"}, "opioid": {"ODTX"}, "stimulant": {"CDTX", "MDTX"}}
_MEDICATIONS = {
    "buprenorphine": {"UB", "BUM", "BWN", "BWON", "BU", "MOA"},
    "buprenorphine_er": {"BERI"},
    "methadone": {"OTP", "MM", "METH", "MU", "MOA"},
    "naltrexone": {"NXN"},
    "naltrexone_er": {"VTRL"},
}
_PAYERS = {
    "medicaid": {"MD"}, "medicare": {"MC"}, "tricare": {"MI"}, "private": {"PI"}, "state_plan": {"SI"},
    "self_pay": {"SF"},
}  # fmt: skip
_LANGUAGES = {"es": {"SP"}, "ase": {"AH"}, "ar": {"F4"}, "zh": {"F17"}, "ht": {"F19"}, "other": {"FX", "NX"}}
_BANDS = (("CHLD", 12, 17), ("YAD", 18, 25), ("ADLT", 26, 64), ("SNR", 65, None))


def facts_from(codes: Iterable[str]) -> dict[str, Any]:
    """Return what these codes say about a partner, as fields of a facility."""
    given = set(codes)
    refuses = given & {"NMOA", "NOOP"}
    medicines = [] if refuses else _listed(_MEDICATIONS, given)
    bands = [(youngest, oldest) for code, youngest, oldest in _BANDS if code in given]
    return {
        "levels": _listed(_LEVELS, given),
        "withdrawal_yes": [] if "NOOP" in given and "ODTX" in given else _listed(_WITHDRAWAL, given),
        "withdrawal_no": ["opioid"] if "NOOP" in given and "ODTX" not in given else [],
        "medications": medicines,
        "medications_no": ["buprenorphine", "buprenorphine_er", "methadone"] if refuses else [],
        "payers": _listed(_PAYERS, given),
        "lists_complete": False,
        "languages": _listed(_LANGUAGES, given),
        "access": ["sign_language"] if "AH" in given else [],
        "pregnancy": "yes" if "PW" in given else "unknown",
        "co_occurring": "yes" if given & {"SUMH", "CO"} else "unknown",
        "unit": _unit(given),
        "age_min": min((youngest for youngest, _ in bands), default=None),
        "age_max": _oldest(bands),
        "services": [code for code in LABELS if code in given],
    }


def _listed(table: dict[str, set[str]], given: set[str]) -> list[str]:
    return [name for name, codes in table.items() if codes & given]


def _unit(given: set[str]) -> str:
    """Return whom they take: both codes, or none, say nothing against anybody."""
    if ("FEM" in given) == ("MALE" in given):
        return "any"
    return "female" if "FEM" in given else "male"


def _oldest(bands: list[tuple[int, int | None]]) -> int | None:
    ends = [oldest for _, oldest in bands]
    return None if not ends or None in ends else max(filter(None, ends))
