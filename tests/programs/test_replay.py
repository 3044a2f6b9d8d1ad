"""Stored recommendations can be computed again, and a change of rules says whom it would touch."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from intake.actions.assessments import submit
from programs.actions.recommendations import _care_result, _detox_result, recommend
from programs.models import Recommendation
from programs.replay import replay
from programs.rules.detox import decide_detox
from programs.rules.files import DATA
from programs.rules.level_of_care import decide_level
from tests.factories.episodes import make_sendable, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(ana, cole):
    assessment = make_sendable(ana)
    submit(by=ana, assessment=assessment)
    return recommend(assessment=assessment, ratings={"F1": 1, "F2": 1, "F3": 1, "F4": 3, "F5": 1}, by=cole)


def run(*args) -> str:
    out = io.StringIO()
    call_command("replay", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_same_rules_say_the_same(made):
    again = list(replay(Recommendation.objects.all()))
    assert [(one.same_rules, one.changed) for one in again] == [(True, [])]
    assert "0 of 1 would change" in run()


def test_changed_rules_list_whom_they_touch(made, tmp_path):
    rules = json.loads((DATA / "detox.json").read_text())
    fired = made.result["detox"]["rules"][0]
    rules["id"] = "tried-out"
    rules["rules"] = [rule for rule in rules["rules"] if rule["id"] != fired]
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(rules))
    told = run("--rules", str(path))
    assert "1 of 1 would change under tried-out" in told
    assert made.episode.reference in told
    assert fired in told
    assert "Jordan" not in told
    assert Recommendation.objects.get().result["loc"]["recommended"] == made.result["loc"]["recommended"]


def test_what_is_stored_comes_out_byte_by_byte(made):
    """The stored result, put together again from its snapshot, is the same document."""
    stored = Recommendation.objects.get()
    outcome = decide_detox(stored.snapshot["detox"])
    again = {**_detox_result(outcome, stored.snapshot["detox"])}
    assert _bytes(again) == _bytes(stored.result["detox"])
    assert _bytes(_care_result(decide_level(stored.snapshot["loc"]))) == _bytes(stored.result["loc"])


def _bytes(document) -> bytes:
    return json.dumps(document, sort_keys=True).encode()


def test_a_lower_band_for_leaf_kratom_lists_whom_it_would_touch(ana, cole, tmp_path):
    """D20: 18 g a day is not yet heavy; from 15 g it would be. Nothing is applied."""
    made = {}
    for name, grams in (("Jordan Lee", 18), ("Casey Moon", 6)):
        assessment = make_sendable(ana, name=name)
        row = assessment.substance_rows.get()
        amounts = {f"{row.pk}:amount": grams, f"{row.pk}:times_a_day": 1}
        save(ana, assessment, "substances", **amounts)
        submit(by=ana, assessment=assessment)
        made[grams] = recommend(assessment=assessment, ratings={"F1": 1, "F2": 1}, by=cole)
    table = json.loads((DATA / "substances.json").read_text())
    table["substances"]["kratom_leaf"]["bands"][1]["amount_min"] = 15
    path = tmp_path / "substances.json"
    path.write_text(json.dumps(table))
    before = counts()
    told = run("--substances", str(path))
    assert "1 of 2 would change" in told
    assert made[18].episode.reference in told
    assert made[6].episode.reference not in told
    assert "needs_monitored_or_ambulatory_wm" in told
    after = counts()
    assert {name for name in after if after[name] != before[name]} == {"audit_event"}
    assert "0 of 2 would change" in run()


def counts() -> dict[str, tuple]:
    """The number of rows of every table, and of their latest version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"')
            found[table] = cursor.fetchone()
    return found


def test_a_result_that_the_same_rules_do_not_give_is_a_fault(made):
    """Rows are append-only, so the fault is put in by inserting a tampered copy."""
    result = json.loads(json.dumps(made.result))
    result["loc"]["recommended"] = "1.0"
    columns = {field.attname for field in Recommendation._meta.concrete_fields}
    fields = columns - {"id", "made_at", "result", "snapshot"}
    Recommendation.objects.create(
        result=result, snapshot=made.snapshot, **{name: getattr(made, name) for name in fields}
    )
    with pytest.raises(SystemExit) as stopped:
        run()
    assert stopped.value.code == 1


def test_a_rule_file_that_is_not_whole_is_refused(made, tmp_path):
    path = tmp_path / "rules.json"
    path.write_text('{"format": "clearway-detox-rules/1"}')
    with pytest.raises(CommandError):
        run("--rules", str(path))
