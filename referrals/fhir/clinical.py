"""What is known: reported use, scores, vital signs, medicines, allergies, pregnancy, coverage."""

import re
from collections.abc import Iterable
from typing import Any

from records.choices import Category
from referrals.fhir.base import Content, Doc, Resource, lines_of, readable
from referrals.fhir.people import PAYER, plan_of
from referrals.fhir.rxnorm import INGREDIENTS, ingredient_in
from referrals.fhir.terms import (
    ACT_CODE,
    COVERAGE_CLASS,
    DEPENDENCE,
    DEPENDENCE_OF,
    HOLDERS,
    KRATOM_NOTE,
    LOINC,
    OURS,
    PREGNANCY,
    RISK,
    RISKS,
    RXNORM,
    SNOMED,
    THO,
    TIMES,
    TOTALS,
    UCUM,
    VITALS,
    concept,
)
from referrals.rules.need import CLASS_OF

NONE_KNOWN = re.compile(
    r"(?i)(no|none|nkda|nka|no known( drug)? allerg(y|ies)|none known|no allerg(y|ies))\.?$"
)


def conditions(doc: Doc) -> list[Resource]:
    """Return one provisional problem for each substance that was named. Nobody here has diagnosed anything.

    A class of substance that withdrawal care is asked for has suggested codes; anything else has words alone.
    """
    use = doc.part("substance_use") or {}
    asked = doc.content["referral"]["withdrawal"]
    return [
        _condition(doc, place, one, CLASS_OF.get(one["code"], ""), asked)
        for place, one in enumerate(use.get("substances", []))
    ]


def _condition(doc: Doc, place: int, one: Content, kind: str, asked: list[str]) -> Resource:
    words = f"Use of {readable(one['name'])}, reported"
    codes = DEPENDENCE_OF.get(one["code"], DEPENDENCE.get(kind, ())) if kind in asked else ()
    notes = [readable(one["told"]), *([KRATOM_NOTE] if kind == "kratom" else [])]
    status = concept("Provisional", (f"{THO}condition-ver-status", "provisional", "Provisional"))
    return doc.resource(
        "Condition", place, told=[words, *notes, "Provisional: from intake, not a diagnosis."],
        profile="condition-problems-health-concerns",
        clinicalStatus=concept("Active", (f"{THO}condition-clinical", "active", "Active")),
        verificationStatus=status,
        category=[concept("Problem", (f"{THO}condition-category", "problem-list-item", "Problem List Item"))],
        code=concept(words, *codes), subject=doc.ref("Patient"),
        recordedDate=doc.made_at, recorder=doc.ref("Practitioner"), asserter=doc.ref("Patient"),
        note=[{"text": text} for text in notes if text],
    )  # fmt: skip


def answers(doc: Doc) -> list[Resource]:
    """Return every answer that left as one response, grouped by category."""
    groups = []
    for category in Category:
        part = doc.part(category) or {}
        told = _substances(part.get("substances", [])) + _answered(part.get("items", []))
        if told:
            groups.append({"linkId": str(category), "text": str(category.label), "item": told})
    if not groups:
        return []
    return [
        doc.resource(
            "QuestionnaireResponse", told=["Answers of the assessment"], profile="questionnaireresponse",
            questionnaire=f"{OURS}questionnaire:assessment|1", status="completed",
            subject=doc.ref("Patient"), authored=doc.made_at, author=doc.ref("Practitioner"),
            source=doc.ref("Patient"), item=groups,
        )
    ]  # fmt: skip


def _answered(items: list[list[str]]) -> list[Content]:
    return [
        {"linkId": key, "text": readable(label), "answer": [{"valueString": readable(text)}]}
        for key, label, text in items
        if all(map(readable, (key, label, text)))
    ]


def _substances(told: list[Content]) -> list[Content]:
    """Return one group for each substance: what it is, how much, how often, and when last."""
    groups = []
    for place, one in enumerate(told, start=1):
        key, name = f"substances.{place}", readable(one["name"]) or "Substance not named"
        named = {"linkId": f"{key}.substance", "text": "Substance", "answer": [{"valueString": name}]}
        details = [[f"{key}.{which}", label, text] for which, label, text in one.get("details", [])]
        groups.append({"linkId": key, "text": name, "item": [named, *_answered(details)]})
    return groups


