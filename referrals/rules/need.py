"""From what is known about a person to what a partner must be able to do, and to the card a partner sees.

The need is stored sealed with the referral. The card holds nothing that identifies anyone: no name, no date
of birth, no address, no phone, no member number; age in ten-year bands. Order of the card: how serious, who,
what, what to do, what to watch for, then payment and travel. Each line belongs to a category of the consent;
what the person has not ticked is "Not shared by the person", whether there is something to share or not.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from records.choices import Category
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
    "kratom_leaf": noop("g a day"),
    "kratom_extract": noop("mg mitragynine a day"),
    "seven_oh": noop("mg 7-OH a day"),
    "opioid_rx": noop("MME a day"),
    "alcohol": noop("drinks a day"),
    "benzodiazepine": noop("mg diazepam equivalent a day"),
    "z_drug": noop("mg diazepam equivalent a day"),
    "gabapentinoid": noop("mg gabapentin equivalent a day"),
    "methadone": noop("mg a day"),
    "buprenorphine": noop("mg a day"),
    "tramadol": noop("mg a day"),
    "tianeptine": noop("mg a day"),
}
A_DAY, OTHER = noop("a day"), noop("Other substance")
ZIP = re.compile("[0-9]{5}")
IGNORED = frozenset({"caffeine", "nicotine"})
MEDICINES = {"methadone": "methadone", "buprenorphine": "buprenorphine"}
GROUP_OF = {"lgbtq": "GL", "veterans": "VET"}
"""Which service code answers which wish of the assessment."""
SEIZURE_RISK = frozenset({"alcohol", "benzo", "barb", "gabab"})
STANDING = noop("Supply is not controlled: strength varies, other drugs may be in it")


def need_of(
    picture: Mapping[str, Any],
    *,
    payer: str | None,
    pregnant: str | None,
    sex: str,
    language: str,
    now: datetime,
    zip_code: str | None = None,
    wishes: Collection[str] = (),
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
        "zip": zip_code if zip_code and ZIP.fullmatch(zip_code) else "",
        "max_miles": None,
        "co_occurring": False,
        "access": [],
        "groups": [GROUP_OF[wish] for wish in GROUP_OF if wish in wishes],
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
    "past_complicated": noop("Seizure, delirium or hospital stay in an earlier withdrawal"),
    "past_not_known": noop("Earlier withdrawal is not known"),
    "pregnant": noop("Pregnant, or may be"),
    "seizure_risk": noop("Risk of seizure: do not stop all at once without medicine"),
    "benzo_with_opioid": noop("Benzodiazepine together with kratom or an opioid: breathing"),
    "unstable_illness": noop("An illness that is not stable"),
    "supply": STANDING,
}
WATCH_CATEGORY = {"pregnant": Category.PREGNANCY, "unstable_illness": Category.HEALTH}
"""To which category a sign belongs; every other one is about substance use and withdrawal."""
ALL = frozenset(Category)
NOT_SHARED = noop("Not shared by the person")
FREE_TEXT = frozenset(
    {
        Category.SUBSTANCE_USE,
        Category.HEALTH,
        Category.MEDICATIONS,
        Category.MENTAL_HEALTH,
        Category.PREGNANCY,
        Category.INSURANCE,
    }
)
"""Nobody can sort what staff wrote in their own words: it is shown when all of these are ticked."""
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
        max_miles=stored.get("max_miles") if stored.get("zip") else None,
        co_occurring=stored.get("co_occurring", False),
        access=frozenset(stored.get("access", ())),
        groups=frozenset(stored.get("groups", ())),
    )


def age_band(age: int | None) -> str:
    """Say an age in a band of ten years; under 18 and from 90 on are one band each."""
    if age is None:
        return _("Adult, age not known")
    if age < 18:
        return _("Under 18")
    if age < 20:
        return _("Adult 18-19")
    if age >= 90:
        return _("Adult 90 or older")
    return _("Adult %(from)s-%(to)s") % {"from": age // 10 * 10, "to": age // 10 * 10 + 9}


def seriousness(stored: Mapping[str, Any], categories: Collection[str] = ALL) -> tuple[str, str]:
    """Return (grade, sentence) as far as `categories` allow; a grade is "high", "unknown" or "none".

    Staff read it whole. With a kind of sign left out the grade is never "none": silence is no all-clear.
    """
    if Category.SUBSTANCE_USE not in categories:
        return "unknown", _(NOT_SHARED)
    watch = _shared_signs(stored, categories)
    reasons = [code for code in HIGH if code in watch]
    if reasons:
        return "high", _("High: %(why)s") % {"why": _lower(_(WATCH_WORDS[reasons[0]]))}
    if "past_not_known" in watch:
        return "unknown", _("Not known: earlier withdrawal is not known")
    if not set(WATCH_CATEGORY.values()) <= set(categories):
        return "unknown", _("Not known: the person has not shared everything")
    return "none", _("No danger sign of withdrawal is known")


def _shared_signs(stored: Mapping[str, Any], categories: Collection[str]) -> list[str]:
    return [
        code for code in stored["watch"] if WATCH_CATEGORY.get(code, Category.SUBSTANCE_USE) in categories
    ]


def card(
    stored: Mapping[str, Any], labels: Mapping[str, str], when: Any, categories: Collection[str]
) -> list[tuple[str, list[str]]]:
    """Build the card: (heading, lines), cut to the `categories` that the person's consent covers.

    `labels` names substances; `when` words an ISO time for people.
    """
    unit = {"female": _("women's unit"), "male": _("men's unit")}.get(stored["sex"], _("unit not known"))
    language = {"en": _("English"), "es": _("Spanish")}.get(stored["language"], _("interpreter needed"))
    rows = [
        (_("How serious"), [seriousness(stored, categories)[1]]),
        (_("Who"), [f"{age_band(stored['age'])}, {unit}, {language}"]),
        (_("What"), _what(stored, labels, when, categories)),
        (_("To do"), _to_do(stored, categories)),
        (_("Watch for"), _watch_for(stored, categories)),
        (_("Payment"), [_payment(stored) if Category.INSURANCE in categories else _(NOT_SHARED)]),
    ]
    if stored["travel"]:
        rows.append((_("Travel"), [stored["travel"]]))
    if stored["notes"]:
        rows.append((_("Also"), [stored["notes"] if set(categories) >= FREE_TEXT else _(NOT_SHARED)]))
    return rows


def _what(
    stored: Mapping[str, Any], labels: Mapping[str, str], when: Any, categories: Collection[str]
) -> list[str]:
    if Category.SUBSTANCE_USE not in categories:
        return [_(NOT_SHARED)]
    lines = [_use_line(use, labels, when) for use in stored["use"]] or [_("Substances are not known")]
    if Category.MEDICATIONS not in categories:
        return [*lines, _("Medicines: %(what)s") % {"what": _lower(_(NOT_SHARED))}]
    return lines + [
        _("Takes %(medicine)s as prescribed") % {"medicine": _(Medication(code).label).lower()}
        for code in stored["medications"]
    ]


def _to_do(stored: Mapping[str, Any], categories: Collection[str]) -> list[str]:
    shared = Category.SUBSTANCE_USE in categories
    names = [_lower(_(Withdrawal(code).label)) for code in stored["withdrawal"] if shared]
    lines = [
        _("Manage withdrawal from %(what)s") % {"what": ", ".join(names)} if names else _("Manage withdrawal")
    ]
    if Category.PREGNANCY not in categories:
        lines.append(_("Pregnancy: %(what)s") % {"what": _lower(_(NOT_SHARED))})
    elif stored["pregnant"] in {"yes", "possible"}:
        lines.append(_("Contact an obstetric provider"))
    elif stored["pregnant"] != "no" and stored["sex"] != "male":
        lines.append(_("Pregnancy test: the answer is not known"))
    lines.append(_("Send us the medical clearance before the person comes back"))
    return lines


def _watch_for(stored: Mapping[str, Any], categories: Collection[str]) -> list[str]:
    hidden = {
        _("Withdrawal"): Category.SUBSTANCE_USE,
        _("Pregnancy"): Category.PREGNANCY,
        _("Physical illness"): Category.HEALTH,
        _("Mental health"): Category.MENTAL_HEALTH,
    }
    lines = [_(WATCH_WORDS[code]) for code in _shared_signs(stored, categories)]
    left_out = [name for name, category in hidden.items() if category not in categories]
    lines += [f"{name}: {_lower(_(NOT_SHARED))}" for name in left_out]
    return lines or [_("Nothing special is known")]


def _payment(stored: Mapping[str, Any]) -> str:
    if not stored["payer"]:
        return _("Not known")
    return _("%(payer)s (plan shown after you accept)") % {"payer": _(Payer(stored["payer"]).label)}


def _use_line(use: Mapping[str, Any], labels: Mapping[str, str], when: Any) -> str:
    parts = []
    if use["amount"] is not None:
        parts.append(f"{use['amount']:g} {_(UNIT_OF.get(use['code'], A_DAY))}")
    if use["days_per_week"] is not None:
        parts.append(_("%(n)s days a week") % {"n": f"{use['days_per_week']:g}"})
    if use["months"] is not None:
        parts.append(_("for %(n)s months") % {"n": f"{use['months']:g}"})
    parts.append(
        _("last use %(when)s") % {"when": when(use["last_use_at"])}
        if use["last_use_at"]
        else _("last use not known")
    )
    return f"{_(labels.get(use['code'], OTHER))}: {', '.join(parts)}"


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
