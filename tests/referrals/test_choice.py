"""The choice among the options of a match: a reason where one is passed over, shown and replayable."""

import pytest
from django.urls import reverse

from config import clock
from referrals.actions import answers
from referrals.actions.decisions import store_decision
from referrals.models import MatchDecision, Offer, Referral
from referrals.told_decisions import decisions_of
from referrals.views.match import found_for
from tests.factories.referrals import consent_for, make_facility, make_referral
from tests.referrals.test_matching import replayed
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ana):
    """A referral and three partners that fit, in the order of their names, all named in a consent."""
    referral = make_referral(ana, zip="23220")
    partners = [make_facility(name) for name in ("Alder", "Birch", "Cedar")]
    consent_for(ana, referral, *partners)
    return referral, *partners


def send(client, referral, *partners, **more):
    data = {"facilities": [str(one.pk) for one in partners], "answer_hours": "4", **more}
    return client.post(reverse("referrals:offer-send", args=[referral.episode_id]), data)


def told(referral):
    (row,) = decisions_of(referral)
    return row


def test_the_first_needs_no_reason(ana, as_user, three):
    referral, alder, birch, _ = three
    assert send(as_user(ana), referral, alder, birch).status_code == 200
    row = told(referral)
    assert row["title"] == "Asked Alder (number 1 of 3), Birch (number 2 of 3)"
    assert (row["by"], row["because"], row["passed_over"], row["excused"]) == (ana.display_name, "", [], [])
    assert MatchDecision.objects.get().result["area"] == "232"


def test_who_passes_one_over_says_why_and_nothing_leaves_before(ana, as_user, three):
    referral, _, _, cedar = three
    client = as_user(ana)
    refused = send(client, referral, cedar, because_note="Her sister works there")
    assert refused.status_code == 422
    page = text_of(refused)
    assert "Alder stands before your choice. Select why" in page
    assert "Her sister works there" in page
    assert not Offer.objects.exists() and not MatchDecision.objects.exists()
    assert send(client, referral, cedar, because="money").status_code == 422
    refused = send(client, referral, cedar, because="other")
    assert "Write the reason" in text_of(refused)
    assert send(client, referral, cedar, because="nearer", because_note="Her sister").status_code == 200
    row = told(referral)
    assert (row["because"], row["note"]) == ("Nearer to family, work or a ride", "Her sister")
    assert row["passed_over"] == ["Alder", "Birch"]
    page = text_of(client.get(reverse("referrals:referral", args=[referral.pk])))
    assert "Asked Cedar (number 3 of 3)" in page
    assert "Not the first, because: Nearer to family, work or a ride. Her sister" in page
    assert "Passed over: Alder, Birch" in page
    assert "0 of 1 would change" in replayed()


def test_what_the_record_shows_needs_no_reason(ana, as_user, three):
    """Asked before, said no before, or named in no consent."""
    referral, alder, birch, cedar = three
    client = as_user(ana)
    send(client, referral, alder, birch)
    first = Offer.objects.get(facility=alder)
    answers.decline(offer_id=first.pk, reason="full", by=ana, now=clock.now(), told=None)
    make_facility("Aspen")
    assert send(client, referral, cedar, because="other", because_note="x").status_code == 200
    row = decisions_of(referral)[0]
    assert row["title"] == "Asked Cedar (number 4 of 4)"
    assert row["excused"] == [
        ("Alder", "said no, or did not answer, before"),
        ("Aspen", "is named in no consent"),
        ("Birch", "was asked already"),
    ]
    assert (row["passed_over"], row["because"], row["note"]) == ([], "", "")
    page = text_of(client.get(reverse("referrals:referral", args=[referral.pk])))
    assert "Birch was asked already." in page


@pytest.fixture
def near(ana):
    """A referral, and partners with consent: one fits, one lacks one thing, one lacks two."""
    referral = make_referral(ana, payer="medicare")
    partners = [
        make_facility("Alder", payers=["medicare"]),
        make_facility("Birch"),
        make_facility("Cedar", age_min=60),
    ]
    consent_for(ana, referral, *partners)
    return referral, *partners


def test_one_thing_short_is_asked_when_it_says_yes_by_phone(ana, as_user, near):
    referral, _, birch, _ = near
    client, match = as_user(ana), reverse("referrals:match", args=[near[0].episode_id])
    shown = client.get(match).content.decode()
    assert f'value="{birch.pk}"' in shown and f'value="{near[3].pk}"' not in shown
    for more in ({}, {"because": "nearer"}):
        refused = send(client, referral, birch, **more)
        assert refused.status_code == 422
        assert "Birch is ruled out: Does not take Medicare (takes Aetna and Medicaid). Select" in text_of(
            refused
        )
    assert "Write who there said yes" in text_of(send(client, referral, birch, because="said_yes"))
    assert not Offer.objects.exists()
    said = {"because": "said_yes", "because_note": "Kim at intake"}
    assert send(client, referral, birch, **said).status_code == 200
    row = told(referral)
    assert row["title"] == "Asked Birch (ruled out by payment, and said yes)"
    assert (row["because"], row["note"]) == (
        "This one said yes by phone to what rules it out", "Kim at intake",
    )  # fmt: skip
    assert MatchDecision.objects.get().result["overruled"] == [[str(birch.pk), "payer"]]
    assert "0 of 1 would change" in replayed()


def test_who_can_not_be_asked_is_not_asked_by_address_either(ana, as_user, near):
    referral, _, _, cedar = near
    said = {"because": "said_yes", "because_note": "Kim"}
    refused = send(as_user(ana), referral, cedar, **said)
    assert refused.status_code == 422 and "Cedar is ruled out" in text_of(refused)
    outside = make_facility("Elm", outside=True)
    consent_for(ana, referral, outside)
    assert "The list has changed" in text_of(send(as_user(ana), referral, outside, **said))
    assert not Offer.objects.exists() and not MatchDecision.objects.exists()


def test_a_kept_choice_does_not_follow_later_names_or_orders(ana, as_user, three):
    referral, alder, _, _ = three
    send(as_user(ana), referral, alder)
    alder.recipient.name = "Zebra"
    alder.recipient.save()
    assert told(referral)["title"] == "Asked Alder (number 1 of 3)"


def test_an_order_that_comes_out_otherwise_is_found_by_replay(ana, three):
    referral, _, birch, _ = three
    found = found_for(ana, Referral.objects.get().need, clock.now())
    store_decision(referral=referral, found=found, kind="sent", by=ana, chosen=[birch.pk], because="person")
    assert "0 of 1 would change" in replayed()


def test_a_decision_from_before_choices_were_kept_is_shown(ana, as_user, three, monkeypatch):
    referral, alder, _, _ = three
    found = found_for(ana, Referral.objects.get().need, clock.now())
    kept = store_decision(referral=referral, found=found, kind="sent", by=ana, chosen=[alder.pk])
    result = {
        key: kept.result[key] for key in ("matches", "fit", "ruled_out", "in_the_way", "chosen", "step")
    }
    MatchDecision.objects.create(
        data_key=kept.data_key, referral=referral, kind="sent", snapshot=kept.snapshot, result=result,
        rules=kept.rules, rules_sha256=kept.rules_sha256, made_by=ana,
    )  # fmt: skip
    assert [row["passed_over"] for row in decisions_of(referral)] == [[], []]
    assert "0 of 2 would change" in replayed()
    page = as_user(ana).get(reverse("referrals:referral", args=[referral.pk]))
    assert page.status_code == 200