def scores(doc: Doc) -> list[Resource]:
    """Return the last result of each screening instrument."""
    return [
        _score(doc, category, one)
        for category in Category
        for one in (doc.part(category) or {}).get("scores", [])
    ]


def _score(doc: Doc, category: str, one: Content) -> Resource:
    label = readable(one["label"])
    code, value = _code_and_value(one)
    return doc.resource(
        "Observation", category, label, told=[f"{label}: {one['text']}. {one['meaning']}"],
        profile="observation-screening-assessment", status="final", category=[_category("survey", "Survey")],
        code=concept(label, *code), subject=doc.ref("Patient"), effectiveDateTime=one["at"],
        performer=[doc.ref("Practitioner")], **value,
    )  # fmt: skip


def _code_and_value(one: Content) -> tuple[list[tuple[str, str, str]], Content]:
    """Return LOINC's code of a result, where it has one, and the result: a number, a risk level, or words."""
    number, words = one["total"], readable(one["text"])
    if one["instrument"] == "cssrs_screener" and one.get("band") in RISKS:
        level = concept(words, (LOINC, RISKS[one["band"]], ""))
        return [(LOINC, RISK, "")], {"valueCodeableConcept": level}
    if number is None:
        return [], {"valueString": words}
    unit = ("times", "{#}") if one["instrument"] in TIMES else ("score", "{score}")
    code = [(LOINC, *TOTALS[one["instrument"]])] if one["instrument"] in TOTALS else []
    return code, {"valueQuantity": {"value": number, "unit": unit[0], "system": UCUM, "code": unit[1]}}


def _category(code: str, display: str) -> Content:
    return concept(display, (f"{THO}observation-category", code, display))


def vitals(doc: Doc) -> list[Resource]:
    """Return vital signs with the time they were measured; without a time they stay among the answers."""
    values = (doc.part("health") or {}).get("values", {})
    at = values.get("vitals_at")
    if not at:
        return []
    found = [
        _vital(doc, at, profile, code, words, valueQuantity=_amount(values[name], unit, shown))
        for name, (profile, code, words, unit, shown) in VITALS.items()
        if name in values
    ]
    if {"sbp", "dbp"} & values.keys():
        found.append(_pressure(doc, at, values))
    if "spo2" in values:
        oxygen = _vital(
            doc, at, "pulse-oximetry", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry",
            valueQuantity=_amount(values["spo2"], "%", "%"),
        )  # fmt: skip
        general = {"system": LOINC, "code": "2708-6", "display": "Oxygen saturation in Arterial blood"}
        oxygen["code"]["coding"].append(general)
        found.append(oxygen)
    return found


def _pressure(doc: Doc, at: str, values: Content) -> Resource:
    parts = (("sbp", "8480-6", "Systolic blood pressure"), ("dbp", "8462-4", "Diastolic blood pressure"))
    absent = concept("Not known", (f"{THO}data-absent-reason", "unknown", "Unknown"))
    return _vital(
        doc, at, "blood-pressure", "85354-9", "Blood pressure panel with all children optional",
        component=[
            {"code": concept(words, (LOINC, code, words))}
            | (
                {"valueQuantity": _amount(values[name], "mm[Hg]", "mmHg")}
                if name in values
                else {"dataAbsentReason": absent}
            )
            for name, code, words in parts
        ],
    )  # fmt: skip


def _amount(value: Any, unit: str, shown: str) -> Content:
    return {"value": value, "unit": shown, "system": UCUM, "code": unit}


def _vital(doc: Doc, at: str, profile: str, code: str, words: str, **fields: Any) -> Resource:
    return doc.resource(
        "Observation", profile, told=[words], profile=profile, status="final",
        category=[_category("vital-signs", "Vital Signs")], code=concept(words, (LOINC, code, words)),
        subject=doc.ref("Patient"), effectiveDateTime=at, **fields,
    )  # fmt: skip


