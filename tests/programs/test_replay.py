"""Stored recommendations can be computed again, and a change of rules says whom it would touch."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from intake.actions.assessments import submit
from programs.actions.recommendations import recommend
from programs.models import Recommendation
from programs.replay import replay
from programs.rules.files import DATA
from tests.factories.episodes import make_sendable

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
