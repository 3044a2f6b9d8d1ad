"""Workflow tables are complete: known words, known permissions, no status without a way in or out."""

import pytest
import rules

from intake.choices import AssessmentStatus
from intake.choices_contact import RequestStatus
from intake.workflow import ASSESSMENT
from intake.workflow_contact import CONTACT_TRANSITIONS
from programs.choices import ClearanceStatus
from programs.workflow import CLEARANCE
from referrals.choices import OfferStatus
from referrals.workflow import OFFER

# table, its words, where things begin, where they end
TABLES = {
    "assessment": (ASSESSMENT, AssessmentStatus, {"not_started"}, {"decided", "dropped"}),
    "contact request": (CONTACT_TRANSITIONS, RequestStatus, {"new"}, set()),
    "clearance": (
        CLEARANCE,
        ClearanceStatus,
        {"needed"},
        {"not_cleared", "rejected", "revoked", "expired"},
    ),
    "offer": (
        OFFER,
        OfferStatus,
        {"draft"},
        {"declined", "declined_by_person", "returned", "closed", "withdrawn", "expired"},
    ),
}
# Steps that no member of staff takes: a partner's link, or time itself.
NOT_STAFF = {"referrals.by_link", "referrals.by_system", "programs.by_system"}


@pytest.fixture(params=TABLES, ids=list(TABLES))
def workflow(request):
    return TABLES[request.param]


def test_every_word_is_a_status(workflow):
    steps, words, _, _ = workflow
    for step in steps.values():
        assert {*step.sources, step.target} <= set(words.values), step.name


def test_every_permission_exists(workflow):
    steps, _, _, _ = workflow
    wrong = {step.permission for step in steps.values() if not rules.perm_exists(step.permission)}
    assert wrong <= NOT_STAFF


def test_every_status_can_be_reached(workflow):
    steps, words, beginnings, _ = workflow
    reached = set(beginnings)
    while True:
        more = {str(step.target) for step in steps.values() if step.sources & reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(words.values)


def test_every_status_but_an_end_has_a_way_out(workflow):
    steps, words, _, ends = workflow
    left = {source for step in steps.values() for source in step.sources}
    assert set(words.values) - left <= ends


def test_every_step_has_words_for_its_button(workflow):
    steps, _, _, _ = workflow
    assert all(step.label and step.name for step in steps.values())
