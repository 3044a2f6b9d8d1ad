"""What the card says with a consent to each kind of information, and without it."""

import pytest

from records.choices import Category
from referrals.rules.need import ALL, FREE_TEXT, NOT_SHARED, card, seriousness
from tests.factories.referrals import NEED

ILL = {
    **NEED,
    "pregnant": "yes",
    "sex": "female",
    "medications": ["methadone"],
    "watch": ["pregnant", "unstable_illness", "supply"],
    "notes": "Thinks of suicide at night",
}
WELL = {**NEED, "sex": "female", "payer": None, "watch": ["supply"], "notes": "Likes tea"}


def lines(need, categories):
    return dict(card(need, {"kratom_leaf": "Kratom leaf"}, lambda moment: "today", categories))


def text(need, categories):
    return " / ".join(line for told in lines(need, categories).values() for line in told).lower()


# Category left out of the consent, and the words that only it lets a partner read.
WORDS = [
    (Category.PREGNANCY, ["obstetric", "pregnant"]),
    (Category.HEALTH, ["an illness"]),
    (Category.INSURANCE, ["aetna", "plan shown"]),
    (Category.MENTAL_HEALTH, ["suicide"]),
    (Category.MEDICATIONS, ["methadone"]),
    (Category.SUBSTANCE_USE, ["kratom", "supply", "7 days"]),
]


@pytest.mark.parametrize(("category", "words"), WORDS)
def test_words_of_a_category_are_read_with_its_consent_only(category, words):
    whole, cut = text(ILL, ALL), text(ILL, ALL - {category})
    for word in words:
        assert word in whole
        assert word not in cut
    assert NOT_SHARED.lower() in cut
    assert NOT_SHARED.lower() not in whole


@pytest.mark.parametrize("category", [Category.PREGNANCY, Category.HEALTH, Category.INSURANCE])
def test_the_card_does_not_give_away_what_it_leaves_out(category):
    """With and without something to hide, the same lines stand there."""
    kept = {
        Category.PREGNANCY: {"pregnant": "no", "watch": ["unstable_illness", "supply"]},
        Category.HEALTH: {"watch": ["pregnant", "supply"]},
        Category.INSURANCE: {"payer": None},
    }[category]
    allowed = ALL - {category}
    assert lines(ILL, allowed) == lines({**ILL, **kept}, allowed)
    assert seriousness(ILL, allowed) == seriousness({**ILL, **kept}, allowed)


GRADES = [
    (ILL, ALL, "high"),
    (ILL, ALL - {Category.PREGNANCY}, "high"),
    (ILL, ALL - {Category.PREGNANCY, Category.HEALTH}, "unknown"),
    (WELL, ALL, "none"),
    (WELL, ALL - {Category.HEALTH}, "unknown"),
    (WELL, ALL - {Category.INSURANCE}, "none"),
    ({**WELL, "watch": ["seizure_risk"]}, {Category.SUBSTANCE_USE}, "high"),
    (ILL, frozenset(), "unknown"),
]


@pytest.mark.parametrize(("need", "categories", "grade"), GRADES)
def test_what_is_left_out_is_no_all_clear(need, categories, grade):
    assert seriousness(need, categories)[0] == grade


def test_a_consent_to_substance_use_alone_shares_that_alone():
    told = lines(ILL, {Category.SUBSTANCE_USE})
    assert told["What"][0].startswith("Kratom leaf")
    assert told["Watch for"][0].startswith("Supply is not controlled")
    assert told["Watch for"][1:] == [
        "Pregnancy: not shared by the person",
        "Physical illness: not shared by the person",
        "Mental health: not shared by the person",
    ]
    assert told["To do"][1] == "Pregnancy: not shared by the person"
    assert told["Payment"] == told["Also"] == [NOT_SHARED]


@pytest.mark.parametrize("category", sorted(FREE_TEXT))
def test_what_staff_wrote_in_their_own_words_needs_every_category(category):
    assert lines(WELL, ALL)["Also"] == ["Likes tea"]
    assert lines(WELL, ALL - {category})["Also"] == [NOT_SHARED]
