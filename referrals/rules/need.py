"""From what is known about a person to what a partner must be able to do, and to the card a partner sees.

The need is stored sealed with the referral. The card holds nothing that identifies anyone: no name, no date
of birth, no address, no phone, no member number; age in ten-year bands. Order of the card: how serious, who,
what, what to do, what to watch for, then payment and travel.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from referrals.choices import Level, Medication, Payer, Withdrawal
from referrals.rules.matching import Need

CLASS_OF = {
    "kratom_leaf": "kratom",
    "kratom_extract": "kratom",
    "seven_oh": "kratom",
    "opioid_rx": "opioid",
    "heroin": "opioid",
    "fentanyl": "opioid",
    "methadone": "opioid",
    "buprenorphine": "opioid",
    "tramadol": "opioid",
    "tianeptine": "opioid",
    "alcohol": "alcohol",
    "benzodiazepine": "benzo",
    "z_drug": "benzo",
    "barbiturate": "barb",
    "ghb_gaba_b": "gabab",
    "gabapentinoid": "gabapentinoid",
    "stimulant": "stimulant",
    "cannabis": "cannabis",
}
UNIT_OF = {
    "kratom_leaf": "g a day",
    "kratom_extract": "mg mitragynine a day",
    "seven_oh": "mg 7-OH a day",
    "opioid_rx": "MME a day",
    "alcohol": "drinks a day",
    "benzodiazepine": "mg diazepam equivalent a day",
    "z_drug": "mg diazepam equivalent a day",
    "gabapentinoid": "mg gabapentin equivalent a day",
    "methadone": "mg a day",
    "buprenorphine": "mg a day",
    "tramadol": "mg a day",
    "tianeptine": "mg a day",
}
IGNORED = frozenset({"caffeine", "nicotine"})
MEDICINES = {"methadone": "methadone", "buprenorphine": "buprenorphine"}
SEIZURE_RISK = frozenset({"alcohol", "benzo", "barb", "gabab"})
STANDING = "Supply is not controlled: strength varies, other drugs may be in it"


def need_of(
    picture: Mapping[str, Any],
    *,
    payer: str | None,
    pregnant: str | None,
    sex: str,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """Build the stored need from the detox input of an assessment. Absent stays absent, never "no"."""
    substances = {k: v or {} for k, v in (picture.get("substances") or {}).items() if k not in IGNORED}
    classes = {CLASS_OF.get(code, "other") for code in substances}
    medicines = {
        MEDICINES[code]
        for code, use in substances.items()
        if code in MEDICINES and use.get("prescribed_stable")
    }
    age = picture.get("age")
    return {
        "level": Level.DETOX.value,
        "withdrawal": [code for code in Withdrawal.values if code in classes],
        "medications": [code for code in Medication.values if code in medicines],
        "payer": payer if payer in Payer.values else None,
        "pregnant": pregnant or picture.get("pregnant") or "unknown",
        "age": int(age) if age is not None else None,
        "sex": sex,
        "language": language,
        "at_night": False,
        "use": [_use(code, use, now) for code, use in substances.items()],
        "watch": _watch(picture, classes, pregnant),
        "travel": "",
        "notes": "",
    }


def _use(code: str, use: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    hours = use.get("hours_since_last")
    last = None if hours is None else (now - timedelta(hours=float(hours))).isoformat()
    return {
        "code": code,
        "amount": use.get("amount"),
        "days_per_week": use.get("days_per_week"),
        "months": use.get("duration_months"),
        "last_use_at": last,
    }


def _watch(picture: Mapping[str, Any], classes: set[str], pregnant: str | None) -> list[str]:
    codes = []
    if picture.get("prior_complicated_withdrawal") == "yes":
        codes.append("past_complicated")
    elif picture.get("prior_complicated_withdrawal") != "no":
        codes.append("past_not_known")
    if (pregnant or picture.get("pregnant")) in {"yes", "possible"}:
        codes.append("pregnant")
    if classes & SEIZURE_RISK:
        codes.append("seizure_risk")
    if "benzo" in classes and classes & {"opioid", "kratom"}:
        codes.append("benzo_with_opioid")
    medical = picture.get("medical")
    if isinstance(medical, Mapping) and "unstable" in medical.values():
        codes.append("unstable_illness")
    if "kratom" in classes or "opioid" in classes:
        codes.append("supply")
    return codes


WATCH_WORDS = {
    "past_complicated": "Seizure, delirium or hospital stay in an earlier withdrawal",
    "past_not_known": "Earlier withdrawal is not known",
    "pregnant": "Pregnant, or may be",
    "seizure_risk": "Risk of seizure: do not stop all at once without medicine",
    "benzo_with_opioid": "Benzodiazepine together with kratom or an opioid: breathing",
    "unstable_illness": "An illness that is not stable",
    "supply": STANDING,
}
HIGH = ("past_complicated", "pregnant", "unstable_illness", "benzo_with_opioid", "seizure_risk")


def matching_need(stored: Mapping[str, Any]) -> Need:
    """Turn the stored need into the input of matching."""
    return Need(
        level=stored["level"],
        withdrawal=frozenset(stored["withdrawal"]),
        medications=frozenset(stored["medications"]),
        payer=stored["payer"],
        pregnant=stored["pregnant"],
        age=stored["age"],
        sex=stored["sex"],
        language=stored["language"],
        at_night=stored["at_night"],
    )


def age_band(age: int | None) -> str:
    """Say an age in a band of ten years; under 18 and from 90 on are one band each."""
    if age is None:
        return "Adult, age not known"
    if age < 18:
        return "Under 18"
    if age < 20:
        return "Adult 18-19"
    if age >= 90:
        return "Adult 90 or older"
    return f"Adult {age // 10 * 10}-{age // 10 * 10 + 9}"


def seriousness(stored: Mapping[str, Any]) -> tuple[str, str]:
    """Return (grade, sentence): "high" with its first reason, or "none" when nothing of the kind is known."""
    reasons = [code for code in HIGH if code in stored["watch"]]
    if reasons:
        return "high", f"High: {_lower(WATCH_WORDS[reasons[0]])}"
    if "past_not_known" in stored["watch"]:
        return "unknown", "Not known: earlier withdrawal is not known"
    return "none", "No danger sign of withdrawal is known"


def card(stored: Mapping[str, Any], labels: Mapping[str, str], when: Any) -> list[tuple[str, list[str]]]:
    """Build the card: (heading, lines). `labels` names substances; `when` words an ISO time for people."""
    unit = {"female": "women's unit", "male": "men's unit"}.get(stored["sex"], "unit not known")
    language = {"en": "English", "es": "Spanish"}.get(stored["language"], "interpreter needed")
    what = [_use_line(use, labels, when) for use in stored["use"]] or ["Substances are not known"]
    what += [f"Takes {Medication(code).label.lower()} as prescribed" for code in stored["medications"]]
    payer = Payer(stored["payer"]).label if stored["payer"] else "Not known"
    rows = [
        ("How serious", [seriousness(stored)[1]]),
        ("Who", [f"{age_band(stored['age'])}, {unit}, {language}"]),
        ("What", what),
        ("To do", _to_do(stored)),
        ("Watch for", [WATCH_WORDS[code] for code in stored["watch"]] or ["Nothing special is known"]),
        ("Payment", [payer if payer == "Not known" else f"{payer} (plan shown after you accept)"]),
    ]
    if stored["travel"]:
        rows.append(("Travel", [stored["travel"]]))
    if stored["notes"]:
        rows.append(("Also", [stored["notes"]]))
    return rows


def _to_do(stored: Mapping[str, Any]) -> list[str]:
    names = [_lower(Withdrawal(code).label) for code in stored["withdrawal"]]
    lines = ["Manage withdrawal" + (f" from {', '.join(names)}" if names else "")]
    if stored["pregnant"] in {"yes", "possible"}:
        lines.append("Contact an obstetric provider")
    elif stored["pregnant"] != "no" and stored["sex"] != "male":
        lines.append("Pregnancy test: the answer is not known")
    lines.append("Send us the medical clearance before the person comes back")
    return lines


def _use_line(use: Mapping[str, Any], labels: Mapping[str, str], when: Any) -> str:
    parts = []
    if use["amount"] is not None:
        parts.append(f"{use['amount']:g} {UNIT_OF.get(use['code'], 'a day')}")
    if use["days_per_week"] is not None:
        parts.append(f"{use['days_per_week']:g} days a week")
    if use["months"] is not None:
        parts.append(f"for {use['months']:g} months")
    parts.append(f"last use {when(use['last_use_at'])}" if use["last_use_at"] else "last use not known")
    return f"{labels.get(use['code'], 'Other substance')}: {', '.join(parts)}"


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
