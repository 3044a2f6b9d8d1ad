"""A packet as FHIR: valid for others, whatever was said; and what it says."""

import base64
import hashlib
import io
import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pypdf import PdfReader

from intake.rules.catalogue import BY_ID
from intake.rules.medicines import LIST
from records import notices
from records.choices import Category
from referrals.choices import HELD
from referrals.fhir.bundle import bundle
from referrals.fhir.rxnorm import INGREDIENTS
from referrals.fhir.terms import TASK_STATUS, TOTALS
from tests.factories.packet_content import AT, any_content, content, sections
from tests.referrals.fhir.checks import of_kind, problems_of, resources

KEY = "1b7631bb-60ab-5b16-84b2-767187c52434"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(any_content())
def test_any_packet_is_valid(told):
    made = bundle(told, KEY)
    assert problems_of(made) == []
    assert json.dumps(bundle(deepcopy(told), KEY)) == json.dumps(made)


def full():
    return bundle(content(sections()), KEY)


@pytest.mark.parametrize(
    ("signed", "patient"),
    [
        ({}, True),
        ({"signer": "person"}, True),
        ({"signer": "court"}, False),
        ({"signer": "representative"}, False),
    ],
)
def test_the_patient_agreed_only_where_the_patient_signed(signed, patient):
    told = content()
    told["consent"] |= signed
    made = bundle(told, KEY)
    assert problems_of(made) == []
    (consent,) = of_kind(made, "Consent")
    (confirmed,) = consent["verification"]
    assert ("performer" in consent, "verifiedWith" in confirmed) == (patient, patient)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: of_kind(b, "Task")[0].pop("intent"),
        lambda b: of_kind(b, "Task")[0].update(status="perhaps"),
        lambda b: of_kind(b, "Composition")[0].pop("status"),
        lambda b: of_kind(b, "Patient")[0].pop("name"),
        lambda b: of_kind(b, "Patient")[0].update(nickname="Jo"),
        lambda b: of_kind(b, "Patient")[0].update(birthDate="3 March"),
        lambda b: of_kind(b, "Patient")[0]["meta"].pop("security"),
        lambda b: of_kind(b, "Patient")[0]["text"].update(div="<div><script/></div>"),
        lambda b: of_kind(b, "Coverage")[0].pop("subscriberId"),
        lambda b: of_kind(b, "Organization")[1]["identifier"][0].update(value="1234567890"),
        lambda b: of_kind(b, "ServiceRequest")[0]["subject"].update(reference="urn:uuid:nobody"),
        lambda b: of_kind(b, "ServiceRequest")[0]["code"]["coding"][0].update(system="http://other.example"),
        lambda b: b["entry"].reverse(),
        lambda b: b.pop("timestamp"),
        lambda b: b["entry"].remove(
            next(e for e in b["entry"] if e["resource"]["resourceType"] == "Consent")
        ),
    ],
)
def test_the_checks_notice_what_is_wrong(spoil):
    made = full()
    assert problems_of(made) == []
    spoil(made)
    assert problems_of(made)


def test_every_status_of_an_accepted_offer_has_a_task_status():
    assert set(TASK_STATUS) == set(map(str, HELD))


def test_codes_are_suggested_only_for_what_withdrawal_care_is_asked_for():
    kratom, alcohol = of_kind(full(), "Condition")
    assert [one["code"] for one in kratom["code"]["coding"]] == ["191816009", "F19.20"]
    assert "coding" not in alcohol["code"]
    assert {one["verificationStatus"]["coding"][0]["code"] for one in (kratom, alcohol)} == {"provisional"}


def test_a_score_has_its_code_and_what_it_means():
    score = next(one for one in of_kind(full(), "Observation") if "PHQ" in one["code"]["text"])
    assert score["code"]["coding"][0]["code"] == "44261-6"
    assert score["valueQuantity"]["value"] == 14
    assert "Moderate" in score["text"]["div"]


