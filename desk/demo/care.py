"""What the pages after a decision show: waiting, care, calls after a stay, a plan's no, a clearance's end.

Jordan Lee only gets what somebody in care has. All others here are additional to the seed people: invented,
and Ben's, so that nothing changes that is told of Jordan, Riley and Casey.
"""

from datetime import timedelta

from config import clock
from config.clock import center_day
from desk.demo.people import WHY, admitted, assessed, at, cleared, decided, staff
from intake.actions.coverage import Answer, add_policy, record_answer
from intake.actions.paying import offer_way
from intake.models import Episode
from intake.picture import facts_of
from intake.queries import current_assessment
from programs.actions.admissions import discharge
from programs.actions.beds import release
from programs.actions.care_plans import write_plan
from programs.actions.family import enroll
from programs.actions.next_steps import Plan
from programs.actions.place_offers import offer_place
from programs.actions.preparing import add_contact
from programs.actions.second_views import agree
from programs.actions.waitlist import join
from programs.choices import Level, UseKind
from programs.models import Bed, BedUse, Program
from programs.queries import determination_of
from programs.rules.care_plan import to_answer

_WISHES = {
    "setting_wish": "residential",
    "preferences": ["holistic", "twelve_step", "faith"],
    "language_care": "es",
}
_BY_DAY = "Sleeps well at an aunt's who drives every morning, and wants to stay with her."
_PLAN = "Weekly with the counselor; looked at again at each review."


def _new(name: str, level: str, number: int, reason: str = WHY) -> Episode:
    """Take somebody's call and let a clinician decide."""
    person = {"name": name, "phone": f"+1804555{number:04}", "date_of_birth": f"19{number % 30 + 60}-03-11"}
    return decided(assessed("ben", _WISHES, **person, language="en", sex="female"), level, reason)


def load_care_of_jordan() -> None:
    """Jordan has a prescriber to call since yesterday, an aunt in the family program, and a care plan."""
    ana = staff("ana")
    stay = BedUse.objects.select_related("episode").get(bed__label="R1", kind=UseKind.STAY)
    episode = stay.episode
    with at(timedelta(days=2)):
        prescriber = {"name": "Dr. Elm Ashworth", "phone": "(804) 555-0168", "place": "Elm Clinic"}
        add_contact(
            episode=episode,
            kind="prescriber",
            details={**prescriber, "medicines": "Sertraline"},
            recipient=None,
            by=ana,
        )
        aunt = {"name": "Maple Lee", "phone": "(804) 555-0169", "relation": "aunt"}
        enroll(episode=episode, details=aunt, recipient=None, by=ana)
        assessment = current_assessment(episode)
        wanted = to_answer(facts_of(assessment)) if assessment else ()
        plan = {
            "domains": {one.domain: {"plan": _PLAN, "why_not": ""} for one in wanted},
            "ways": ["cbt"],
            "triggers": [["Nights without sleep", "Call the counselor, take a walk"]],
            "early_signs": ["Skipping groups"],
            "first_answers": ["Call Maple"],
            "habits": {},
        }
        write_plan(episode=episode, content=plan, after=0, by=staff("cole"))


def load_waiting() -> None:
    """Three people wait for inpatient care; I1 is offered to the first in the stated order. A fourth waits
    for partial hospitalization, and is offered a slot.
    """
    ben = staff("ben")
    with at(timedelta(days=2)):
        first = _new("Marin Tully", Level.INPATIENT, 181)
        join(episode=first, level=Level.INPATIENT, reasons=[], by=ben)
    with at(timedelta(days=1)):
        safe = _new("Harper Voss", Level.INPATIENT, 182)
        said = {"reasons": ["unsafe"], "note": "Stays on a sofa, the door does not lock."}
        entry = join(episode=safe, level=Level.INPATIENT, by=ben, **said)
        last = _new("Ellis Brandt", Level.INPATIENT, 183)
        join(episode=last, level=Level.INPATIENT, reasons=[], by=ben)
    with at(timedelta(minutes=30)):
        offer_place(entry=entry, place=Bed.objects.get(label="I1"), by=ben)
    with at(timedelta(hours=5)):
        by_day = _new("Linden Farrow", Level.PHP, 186, reason=_BY_DAY)
        signed = determination_of(by_day)
        if signed is not None and signed.awaits_second:
            agree(determination=signed, by=staff("dana"))
        waits = join(episode=by_day, level=Level.PHP, reasons=[], by=ben)
    with at(timedelta(minutes=20)):
        offer_place(entry=waits, place=Program.objects.get(level=Level.PHP), by=ben)


def load_follow_ups() -> None:
    """Odell Finch left two days ago: the first call is overdue, the next is due."""
    with at(timedelta(days=24)):
        episode = _new("Odell Finch", Level.RESIDENTIAL, 184)
        cleared(episode)
        admitted(episode, "R2")
    with at(timedelta(days=2)):
        review = center_day(clock.now()) + timedelta(days=7)
        follows = Plan("elsewhere", review_on=review, words="A clinic near home.")
        discharge(admission=episode.admissions.get(), by=episode.owner, plan=follows)
    with at(timedelta(days=2) - timedelta(minutes=40)):
        cleaning = BedUse.objects.get(bed__label="R2", kind=UseKind.CLEANING, released_at=None)
        release(use=cleaning, by=episode.owner)


def load_no_of_a_plan() -> None:
    """Wren Castle's clearance ends in three hours; her plan said no, and an appeal is under way."""
    ben = staff("ben")
    card = {
        "payer": "anthem",
        "payer_name": "",
        "plan": "Birch Select",
        "member_id": "B-5550185",
        "group": "",
    }
    with at(timedelta(hours=19)):
        episode = _new("Wren Castle", Level.RESIDENTIAL, 185)
        cleared(episode)
        details = {**card, "holder": "self", "holder_name": "", "phone": ""}
        policy = add_policy(episode=episode, position=1, details=details, by=ben)
    with at(timedelta(hours=2)):
        proof = {"spoken_to": "Quillon, extension 12", "reference": "REF-40082"}
        words = "Not a benefit of this plan."
        answer = Answer("denied", asked_at=clock.now(), how="person", said=words, **proof)
        record_answer(policy=policy, answer=answer, by=ben)
        words = "Ben writes it with her; the letter goes out on Monday."
        due = center_day(clock.now()) + timedelta(days=12)
        offer_way(episode=episode, kind="appeal", words=words, due_on=due, by=ben)


def load_care() -> None:
    """Load all of it."""
    load_care_of_jordan()
    load_waiting()
    load_follow_ups()
    load_no_of_a_plan()
