"""From a clearance that ran out to asking for the next one, and the warnings before it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock
from desk.today import items_for
from tests.factories.care import make_clearance
from tests.programs.gate import Case
from tests.programs.test_screens import words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_page_behind_the_refusal_asks_for_renewal(client, as_user):
    case = Case.good(clearance=False)
    make_clearance(case.episode, recorded_by=case.ana, examined_at=clock.now() - 25 * HOUR)
    as_user(case.ana)
    page = reverse("programs:clearance-new", args=[case.episode.pk])
    assert page in client.get(reverse("programs:readiness", args=[case.episode.pk])).content.decode()
    assert "Request renewal" in words_of(client.get(page))
    ask = reverse("programs:clearance-request", args=[case.episode.pk])
    assert client.post(ask).status_code == 302
    assert "Request renewal" not in words_of(client.get(page))


@pytest.mark.parametrize(
    "left,words,urgent",
    [(20, "ends within 24 h", False), (3, "ends within 4 h", True), (0.5, "ends within 1 h", True)],
)
def test_today_warns_in_three_steps(left, words, urgent):
    case = Case.good()
    other = Case.good(examined_at=clock.now() - (24 - left) * HOUR)
    rows = [one for one in items_for(other.ana, clock.now()) if "learance ends" in one.why]
    assert [(one.why.removeprefix("Medical clearance "), one.urgent) for one in rows] == [(words, urgent)]
    assert case.episode.reference not in {one.reference for one in rows}