def test_the_notice_stands_word_for_word_in_the_document():
    told = content()
    told["notice"], told["short_notice"] = notices.statement(), notices.short_statement()
    words = json.dumps(resources(bundle(told, KEY))[0]["section"][0]["text"]["div"])
    for line in notices.statement().splitlines():
        assert line in words
    assert notices.short_statement() in words


def test_the_copy_of_the_consent_goes_along_in_the_language_it_was_signed_in():
    attached = of_kind(full(), "DocumentReference")[0]["content"][0]["attachment"]
    data = base64.b64decode(attached["data"])
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "Consent." in told and "Permiso." in told and "Signed: Jordan Lee" in told
    assert (attached["contentType"], attached["language"]) == ("application/pdf", "es")
    assert attached["size"] == len(data)
    assert base64.b64decode(attached["hash"]) == hashlib.sha1(data, usedforsecurity=False).digest()


def test_the_partners_own_reference_is_the_tasks_filler():
    told = content()
    assert len(of_kind(bundle(told, KEY), "Task")[0]["identifier"]) == 1
    told["referral"]["filler"] = "ADM-4471"
    made = bundle(told, KEY)
    filler = of_kind(made, "Task")[0]["identifier"][1]
    assert (filler["value"], filler["type"]["coding"][0]["code"]) == ("ADM-4471", "FILL")
    assert filler["assigner"] != of_kind(made, "Task")[0]["identifier"][0]["assigner"]
    assert problems_of(made) == []


def test_the_consent_says_who_may_give_what_to_whom():
    made = of_kind(full(), "Consent")[0]
    center, harbor = of_kind(full(), "Organization")[:2]
    roles = {
        one["role"]["coding"][0]["code"]: one["reference"]["reference"] for one in made["provision"]["actor"]
    }
    assert roles == {"CST": f"urn:uuid:{center['id']}", "IRCP": f"urn:uuid:{harbor['id']}"}
    assert [one["code"] for one in made["provision"]["purpose"]] == ["TREAT"]


def test_a_single_consent_lets_it_be_passed_on_as_hipaa_says():
    told = content()
    told["consent"]["kind"] = "tpo_single"
    codes = {one["code"] for one in bundle(told, KEY)["meta"]["security"]}
    assert "NORDSCLW" in codes and "NORDSCLCD" not in codes


def test_a_name_that_is_not_shared_is_masked():
    told = content({"health": sections()["health"]})
    person = of_kind(bundle(told, KEY), "Patient")[0]
    assert person["name"] == [{"extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked",
    }]}]  # fmt: skip
    assert person["gender"] == "unknown" and "birthDate" not in person


def test_allergies_that_nobody_asked_about_are_not_none():
    told = content({"medications": {"rows": [], "items": [], "values": {}}})
    made = bundle(told, KEY)
    assert not of_kind(made, "AllergyIntolerance")
    section = next(one for one in resources(made)[0]["section"] if one["title"] == "Allergies")
    assert section["emptyReason"]["coding"][0]["code"] == "unavailable"
    known = bundle(
        content({"medications": {"rows": [], "items": [], "values": {"allergies": "None known."}}}), KEY
    )
    assert of_kind(known, "AllergyIntolerance")[0]["code"]["coding"][0]["code"] == "716186003"


def test_a_newer_version_replaces_the_one_before():
    told = content()
    told["version"] = 2
    replaced = resources(bundle(told, KEY))[0]["relatesTo"][0]
    assert (replaced["code"], replaced["targetIdentifier"]["value"]) == ("replaces", "JH-EY66V/packet/1")


