"""The checklist on paper: for the person in both languages, and by the door for a helper with a consent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from audit.models import Event
from config import clock
from programs.actions.sharing import share_checklist
from programs.checklist_words import ITEMS, STATES
from programs.choices_admission import Preparation, PreparationState
from programs.should_have import helpers_to_share, shoulds_of
from records.choices import Category, Purpose
from records.disclose import NotPermitted
from records.models import Consent, Disclosure
from tests.factories.consents import signed_consent
from tests.factories.records import make_helper
from tests.programs.gate import Case
from tests.programs.test_screens import words_of
from tests.programs.test_should_have import prepare

pytestmark = pytest.mark.django_db
COVERS = (Category.PRESENCE, Category.SOCIAL)


@pytest.fixture
def case():
    case = Case.good()
    prepare(case)
    return case


def consent(case, helper, categories=COVERS, **given):
    given = {"purposes": [Purpose.FAMILY], **given}
    return signed_consent(case.ana, case.episode.person, helper, categories=categories, **given)


def test_the_words_are_those_of_the_page():
    with translation.override("en"):
        assert {str(key): str(words) for key, words in ITEMS.items()} == dict(Preparation.choices)
        assert {str(key): str(words) for key, words in STATES.items()} == dict(PreparationState.choices)
    with translation.override("es"):
        assert not {str(words) for words in ITEMS.values()} & set(Preparation.labels)


@pytest.mark.parametrize(
    "language,words",
    [
        ("en", ["Before you come", "Pack clothes and personal things", "Not done yet", "Sister", "Two bags"]),
        ("es", ["Antes de venir", "Preparar ropa y cosas personales", "Aún no", "Sister", "Two bags"]),
    ],
)
def test_the_person_takes_the_list_along(client, as_user, case, language, words):
    as_user(case.ana)
    page = client.get(reverse("programs:checklist-print", args=[case.episode.pk]), {"language": language})
    shown = words_of(page)
    assert all(one in shown for one in words)
    assert f'<html lang="{language}"' in page.content.decode()
    assert not Disclosure.objects.exists()
    assert Event.objects.filter(name="record.viewed", actor_id=case.ana.pk).exists()


def test_a_helper_with_a_consent_has_it_by_the_door(client, as_user, case):
    helper = make_helper(case.episode.person)
    live = consent(case, helper)
    as_user(case.ana)
    assert "Share with the helper" in words_of(
        client.get(reverse("programs:checklist", args=[case.episode.pk]))
    )
    share = reverse("programs:checklist-share", args=[case.episode.pk])
    page = client.post(share, {"share-helper": str(helper.pk), "share-language": "es"})
    shown = words_of(page)
    assert "Preparar ropa y cosas personales" in shown
    assert "Two bags" not in shown  # what staff noted stays here
    assert "42 CFR" in shown
    row = Disclosure.objects.get()
    assert (row.recipient_id, row.consent_id, row.purpose) == (helper.pk, live.pk, Purpose.FAMILY)
    assert set(row.categories) == set(map(str, COVERS))
    client.post(share, {"share-helper": str(helper.pk), "share-language": "en"})
    assert Disclosure.objects.count() == 1  # the same content is the same version


@pytest.mark.parametrize("categories", [(Category.PRESENCE,), (Category.SOCIAL,), None])
def test_nothing_leaves_without_a_consent_that_covers_it(case, categories):
    helper = make_helper(case.episode.person)
    if categories:
        consent(case, helper, categories)
    assert helpers_to_share(case.episode, clock.now()) == []
    with pytest.raises(NotPermitted):
        share_checklist(episode=case.episode, helper=helper, by=case.ana)
    assert not Disclosure.objects.exists()
    assert Event.objects.filter(name="disclosure.refused").count() == 1


def test_a_helper_of_somebody_else_gets_nothing(client, as_user, case):
    helper = make_helper(Case.good().episode.person)
    as_user(case.ana)
    share = reverse("programs:checklist-share", args=[case.episode.pk])
    assert client.post(share, {"share-helper": str(helper.pk), "share-language": "en"}).status_code == 409
    assert not Disclosure.objects.exists()


def test_a_consent_that_has_ended_is_none_for_the_admission(case):
    helper = make_helper(case.episode.person)
    consent(case, helper)
    ends = Consent.objects.get().expires_at

    def there(now):
        return next(one for one in shoulds_of(case.episode, now) if one.item == "consent").there

    assert there(ends - timedelta(seconds=1))
    assert not there(ends)  # no sweep has come by yet
