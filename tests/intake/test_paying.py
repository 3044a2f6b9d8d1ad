"""A plan's no is no dead end: other ways, prices, estimates; and nothing ends for money without one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions.coverage import waive
from intake.actions.episodes import close_episode
from intake.actions.paying import finish_way, make_estimate, offer_way, set_rate
from intake.choices_coverage import PaidLevel
from intake.models import Episode, OtherWay, SelfPayEstimate, SelfPayRate
from intake.queries_paying import rate_of, rates_now
from programs.choices import CENTER_LEVELS
from tests.factories.coverage import make_answer, make_policy
from tests.factories.episodes import ask_safety, make_episode

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def episode(ana):
    made = make_episode(ana)
    ask_safety(ana, made)
    return made


@pytest.fixture
def denied(ana, episode):
    return make_answer(make_policy(episode, ana), ana, "denied").episode


def offer(episode, by, kind="public", words="Medicaid office, we go along", due_on=None):
    return offer_way(episode=episode, kind=kind, words=words, due_on=due_on, by=by)


def refused_by_sql(statement, *values):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal_code(caught.value) or str(caught.value)


CLOSE = (
    "UPDATE intake_episode SET status = 'closed', stage = 'closed', closed_at = app_now(), close_reason = %s"
)


# Ending for money


def test_nobody_is_closed_for_money_without_another_way(ana, episode):
    with pytest.raises(Refused) as refused:
        close_episode(by=ana, episode=episode, reason="financial")
    assert (refused.value.code, refused.value.field) == ("no_other_way", "close_reason")
    assert refused_by_sql(CLOSE, "financial") == "no_other_way"
    offer(episode, ana)
    assert close_episode(by=ana, episode=episode, reason="financial").close_reason == "financial"


@pytest.mark.parametrize("reason", ["lost_contact", "not_a_fit"])
def test_nobody_is_lost_after_a_no_without_another_way(ana, denied, reason):
    assert refused_by_sql(CLOSE, reason) == "no_other_way"
    with pytest.raises(Refused):
        close_episode(by=ana, episode=denied, reason=reason)
    offer(denied, ana)
    close_episode(by=ana, episode=denied, reason=reason)


def test_without_a_no_that_stands_people_can_be_lost(ana, episode):
    policy = make_policy(episode, ana)
    make_answer(policy, ana, "denied")
    waive(episode=episode, reason="Her parents pay", by=ana)
    close_episode(by=ana, episode=episode, reason="lost_contact")


def test_another_plan_that_pays_takes_the_no_away(ana, denied):
    make_answer(make_policy(denied, ana, position=2), ana)
    close_episode(by=ana, episode=denied, reason="lost_contact")


def test_other_ends_ask_for_nothing(ana, denied):
    close_episode(by=ana, episode=denied, reason="care_elsewhere")


def test_the_close_page_says_where_to_go(as_user, ana, episode):
    url = reverse("desk:episode-close", args=[episode.pk])
    answer = as_user(ana).post(url, {"close_reason": "financial"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "which other way to pay was offered" in page
    assert reverse("intake:coverage", args=[episode.pk]) in page
    assert Episode.objects.get().status == "open"


# Other ways


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "loan"}, "kind"),
        ({"words": " "}, "words"),
        ({"kind": "appeal"}, "due_on"),
        ({"kind": "peer_to_peer"}, "due_on"),
    ],
)
def test_what_is_missing_is_named(ana, denied, given, field):
    with pytest.raises(Refused) as refused:
        offer(denied, ana, **given)
    assert refused.value.field == field
    assert not OtherWay.objects.exists()


def test_a_last_day_is_not_over(ana, denied):
    with pytest.raises(Refused) as refused:
        offer(denied, ana, kind="appeal", due_on=center_day(clock.now()) - DAY)
    assert refused.value.field == "due_on"


def test_the_last_day_stands_on_today_until_somebody_says_how_it_went(ana, ben, denied):
    way = offer(denied, ana, kind="appeal", due_on=center_day(clock.now()) + 5 * DAY)
    (mine,) = [one for one in items_for(ana, clock.now()) if one.kind == "coverage"]
    assert mine.why.startswith("Appeal: last day ")
    assert not mine.urgent
    (late,) = [one for one in items_for(ana, clock.now() + 6 * DAY) if one.kind == "coverage"]
    assert "last day was" in late.why
    assert late.urgent
    assert not [one for one in items_for(ben, clock.now()) if one.kind == "coverage"]
    finish_way(way=way, result="worked", words="They pay 20 days", by=ana)
    assert not [one for one in items_for(ana, clock.now()) if one.kind == "coverage"]
    with pytest.raises(Conflict):
        finish_way(way=way, result="did_not", words="", by=ana)


def test_sql_keeps_what_was_offered(ana, denied):
    way = offer(denied, ana, kind="appeal", due_on=center_day(clock.now()))
    assert refused_by_sql("UPDATE intake_otherway SET due_on = NULL") == "row_is_fixed"
    assert "permission denied" in refused_by_sql("DELETE FROM intake_otherway")
    half = "UPDATE intake_otherway SET done_at = app_now()"
    assert refused_by_sql(half) == "intake_otherway_done_complete"
    finish_way(way=way, result="did_not", words="", by=ana)
    refused_by_sql("UPDATE intake_otherway SET done_at = NULL, done_by_id = NULL, outcome = NULL")
    copied = (
        "INSERT INTO intake_otherway (id, data_key_id, episode_id, kind, words, offered_by_id)"
        " SELECT gen_random_uuid(), data_key_id, episode_id, %s, words, offered_by_id FROM intake_otherway"
    )
    assert refused_by_sql(copied, "appeal") == "intake_otherway_has_day"
    assert refused_by_sql(copied, "loan") == "intake_otherway_kind_known"


# Prices and estimates


def price(by, amount="480", level="residential", unit="day"):
    newest = SelfPayRate.objects.order_by("-made_at").first()
    return set_rate(
        level=level, unit=unit, amount=Decimal(amount) if amount else None, reason="New year", by=by,
        seen=newest.pk if newest else None,
    )  # fmt: skip


def test_an_estimate_stays_as_it_was_said_when_prices_change(ana, sam, episode):
    with pytest.raises(Refused) as refused:
        make_estimate(episode=episode, level="residential", units=30, by=ana)
    assert refused.value.code == "no_rate"
    price(sam)
    made = make_estimate(episode=episode, level="residential", units=30, by=ana)
    price(sam, "520.50")
    again = SelfPayEstimate.objects.get(pk=made.pk)
    assert (again.details["amount"], again.details["total"]) == ("480.00", "14400.00")
    assert make_estimate(episode=episode, level="residential", units=2, by=ana).details["total"] == "1041.00"
    price(sam, None)
    with pytest.raises(Refused):
        make_estimate(episode=episode, level="residential", units=1, by=ana)


def test_only_supervisors_set_prices_and_nobody_over_one_they_have_not_seen(ana, sam):
    with pytest.raises(Refused):
        price(ana)
    price(sam)
    with pytest.raises(Conflict):
        set_rate(level="iop", unit="day", amount=Decimal(90), reason="First", by=sam, seen=None)
    assert set(rates_now()) == {"residential"}
    assert Event.objects.filter(name="rate.set").count() == 1


def test_sql_changes_no_price_and_dates_none(sam):
    made = price(sam)
    assert "permission denied" in refused_by_sql("UPDATE intake_selfpayrate SET amount = 1")
    assert "permission denied" in refused_by_sql("UPDATE intake_selfpayestimate SET rate_id = NULL")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_selfpayrate (id, level, unit, amount, reason, made_by_id, made_at)"
            " SELECT gen_random_uuid(), level, unit, 1, 'x', made_by_id, '2001-01-01' FROM intake_selfpayrate"
        )
    assert rate_of("residential").pk != made.pk
    negative = (
        "INSERT INTO intake_selfpayrate (id, level, unit, amount, reason, made_by_id)"
        " SELECT gen_random_uuid(), 'iop', 'day', -1, 'x', made_by_id FROM intake_selfpayrate LIMIT 1"
    )
    assert refused_by_sql(negative) == "intake_selfpayrate_amount"
    assert (
        refused_by_sql(negative.replace("'iop'", "'detox'").replace("-1", "1")) == "intake_selfpayrate_known"
    )


# The pages


def test_the_pages(as_user, ana, sam, denied):
    desk = as_user(ana)
    prices = reverse("intake:self-pay-rates")
    estimate = reverse("intake:estimate", args=[denied.pk])
    assert "No level has a price" in desk.get(estimate).content.decode()
    assert "Set a price" not in desk.get(prices).content.decode()
    desk.post(prices, {"level": "iop", "unit": "day", "amount": "90", "reason": "x"})
    assert not SelfPayRate.objects.exists()
    boss = as_user(sam)
    assert boss.post(prices, {"level": "iop", "unit": "day", "amount": "0", "reason": "x"}).status_code == 422
    given = {"level": "residential", "unit": "day", "amount": "480", "reason": "New year"}
    assert boss.post(prices, given).status_code == 302
    assert boss.post(prices, given).status_code == 409
    assert "480" in boss.get(f"{prices}?level=residential").content.decode()
    desk, page = as_user(ana), reverse("intake:coverage", args=[denied.pk])
    text = desk.get(page).content.decode()
    assert "Nothing is offered yet" in text
    for way in ("Appeal", "Peer-to-peer", "Estimate for a person who pays", "Partners that take", "Medicaid"):
        assert way in text
    assert desk.post(estimate, {"level": "residential", "units": "30"}).status_code == 302
    assert "about $14,400" in desk.get(page).content.decode()
    new = reverse("intake:way-new", args=[denied.pk])
    assert desk.post(new, {"kind": "appeal", "words": "Letter"}).status_code == 422
    assert desk.post(new, {"kind": "self_pay", "words": "Parents think it over"}).status_code == 302
    way = OtherWay.objects.get()
    done = reverse("intake:way-done", args=[denied.pk, way.pk])
    assert desk.post(done, {}).status_code == 422
    assert desk.post(done, {"result": "not_wanted", "words": "Too much"}).status_code == 302
    assert desk.post(done, {"result": "worked"}).status_code == 409
    assert "The person does not want it" in desk.get(page).content.decode()


def test_the_levels_that_have_a_price_are_those_of_the_center():
    assert set(PaidLevel.values) == set(CENTER_LEVELS)