@pytest.mark.parametrize("category", ["substance_use", "mental_health", "insurance", "pregnancy", "presence"])
def test_what_was_not_shared_has_no_resource_and_no_section(category):
    kept = sections()
    del kept[category]
    made = bundle(content(kept, level="" if category == "substance_use" else "detox"), KEY)
    gone = {
        "substance_use": "Condition", "insurance": "Coverage", "presence": "Encounter",
        "mental_health": "PHQ-9", "pregnancy": "82810-3",
    }[category]  # fmt: skip
    assert gone in json.dumps(full())
    assert gone not in json.dumps(made)
    assert problems_of(made) == []
    assert str(Category(category).label) not in json.dumps(resources(made)[0]["section"][2:])


def medicines(*lines):
    told = {"medications": {"rows": [], "items": [], "values": {"medicines": "\n".join(lines)}}}
    made = of_kind(bundle(content(told), KEY), "MedicationRequest")
    return [one["medicationCodeableConcept"].get("coding", [{}])[0].get("code") for one in made]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Sertraline 100 mg daily", "36437"),
        ("QUETIAPINE 25 mg at night", "51272"),
        ("no sertraline", None),
        ("not taking sertraline", None),
        ("stopped sertraline in May", None),
        ("sertraline and trazodone", None),
        ("sertralin 50 mg", None),
        ("Zoloft 50 mg", None),
        ("allergic to codeine", None),
        ("desvenlafaxine 50 mg", None),
        ("alcohol", None),
    ],
)
def test_a_medicine_has_a_code_only_when_the_line_names_it_and_nothing_else(line, code):
    assert medicines(line) == [code]


def test_every_code_is_of_a_medicine_that_the_list_of_cautions_knows():
    assert set(INGREDIENTS) <= set(LIST.medicines)
    assert len(set(INGREDIENTS.values())) == len(INGREDIENTS)
    assert all(code.isdigit() for code in INGREDIENTS.values())


def scored(instrument, total, band=""):
    part = {
        "rows": [], "items": [], "values": {},
        "scores": [{
            "instrument": instrument, "label": "Screen", "text": "12", "meaning": "", "total": total,
            "band": band, "at": AT,
        }],
    }  # fmt: skip
    return of_kind(bundle(content({"mental_health": part}), KEY), "Observation")[0]


def test_totals_have_the_codes_that_the_instruments_have_verified():
    for one, (code, _words) in TOTALS.items():
        assert BY_ID[one].instrument.loinc["total"] == code
        assert scored(one, 3)["code"]["coding"][0]["code"] == code
    for one in ("cows", "ciwa_ar", "sds", "pawss"):
        assert "coding" not in scored(one, 12)["code"]
    assert scored("sasq_drug", 3)["valueQuantity"]["code"] == "{#}"
    assert scored("cows", 12)["valueQuantity"]["code"] == "{score}"


def test_a_risk_level_of_the_suicide_screen_is_coded():
    high = scored("cssrs_screener", None, "high")
    assert high["code"]["coding"][0]["code"] == "93374-7"
    assert high["valueCodeableConcept"]["coding"][0]["code"] == "LA9193-9"
    assert scored("cssrs_screener", None, "none")["valueString"] == "12"


def test_a_sleeping_pill_is_not_coded_as_a_benzodiazepine():
    use = {"rows": [], "items": [], "scores": [], "substances": [
        {"code": code, "name": code, "told": "x", "details": []} for code in ("z_drug", "benzodiazepine")
    ]}  # fmt: skip
    pill, benzo = of_kind(bundle(content({"substance_use": use}, withdrawal=["benzo"]), KEY), "Condition")
    assert [one["code"] for one in pill["code"]["coding"]] == ["F13.20"]
    assert [one["code"] for one in benzo["code"]["coding"]] == ["231473004", "F13.20"]


def test_who_did_not_come_is_said_with_its_reason():
    task = of_kind(bundle(content(sections(), status="no_show"), KEY), "Task")[0]
    assert task["businessStatus"]["coding"][0]["code"] == "5.1.2"
    assert task["statusReason"]["text"]
    assert "statusReason" not in of_kind(full(), "Task")[0]
