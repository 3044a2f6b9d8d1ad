"""Who is who: the person, the two organizations, who referred, and the contact it began with."""

from collections.abc import Collection
from typing import Any

from config.templatetags.ui import phone_display
from referrals.fhir.base import Content, Doc, Resource, readable
from referrals.fhir.terms import (
    ABSENT,
    ACT_CODE,
    LANGUAGE,
    NPI,
    NUCC,
    OURS,
    PAYERS,
    PLACES,
    SNOMED,
    THO,
    coding,
    concept,
)

_LANGUAGES = {"en": "English", "es": "Spanish"}
_GENDER = {"female": "female", "male": "male", "other": "other"}
CENTER, PARTNER, PAYER = "center", "partner", "payer"


def patient(doc: Doc) -> Resource:
    """Return the person, as far as the consent names them; what isn't shared is marked as masked."""
    who, reach = doc.part("identity") or {}, doc.part("contact") or {}
    name = _name(who)
    reference = readable(who.get("reference", ""))
    system = "person" if reference else "referral"
    return doc.resource(
        "Patient", told=[name.get("text") or f"Person of referral {doc.content['referral']['reference']}"],
        profile="patient",
        identifier=[{
            "use": "usual", "system": OURS + system,
            "value": reference or doc.content["referral"]["reference"],
        }],
        name=[name],
        telecom=_phones(phone=reach.get("phone", ""), use="mobile"),
        gender=_GENDER.get(who.get("sex", ""), "unknown"),
        birthDate=who.get("date_of_birth", ""),
        contact=[made for one in reach.get("contacts", []) if (made := _emergency(one))],
        communication=_language(reach.get("language", "")),
    )  # fmt: skip


def _emergency(one: Content) -> Content:
    """Return whom to call in an emergency, by the words that were written down."""
    name = readable(one["name"])
    kind = concept("Emergency contact", (f"{THO}v2-0131", "C", "Emergency Contact"))
    made = {
        "relationship": [kind],
        "name": {"text": name},
        "telecom": _phones(phone=one["phone"], use="home"),
    }
    return {key: value for key, value in made.items() if value} if name else {}


def _name(who: Content) -> dict[str, Any]:
    words = readable(who.get("name", "")).split()
    if not words:
        return {"extension": [{"url": ABSENT, "valueCode": "masked"}]}
    name: dict[str, Any] = {"use": "official", "text": " ".join(words), "family": words[-1]}
    return name | ({"given": words[:-1]} if words[:-1] else {})


def _language(code: str) -> list[dict[str, Any]]:
    if code not in _LANGUAGES:
        return []
    told = {"coding": [coding(LANGUAGE, code, _LANGUAGES[code])], "text": _LANGUAGES[code]}
    return [{"language": told, "preferred": True}]


def _phones(*, phone: str = "", fax: str = "", use: str = "work") -> list[dict[str, str]]:
    given = (("phone", phone), ("fax", fax))
    return [
        {"system": system, "value": phone_display(number) or readable(number), "use": use}
        for system, number in given
        if readable(number)
    ]


def organizations(doc: Doc) -> list[Resource]:
    """Return the center, the partner, and who pays where that left."""
    center, partner = doc.content["center"], doc.content["partner"]
    found = [
        _organization(doc, CENTER, center, places=["RD"]),
        _organization(doc, PARTNER, partner, places=partner.get("services", [])),
    ]
    plan = plan_of(doc)
    if plan:
        facts = {"name": plan["payer"], "phone": plan["phone"]}
        found.append(_organization(doc, PAYER, facts, kind=("pay", "Payer")))
    return found


def plan_of(doc: Doc) -> Content:
    """Return the plan that left, recorded or else told; {} unless insurer and member number are known."""
    part = doc.part("insurance") or {}
    values = part.get("values", {})
    told = {
        "payer": PAYERS.get(values.get("payer", ""), ""),
        "member_id": values.get("member_id", ""),
        "holder": "self",
    }
    found = {"name": "", "group": "", "phone": ""} | {
        key: readable(value) for key, value in (part.get("plan") or told).items()
    }
    return found if found["payer"] and found["member_id"] else {}


def _organization(
    doc: Doc, which: str, facts: Content, places: Collection[str] = (),
    kind: tuple[str, str] = ("prov", "Healthcare Provider"),
) -> Resource:  # fmt: skip
    types = [concept(kind[1], (f"{THO}organization-type", *kind))]
    types += [concept(words, (NUCC, nucc, "")) for nucc, words in (PLACES[one] for one in places)]
    npi = facts.get("npi", "")
    return doc.resource(
        "Organization", which, told=[facts["name"]], profile="organization", labelled=False,
        identifier=[{"system": NPI, "value": npi}] if npi else [],
        active=True, type=types, name=readable(facts["name"]),
        telecom=_phones(phone=facts.get("phone", ""), fax=facts.get("fax", "")),
        address=_address(facts),
    )  # fmt: skip


def _address(facts: Content) -> list[dict[str, Any]]:
    line, city = readable(facts.get("address", "")), readable(facts.get("city", ""))
    made = {
        "line": [line] if line else [],
        "city": city,
        "state": readable(facts.get("state", "")),
        "postalCode": readable(facts.get("zip", "")),
    }
    found = {name: value for name, value in made.items() if value}
    return [found | {"country": "US"}] if found else []


def staff(doc: Doc) -> list[Resource]:
    """Return who referred: the member of staff and their role here; the intake desk when nobody owns it."""
    author = doc.content["referral"]["author"]
    name = readable(author.get("name", "")) or "Intake"
    words = name.split()
    given = {"given": words[:-1]} if words[:-1] else {}
    person = doc.resource(
        "Practitioner", told=[name], profile="practitioner", labelled=False,
        identifier=[{"system": f"{OURS}staff", "value": author.get("id") or "intake"}],
        name=[{"text": name, "family": words[-1], **given}],
    )  # fmt: skip
    role = doc.resource(
        "PractitionerRole", told=[f"{name}, intake of {doc.content['center']['name']}"],
        profile="practitionerrole", labelled=False, active=True,
        practitioner=doc.ref("Practitioner") | {"display": name},
        organization=doc.ref("Organization", CENTER),
        code=[concept("Intake coordinator")],
        telecom=_phones(phone=doc.content["center"]["phone"]),
    )  # fmt: skip
    return [person, role]


def encounter(doc: Doc) -> list[Resource]:
    """Return the contact with this center, when the consent lets that leave."""
    here = doc.part("presence")
    if here is None:
        return []
    call = [(SNOMED, "185317003", "Telephone encounter (procedure)")] if here.get("by_phone") else []
    return [
        doc.resource(
            "Encounter", told=[f"Intake, reference {here['reference']}"], profile="encounter",
            identifier=[{"system": f"{OURS}episode", "value": here["reference"]}],
            status="in-progress", type=[concept("Intake before admission", *call)],
            subject=doc.ref("Patient"), period={"start": here["since"]},
            participant=[{"individual": doc.ref("Practitioner")}],
            serviceProvider=doc.ref("Organization", CENTER),
            **{"class": coding(ACT_CODE, "VR", "virtual")},
        )
    ]  # fmt: skip
