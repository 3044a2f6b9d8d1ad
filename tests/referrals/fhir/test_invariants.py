"""HL7's definitions of R4 and US Core's rules hold for a packet, and each of them can be broken."""

import pytest

from referrals.fhir.bundle import bundle
from referrals.fhir.terms import US_CORE
from tests.factories.packet_content import content, sections
from tests.referrals.fhir import invariants, spoiled
from tests.referrals.fhir.checks import of_kind, resources

KEY = "1b7631bb-60ab-5b16-84b2-767187c52434"


def full():
    return bundle(content(sections()), KEY)


def claiming(made, profile):
    """The first resource of a packet that claims a profile."""
    return next(one for one in resources(made) if US_CORE + profile in one["meta"].get("profile", []))


def test_a_packet_breaks_no_definition():
    assert invariants.problems(full()) == []


def test_every_rule_that_a_packet_touches_is_tried(monkeypatch):
    asked = set()
    broken = invariants._broken

    def noted(keys, *rest):
        asked.update(keys)
        return broken(keys, *rest)

    monkeypatch.setattr(invariants, "_broken", noted)
    invariants.problems(full())
    assert asked == set(spoiled.R4)


@pytest.mark.parametrize("key", sorted(spoiled.R4))
def test_a_breach_of_a_rule_of_r4_is_noticed_by_that_rule(key):
    made = full()
    spoiled.R4[key](made)
    assert [one for one in invariants.problems(made) if f"breaks {key}:" in one]


def test_every_rule_of_us_core_is_tried():
    written = {name: {rule[0] for rule in rules} for name, rules in invariants.US.items()}
    assert written == {name: set(changes) for name, changes in spoiled.US.items()}


@pytest.mark.parametrize(
    ("profile", "key"), [(name, key) for name, changes in spoiled.US.items() for key in changes]
)
def test_a_breach_of_a_rule_of_us_core_is_noticed_by_that_rule(profile, key):
    made = full()
    spoiled.US[profile][key](claiming(made, profile))
    assert [one for one in invariants.problems(made) if one.endswith(f"breaks {profile} {key}")]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoiled.of("Task", spoiled.put("perhaps", "status")), "status is not of its closed list"),
        (spoiled.of("Condition", spoiled.put({"text": "x"}, "clinicalStatus")), "clinicalStatus is not of"),
        (spoiled.of("Task", spoiled.drop("intent")), "intent is missing"),
        (spoiled.of("Patient", spoiled.put("Jo", "nickname")), "nickname is no element of Patient"),
        (spoiled.of("Patient", spoiled.put("3 March", "birthDate")), "birthDate has not the form of a date"),
        (spoiled.of("Patient", spoiled.put("", "birthDate")), "birthDate has not the form of a date"),
        (spoiled.of("Patient", spoiled.put(True, "birthDate")), "birthDate is no date"),
        (spoiled.of("Patient", spoiled.put({"text": "x"}, "name")), "name is once or many times"),
        (spoiled.of("Task", spoiled.put(spoiled.NOBODY, "owner")), "owner may not lead to nothing"),
        (
            lambda made: of_kind(made, "Task")[0]["owner"].update(reference=made["entry"][0]["fullUrl"]),
            "owner may not lead to Composition",
        ),
        (spoiled.of("Consent", spoiled.put("Basic", "resourceType")), "Basic is no type of a packet"),
        (
            spoiled.of("Patient", spoiled.put(["http://center.example/mine"], "meta", "profile")),
            "claims the unknown profile",
        ),
    ],
)  # fmt: skip
def test_a_breach_of_a_structure_is_noticed(spoil, told):
    made = full()
    spoil(made)
    assert [one for one in invariants.problems(made) if told in one]
