"""The next step of a person, by table: one row for each standing that a journey passes through."""

import itertools

import pytest

from desk.rules.next_step import STAGES, Standing, next_step, stage_index

CASES = [
    # standing, page, stage
    (Standing(), "intake:episode-start", 0),
    (Standing(has_episode=True), "intake:safety-check", 0),
    (Standing(has_episode=True, safety_checked=True, assessment="in_progress"), "intake:assessment", 0),
    (Standing(has_episode=True, safety_checked=True, assessment="needs_answers"), "intake:assessment", 0),
    (Standing(has_episode=True, safety_checked=True, assessment="ready_for_review"), "programs:review", 1),
    (
        Standing(has_episode=True, safety_checked=True, assessment="decided", decided=True, detox_first=True),
        "referrals:match",
        2,
    ),
    (
        Standing(
            has_episode=True,
            safety_checked=True,
            assessment="decided",
            decided=True,
            detox_first=True,
            referral_open=True,
        ),
        "referrals:referral",
        2,
    ),
    (
        Standing(
            has_episode=True,
            safety_checked=True,
            assessment="decided",
            decided=True,
            detox_first=True,
            referral_open=True,
            clearance="received",
        ),
        "programs:clearance",
        3,
    ),
    (
        Standing(
            has_episode=True,
            safety_checked=True,
            assessment="decided",
            decided=True,
            detox_first=True,
            referral_open=True,
            clearance="verified",
        ),
        "programs:readiness",
        4,
    ),
    (
        Standing(has_episode=True, safety_checked=True, assessment="decided", decided=True),
        "programs:readiness",
        3,
    ),
    (
        Standing(
            has_episode=True,
            safety_checked=True,
            assessment="decided",
            decided=True,
            clearance="verified",
            admitted=True,
        ),
        "programs:bed-board",
        4,
    ),
]


@pytest.mark.parametrize("standing,page,stage", CASES, ids=[page for _, page, _ in CASES])
def test_next_step_by_table(standing, page, stage):
    assert next_step(standing).url_name == page
    assert stage_index(standing) == stage


def test_every_standing_has_one_next_step():
    words = ["", "not_started", "in_progress", "on_hold", "ready_for_review", "in_review", "decided"]
    papers = ["", "needed", "received", "accepted", "verified", "expired", "revoked", "not_cleared"]
    flags = itertools.product([False, True], repeat=6)
    for (episode, safe, decided, detox, referral, admitted), word, paper in itertools.product(
        flags, words, papers
    ):
        at = Standing(episode, safe, word, decided, detox, referral, paper, admitted)
        assert next_step(at).label
        assert 0 <= stage_index(at) < len(STAGES)


def test_a_person_is_never_led_to_admission_without_a_decision():
    for paper in ("", "received", "verified"):
        at = Standing(has_episode=True, safety_checked=True, assessment="in_progress", clearance=paper)
        assert next_step(at).url_name == "intake:assessment"
