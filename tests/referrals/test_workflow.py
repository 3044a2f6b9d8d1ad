"""The offer workflow is complete: nothing unreachable, no dead ends, nothing leaves an end."""

from referrals.choices import CHIP, ENDED, HELD, LIVE, WAITING, OfferStatus
from referrals.workflow import BY_LINK, BY_SYSTEM, END_STATUSES, OFFER, PARTNER, available_to_partner

ALL = set(OfferStatus.values)


def test_every_status_is_reachable_from_a_draft():
    reached, frontier = {"draft"}, {"draft"}
    while frontier:
        frontier = {step.target for step in OFFER.values() if step.sources & frontier} - reached
        reached |= frontier
    assert reached == ALL


def test_every_status_that_is_no_end_has_a_way_out_and_ends_have_none():
    for status in ALL:
        ways = [step.name for step in OFFER.values() if status in step.sources and step.target != status]
        assert bool(ways) is (status not in END_STATUSES), status


def test_staff_can_always_move_a_live_offer_without_the_partner():
    for status in ALL - END_STATUSES:
        by_staff = [
            step
            for step in OFFER.values()
            if status in step.sources and step.permission not in {BY_LINK, BY_SYSTEM}
        ]
        assert by_staff, status


def test_the_families_cover_every_status_once():
    assert {str(s) for s in LIVE | ENDED} == ALL
    assert not LIVE & ENDED
    assert not WAITING & HELD
    assert set(map(str, CHIP)) == ALL


def test_partners_get_steps_of_the_table_and_only_after_it_was_sent():
    assert set(PARTNER) <= set(OFFER)
    assert available_to_partner("draft") == []
    assert [step.name for step in available_to_partner("opened")] == ["accept", "decline", "ask", "waitlist"]
    assert [step.name for step in available_to_partner("accepted")] == [
        "take_back",
        "arrive",
        "miss",
        "reschedule",
        "plan_discharge",
    ]
    assert [step.name for step in available_to_partner("arrived")][-2:] == ["plan_discharge", "left_early"]
    assert available_to_partner("arrived", left=True)[-1].name == "back_there"
    for status in END_STATUSES:
        assert available_to_partner(status) == []


def test_status_words_are_the_agreed_ones():
    assert list(OfferStatus.labels) == [
        "Draft",
        "Sent",
        "Opened",
        "Question",
        "Accepted",
        "Waitlisted",
        "On hold",
        "Declined by partner",
        "Declined by person",
        "Arrived",
        "No-show",
        "Clearance sent",
        "Returned",
        "Closed",
        "Withdrawn",
        "Expired",
    ]
