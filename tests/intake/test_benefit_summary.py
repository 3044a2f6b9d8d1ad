"""The benefit summary for the person: plain words in two languages, never a promise, through the one door."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.errors import Refused
from intake.actions.authorizations import Decision, ask, decide
from intake.actions.benefit_summary import give_summary
from intake.actions.paying import make_estimate, offer_way, set_rate
from intake.benefit_summary import rows_of
from intake.choices_coverage import ANSWERS, PaidLevel, WayKind
from intake.coverage_words import LABELS, LEVELS, SENTENCES, TITLE, UNITS, day_in
from records.models import Disclosure
from tests.factories.coverage import make_answer, make_policy
from tests.factories.episodes import ask_safety, make_episode

pytestmark = pytest.mark.django_db
ASKS = {"how": "photo_id"}


@pytest.fixture
def episode(ana):
    made = make_episode(ana)
    ask_safety(ana, made)
    return made


@pytest.fixture
def policy(ana, episode):
    return make_policy(episode, ana)


def text(episode, language="en"):
    return "\n".join(f"{label}: {words}" for label, words in rows_of(episode, language, clock.now()))


def test_both_languages_have_the_same_words():
    assert set(LABELS["en"]) == set(LABELS["es"])
    assert set(SENTENCES["en"]) == set(SENTENCES["es"])
    assert set(TITLE) == {"en", "es"}
    assert not set(LABELS["en"].values()) & set(LABELS["es"].values())
    assert {f"state_{state}" for state in ANSWERS} <= set(SENTENCES["en"])
    assert set(WayKind.values) <= set(SENTENCES["en"])
    assert set(PaidLevel.values) == set(LEVELS)
    for words in (*LEVELS.values(), *UNITS.values()):
        assert words[0] != words[1]


def test_sentences_are_short():
    """14 words on average at most, and no sentence above 20."""
    for language in ("en", "es"):
        lengths = [
            len(one.split()) for words in SENTENCES[language].values() for one in words.split(". ") if one
        ]
        assert sum(lengths) / len(lengths) <= 14
        assert max(lengths) <= 20


def test_it_says_who_asked_whom_when_and_under_which_number(ana, episode, policy):
    made = make_answer(policy, ana, terms={"deductible": "1500", "copay": "40.50", "coinsurance": "20"})
    told = text(episode)
    for words in (
        "Aetna, Maplewood Choice" if policy.details["payer_name"] else "Maplewood Choice",
        "Ana Reyes",
        "Quillon Marsh",
        "REF-40081",
        day_in(center_day(made.asked_at), "en"),
        "the first $1,500",
        "$40.50 for each day",
        "20% of the rest",
        "does not promise",
    ):
        assert words in told
    assert "Thirty days residential" not in told, "what a plan said are notes of staff"
    assert "REF-40081" in text(episode, "es")
    assert "no promete" in text(episode, "es")


@pytest.mark.parametrize("state", ANSWERS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_answer_has_its_sentence_and_none_promises(ana, episode, policy, state, language):
    make_answer(policy, ana, state)
    told = text(episode, language)
    assert SENTENCES[language][f"state_{state}"] in told
    assert SENTENCES[language]["guarantee"] in told
    assert "{" not in told


def test_a_no_always_says_what_can_be_done(ana, episode, policy):
    make_answer(policy, ana, "not_covered")
    told = text(episode)
    assert all(SENTENCES["en"][kind] in told for kind in WayKind.values)
    last = center_day(clock.now()) + timedelta(days=9)
    offer_way(episode=episode, kind="appeal", words="Letter", due_on=last, by=ana)
    told = text(episode)
    assert f"Last day: {day_in(last, 'en')}." in told
    assert SENTENCES["en"]["public"] not in told


def test_a_grant_and_an_estimate(ana, sam, episode, policy):
    make_answer(policy, ana, "prior_auth")
    row = ask(policy=policy, what="Residential", unit="days", units=20, how="person", by=ana)
    today = center_day(clock.now())
    decision = Decision(True, "PA-1", "Quillon", units=10, starts_on=today, ends_on=today)
    decide(authorization=row, decision=decision, by=ana)
    set_rate(level="residential", unit="day", amount=480, reason="New", by=sam)
    make_estimate(episode=episode, level="residential", units=30, by=ana)
    assert "Your plan agreed to 10 days" in text(episode)
    assert "Residential care, 30 days: about $14,400. This is an estimate, not a bill." in text(episode)
    assert "Atención residencial, 30 días: cerca de $14,400." in text(episode, "es")


def test_it_leaves_by_the_door_after_a_check_of_identity(ana, episode, policy):
    make_answer(policy, ana)
    with pytest.raises(Refused):
        give_summary(episode=episode, language="en", medium="print", by=ana, how="")
    assert not Disclosure.objects.exists()
    packet = give_summary(episode=episode, language="es", medium="print", by=ana, **ASKS)
    row = Disclosure.objects.get()
    assert (row.pk, row.basis, row.categories) == (packet.id, "own_access", ["insurance"])
    assert row.identity_check.how == "photo_id"
    assert ["Número de referencia", "REF-40081"] in row.content["sections"]["insurance"]
    assert Event.objects.filter(name="disclosure.made", person_id=episode.person_id).count() == 1


def test_the_pages(desk, ana, episode, policy):
    make_answer(policy, ana, "denied")
    give = reverse("intake:benefit-summary-give", args=[episode.pk])
    page = desk.get(give).content.decode()
    assert "Your plan said no." in page
    assert not Disclosure.objects.exists(), "reading it first gives nothing"
    assert desk.post(give, {"language": "es", "medium": "print"}).status_code == 422
    said = {"how": "photo_id", "authority": "person", "language": "es", "medium": "print"}
    answer = desk.post(give, said)
    assert answer.status_code == 302
    page = desk.get(answer.url).content.decode()
    assert '<div lang="es">' in page
    assert "Su plan dijo que no." in page
    assert "data-print" in page
    make_answer(policy, ana)
    assert "Su plan dijo que no." in desk.get(answer.url).content.decode(), "as it left"


def test_strangers_and_other_disclosures_find_nothing(as_user, ana, ben, episode, policy):
    packet = give_summary(episode=episode, language="en", medium="phone", by=ana, **ASKS)
    other = make_episode(ana, name="Casey Moon", phone="+18045550177")
    desk = as_user(ana)
    url = reverse("intake:benefit-summary", args=[episode.pk, packet.id])
    assert "Read out what is below" in desk.get(url).content.decode()
    assert desk.get(reverse("intake:benefit-summary", args=[other.pk, packet.id])).status_code == 404
    client = as_user(ben)
    assert client.get(url).status_code == 404
    assert client.get(reverse("intake:benefit-summary-give", args=[episode.pk])).status_code == 404
