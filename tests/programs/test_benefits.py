"""Benefits on the admission page: verified or waived with a reason, and a no beside a running clearance."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from config import clock
from intake.actions.coverage import waive
from programs.actions import admissions, open_items
from programs.models import OpenItem
from programs.should_have import shoulds_of
from tests.factories.coverage import make_answer, make_policy
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
RUNNING = "The plan said no, and the clearance is running"


def benefits(case):
    return next(one for one in shoulds_of(case.episode, clock.now()) if one.item == "benefits")


def test_verified_or_waived_is_there_and_everything_else_is_open_in_words():
    case = Case.good()
    assert (benefits(case).there, benefits(case).words) == (False, "Not recorded")
    policy = make_policy(case.episode, case.ana)
    assert benefits(case).words == "Plan recorded, not asked yet"
    make_answer(policy, case.ana, "denied")
    assert (benefits(case).there, benefits(case).words) == (False, "Denied")
    make_answer(policy, case.ana)
    assert benefits(case).there
    make_answer(policy, case.ana, "out_of_network")
    waive(episode=case.episode, reason="Her parents pay", by=case.ana)
    assert (benefits(case).there, benefits(case).words) == (True, f"Waived by {case.ana.display_name}")


def test_what_was_left_open_ends_once_benefits_are_verified():
    case = Case.good()
    admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="Came at 3 am."
    )
    make_answer(make_policy(case.episode, case.ana), case.ana)
    open_items.sweep_finished(clock.now())
    assert OpenItem.objects.get(item="benefits").done_at is not None


def test_a_no_stands_beside_the_clock_of_the_clearance(as_user):
    case = Case.good()
    client = as_user(case.ana)
    ready = reverse("programs:readiness", args=[case.episode.pk])
    paying = reverse("intake:coverage", args=[case.episode.pk])
    policy = make_policy(case.episode, case.ana)
    make_answer(policy, case.ana, "asked")
    assert RUNNING not in client.get(ready).content.decode() + client.get(paying).content.decode()
    make_answer(policy, case.ana, "not_covered")
    for page in (client.get(ready).content.decode(), client.get(paying).content.decode()):
        assert RUNNING in page
        assert "It ends " in page
    make_answer(policy, case.ana)
    assert RUNNING not in client.get(ready).content.decode() + client.get(paying).content.decode()


def test_without_a_running_clearance_there_is_no_clock(as_user):
    case = Case.good(clearance=False)
    make_answer(make_policy(case.episode, case.ana), case.ana, "denied")
    page = as_user(case.ana).get(reverse("intake:coverage", args=[case.episode.pk])).content.decode()
    assert "The plan said no" in page
    assert RUNNING not in page


def test_a_no_stops_nobody_from_being_admitted():
    case = Case.good()
    make_answer(make_policy(case.episode, case.ana), case.ana, "denied")
    made = admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="Appeal goes on."
    )
    item = made.open_items.get(item="benefits")
    assert item.due_at - made.admitted_at == timedelta(hours=24)


def test_no_rule_about_health_reads_who_pays():
    """An emergency, detox, the level of care and the gate are decided without knowing the payer."""
    folders = ("intake/rules", "programs/rules", "intake/questions/safety.py")
    files = [path for one in folders for path in _sources(Path(settings.BASE_DIR) / one)]
    assert len(files) > 20
    about_paying = {"coverage.py", "prefill.py"}
    wrong = [
        path.name
        for path in files
        if path.name not in about_paying and any(word in path.read_text() for word in ("payer", "coverage"))
    ]
    assert not wrong


def _sources(place):
    return [place] if place.is_file() else [*place.rglob("*.py"), *place.rglob("*.json")]
