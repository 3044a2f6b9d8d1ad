"""Before a clearance ends its worker is told, 24, 4 and 1 hours before: once, and never what or whom."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import User
from audit.models import Event
from config.db import refusal_code
from outbox.models import Message
from outbox.sweeps import registered
from programs.actions import clearances
from programs.actions.warnings import ENDS_SOON, ends_soon, sweep_warnings
from programs.models import ClearanceWarning
from tests.factories.episodes import make_episode
from tests.programs.test_clearances import content

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def paper(ana):
    """A clearance that ends 22 hours from now."""
    return clearances.receive(episode=make_episode(ana), content=content(), by=ana)


def mails() -> int:
    return Message.objects.filter(kind=ENDS_SOON).count()


def test_what_is_still_to_come_is_written_with_the_clearance(paper):
    rows = dict(paper.warnings.values_list("hours", "due_at"))
    assert rows == {hours: paper.valid_until - hours * HOUR for hours in (4, 1)}


@pytest.mark.parametrize("age,hours", [(2, {4, 1}), (21, {1}), (23.5, {1})])
def test_a_late_paper_warns_at_least_once(ana, age, hours):
    now = content()["signed_at"] + HOUR
    told = content(examined_at=now - age * HOUR, signed_at=now - age * HOUR, parts={}, results={})
    made = clearances.receive(episode=make_episode(ana), content=told, by=ana)
    assert set(made.warnings.values_list("hours", flat=True)) == hours


def test_nothing_is_warned_of_where_nobody_is_cleared(ana):
    no = clearances.receive(episode=make_episode(ana), content=content(decision="not_cleared"), by=ana)
    assert not no.warnings.exists()


def test_each_is_told_once_when_it_is_due(paper):
    assert sweep_warnings in registered()
    until = paper.valid_until
    assert sweep_warnings(until - 4 * HOUR - timedelta(seconds=1)) == 0
    assert sweep_warnings(until - 4 * HOUR) == 1
    assert sweep_warnings(until - 4 * HOUR) == 0
    assert sweep_warnings(until - HOUR) == 1
    assert mails() == Event.objects.filter(name="clearance.warned", object_id=paper.pk).count() == 2
    assert not ClearanceWarning.objects.filter(settled_at=None).exists()


def test_after_a_pause_of_the_sweep_only_the_closest_is_told(paper):
    assert sweep_warnings(paper.valid_until - HOUR / 2) == 1
    assert dict(paper.warnings.values_list("hours", "told")) == {4: False, 1: True}
    assert mails() == 1


def test_the_number_of_messages_is_that_of_the_clearances(ana, paper):
    clearances.receive(episode=make_episode(ana, "Riley Park"), content=content(), by=ana)
    assert sweep_warnings(paper.valid_until - HOUR / 2) == 2


@pytest.mark.parametrize("over", ["ended", "revoked", "admitted", "closed"])
def test_nobody_is_told_of_what_is_over(paper, sam, over):
    now = paper.valid_until - HOUR
    if over == "ended":
        now = paper.valid_until
    elif over == "revoked":
        clearances.revoke(clearance=paper, by=sam, reason="lab")
    else:
        closed = {"status": "closed", "stage": "closed", "closed_at": now, "close_reason": "lost_contact"}
        type(paper.episode).objects.filter(pk=paper.episode_id).update(
            **(closed if over == "closed" else {"stage": "admitted"})
        )
    assert sweep_warnings(now) == mails() == 0
    assert not ClearanceWarning.objects.filter(settled_at=None).exists()


def test_the_mail_says_nothing_of_whom_and_what(paper, ana):
    sweep_warnings(paper.valid_until - 4 * HOUR)
    message = Message.objects.get(kind=ENDS_SOON)
    mail = ends_soon(message)
    assert mail.to == ana.email
    text = f"{mail.subject} {mail.body} {message.ids} {message.key}".lower()
    for word in ("clear", "medical", "jordan", "lee", paper.episode.reference.lower(), str(paper.pk)):
        assert word not in text
    assert "within 4 hours" in text
    type(paper).objects.filter(pk=paper.pk).update(status="expired")
    assert ends_soon(message) is None


def test_a_worker_who_left_is_not_written_to(paper, ana, settings):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    sweep_warnings(paper.valid_until - HOUR)
    assert Message.objects.get(kind=ENDS_SOON).to == settings.ADMISSIONS_MAILBOX


def test_the_database_keeps_warnings(paper):
    def refused(**values):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            ClearanceWarning.objects.filter(hours=4).update(**values)
        return refusal_code(error.value)

    assert refused(due_at=paper.valid_until) == "row_is_fixed"
    assert refused(told=True) == "programs_clearancewarning_settled"
    sweep_warnings(paper.valid_until - 4 * HOUR)
    assert refused(settled_at=None, told=False) == "programs_clearancewarning_append_only"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ClearanceWarning.objects.all().delete()
