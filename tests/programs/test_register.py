"""Every rule has its entry in the register, with a source; no number is unsigned in silence."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from programs.register import SEEDS, places_of, register
from programs.rules.detox import DETOX
from programs.rules.files import DATA, RulesetError
from programs.rules.level_of_care import LEVEL_OF_CARE, load_level_ruleset
from programs.rules.ruleset import load_ruleset
from programs.rules.timeline import load_timeline

ENTRIES = [(part.key, entry) for part in register() for entry in part.entries]
LENGTHS = {"000": 140, "003": 155}


@pytest.mark.parametrize("part, entry", ENTRIES, ids=[f"{part}-{entry.id}" for part, entry in ENTRIES])
def test_every_entry_names_its_source(part, entry):
    assert entry.statement.strip()
    assert entry.source.strip()
    for place in entry.places:
        name, _, lines = place.partition(":")
        assert name in SEEDS.values()
        seed = next(key for key, value in SEEDS.items() if value == name)
        assert all(1 <= int(line) <= LENGTHS[seed] for line in lines.split("-"))


def test_the_register_holds_every_rule():
    told = {entry.id for _, entry in ENTRIES}
    assert {rule.id for rule in (*DETOX.rules, DETOX.otherwise, *LEVEL_OF_CARE.rules)} <= told
    assert set(DETOX.substances) <= told
    assert {"T1_leaf_low", "T5_seven_oh", "vitals.hr", "setting"} <= told


def test_lines_of_the_source_documents_are_spelled_out():
    assert places_of("seed 003 lines 71 and 73: liver") == (f"{SEEDS['003']}:71", f"{SEEDS['003']}:73")
    assert places_of("seed 003 lines 59 to 64: onset; seed 000 line 64: x") == (
        f"{SEEDS['003']}:59-64",
        f"{SEEDS['000']}:64",
    )
    assert places_of("ASAM 2020") == ()


def test_known_conflicts_are_told():
    told = " ".join(one for _, entry in ENTRIES for one in entry.conflicts)
    for part in ("days 2 to 3", "may not need a detox", "8.5 %"):
        assert part in told


@pytest.mark.parametrize(
    "name, load, spoil",
    [
        ("detox.json", load_ruleset, lambda d: d["rules"][3].update(source=" ")),
        ("detox.json", load_ruleset, lambda d: d["rules"][3].pop("source")),
        ("detox.json", load_ruleset, lambda d: d.pop("lineage")),
        ("level_of_care.json", load_level_ruleset, lambda d: d["rules"][3].pop("source")),
        ("timeline.json", load_timeline, lambda d: d["groups"]["T1_leaf_low"].pop("lineage")),
        (
            "substances.json",
            lambda path: load_ruleset(substances=path),
            lambda d: d["substances"]["alcohol"].pop("lineage"),
        ),
    ],
)
def test_a_rule_without_a_source_is_refused(tmp_path, name, load, spoil):
    document = json.loads((DATA / name).read_text())
    spoil(document)
    path = tmp_path / name
    path.write_text(json.dumps(document))
    with pytest.raises(RulesetError):
        load(path)


def test_a_remark_leaves_the_fingerprint_as_it_is(tmp_path):
    document = json.loads((DATA / "detox.json").read_text())
    document["rules"][0]["conflicts"] = ["Somebody disagrees."]
    path = Path(tmp_path / "detox.json")
    path.write_text(json.dumps(document))
    assert load_ruleset(path).sha256 == DETOX.sha256


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ana", "audrey"])
def test_staff_can_read_the_register(client, as_user, who, request):
    as_user(request.getfixturevalue(who))
    page = client.get(reverse("programs:rules")).content.decode()
    assert 'id="M-01"' in page
    assert "lvl(kratom_leaf) ≥ 3" in page
    assert "seeds/003_6413cf4bbc8f0f0c.txt:64" in page
    assert "No clinician has signed these numbers yet." in page