def pregnancy(doc: Doc) -> list[Resource]:
    """Return the answer about pregnancy, when there is one."""
    told = (doc.part("pregnancy") or {}).get("values", {}).get("pregnant")
    if told not in PREGNANCY:
        return []
    code, words = PREGNANCY[told]
    return [
        doc.resource(
            "Observation", "pregnancy", told=[words], profile="observation-pregnancystatus", status="final",
            category=[_category("social-history", "Social History")],
            code=concept("Pregnancy status", (LOINC, "82810-3", "Pregnancy status")),
            subject=doc.ref("Patient"), effectiveDateTime=doc.made_at,
            valueCodeableConcept=concept(words, (SNOMED, code, words)),
        )
    ]  # fmt: skip


def medicines(doc: Doc) -> list[Resource]:
    """Return every medicine that was reported, a line each, as the person told it."""
    values = (doc.part("medications") or {}).get("values", {})
    found = []
    if drug := values.get("mat_drug"):
        words = drug.replace("_", " with ").capitalize()
        dose = readable(values.get("mat_dose", ""))
        known = (INGREDIENTS[drug], drug) if drug in INGREDIENTS else None
        found.append(_medicine(doc, "opioid", words, dose, known))
    told = [("medications", line) for line in lines_of(values.get("medicines", ""))]
    mental = (doc.part("mental_health") or {}).get("values", {})
    told += [("mental_health", line) for line in lines_of(mental.get("psychiatric_medicines", ""))]
    for place, (category, line) in enumerate(told):
        found.append(_medicine(doc, f"{category}-{place}", line, line, ingredient_in(line)))
    return found


def _medicine(
    doc: Doc, which: str, name: str, dose: str, code: tuple[str, str] | None = None
) -> Resource:  # fmt: skip
    return doc.resource(
        "MedicationRequest", which, told=[name, dose] if dose != name else [name],
        profile="medicationrequest", status="active", intent="plan", reportedBoolean=True,
        medicationCodeableConcept=concept(name, *([(RXNORM, *code)] if code else [])),
        subject=doc.ref("Patient"), authoredOn=doc.made_at, requester=doc.ref("PractitionerRole"),
        dosageInstruction=[{"text": dose}] if dose else [],
    )  # fmt: skip


def allergies(doc: Doc) -> list[Resource]:
    """Return reported allergies, a line each; "none" is said as such, and no answer says nothing."""
    told = lines_of((doc.part("medications") or {}).get("values", {}).get("allergies", ""))
    none = len(told) == 1 and bool(NONE_KNOWN.match(told[0]))
    known = [("No known allergies", ((SNOMED, "716186003", "No known allergy (situation)"),))] if none else [
        (line, ()) for line in told
    ]  # fmt: skip
    verified = f"{THO}allergyintolerance-verification"
    return [
        doc.resource(
            "AllergyIntolerance", place, told=[words], profile="allergyintolerance",
            clinicalStatus=concept("Active", (f"{THO}allergyintolerance-clinical", "active", "Active")),
            verificationStatus=concept("Unconfirmed", (verified, "unconfirmed", "Unconfirmed")),
            code=concept(words, *codes), patient=doc.ref("Patient"), recordedDate=doc.made_at,
        )
        for place, (words, codes) in enumerate(known)
    ]  # fmt: skip


def coverage(doc: Doc) -> list[Resource]:
    """Return the plan, when an insurer and a member number are known; otherwise it's among the answers."""
    plan = plan_of(doc)
    if not plan:
        return []
    payer, member = plan["payer"], plan["member_id"]
    holder = HOLDERS.get(plan["holder"], HOLDERS["other"])
    classes = [
        {"type": concept(words, (COVERAGE_CLASS, code, words)), "value": value}
        for code, words, value in (("group", "Group", plan["group"]), ("plan", "Plan", plan["name"]))
        if value
    ]
    return [
        doc.resource(
            "Coverage", told=[f"{payer}, member number {member}"], profile="coverage", status="active",
            type=concept("Health insurance", (ACT_CODE, "EHCPOL", "extended healthcare")),
            subscriberId=member, beneficiary=doc.ref("Patient"),
            relationship=concept(holder[1], (f"{THO}subscriber-relationship", *holder)),
            payor=[doc.ref("Organization", PAYER) | {"display": payer}], **{"class": classes},
        )
    ]  # fmt: skip


def refs(doc: Doc, resources: Iterable[Resource]) -> list[dict[str, str]]:
    """Return references to resources of this packet."""
    return [{"reference": f"urn:uuid:{one['id']}"} for one in resources]
