"""One rich scenario: an ordinary record and a restricted one, with all that an address can name."""

import io
import zlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from audit.actors import Actor
from config import clock
from intake.actions.assessments import submit
from intake.actions.authorizations import ask
from intake.actions.benefit_summary import give_summary
from intake.actions.callbacks import open_callback
from intake.actions.paying import offer_way
from intake.actions.safety import record_disposition
from intake.choices_contact import RequestKind
from intake.models import ContactRequest, Episode
from intake.questions.safety import SUICIDE
from programs.actions.family import enroll, plan_session
from programs.actions.open_items import leave_open
from programs.actions.preparing import add_contact
from programs.actions.waitlist import join
from programs.models import Admission, CareContact, FollowUp, PrescriberCall
from programs.should_have import shoulds_of
from records.actions import consents, signing
from records.actions.care_team import end_role
from records.actions.counseling import start_note
from records.actions.documents import store
from records.actions.helpers import set_passphrase
from records.actions.incidents import report
from records.actions.receivers import confirm
from records.actions.reviews import open_review
from records.choices import ReviewKind
from records.disclose import ByConsent, disclose
from records.models import Complaint, DataKey, Person, WithdrawalNotice
from referrals.actions.asks import ask_by_link
from referrals.models import DirectoryImport
from tests.factories.care import (
    make_bed,
    make_clearance,
    make_determination,
    make_program,
    make_slot_hold,
    make_use,
)
from tests.factories.consents import draft_consent, signed_consent
from tests.factories.contact import make_request
from tests.factories.coverage import make_policy
from tests.factories.door import (
    make_agreement,
    make_court,
    make_emergency,
    make_legal_request,
    make_limit,
    make_mandate,
    make_order,
    make_rights,
)
from tests.factories.episodes import (
    ask_safety,
    make_episode,
    make_instrument,
    make_pause,
    make_question,
    make_sendable,
)
from tests.factories.messages import make_failed_message
from tests.factories.notices import publish_notice
from tests.factories.records import make_helper
from tests.factories.referrals import EVERYTHING, make_facility, make_late_answer, make_referral, sent
from tests.factories.waiting import make_place_offer

RELATIVE = {"name": "Maple Senior", "phone": "", "relation": "aunt"}


@dataclass
class Record:
    """What one person's record holds, for each name that an address uses."""

    person: Person
    request: ContactRequest
    information: ContactRequest
    episode: Any
    assessment: Any
    row: Any
    check: Any
    callback: Any
    recommendation: Any
    determination: Any
    draft: Any
    consent: Any
    revoked: Any
    invitation: Any
    document: Any
    emergency: Any
    order: Any
    mandate: Any
    limit: Any
    rights: Any
    referral: Any
    offer: Any
    late: Any
    ask: Any
    token: str
    code: str
    clearance: Any
    use: Any
    slot_hold: Any
    admission: Any
    care_contact: Any
    prescriber_call: Any
    policy: Any
    authorization: Any
    way: Any
    summary: Any
    confirmation: Any
    helper: Any
    contact: Any
    notice: Any
    instrument: Any
    follow_up: Any
    waiting: Any
    place_offer: Any
    family_member: Any


@dataclass
class World:
    """Three records, and what belongs to nobody.

    `colleagues` has only those on its care team who built it; `restricted` has the clinicians as a role, too.
    """

    ordinary: Record
    restricted: Record
    colleagues: Record
    facility: Any
    bed: Any
    day_program: Any
    family_session: Any
    directory_import: Any
    message: Any
    incident: Any
    notice: Any
    complaint: Any
    review: Any
    legal: Any
    agreement: Any
    note: Any


def build_world(ana, cole, dana) -> World:
    """Build the scenario; the second person's record is restricted last, as staff would do it."""
    facility = make_facility()
    ordinary = build_record(ana, cole, dana, facility, "Jordan Lee")
    made = World(
        ordinary=ordinary,
        restricted=build_record(ana, cole, dana, facility, "Riley Park"),
        colleagues=build_record(ana, cole, dana, facility, "Casey Moon"),
        facility=facility,
        bed=make_bed(),
        day_program=make_program("iop"),
        directory_import=DirectoryImport.objects.create(
            filename="x.csv",
            sha256="0" * 64,
            content=zlib.compress(b"name,phone\n"),
            dry_run=True,
            rows_total=0,
            requested_by=ana,
        ),
        family_session=plan_session(starts_at=clock.now(), topic="talking", led_by=cole, by=cole),
        message=make_failed_message(),
        incident=None,
        legal=make_legal_request(ana),
        agreement=make_agreement(facility.recipient),
        notice=publish_notice(),
        complaint=make_complaint(),
        review=open_review(kind=ReviewKind.TRAIL_ALERT, by=Actor.system()),
        note=start_note(person=ordinary.person, text="Kept apart.", by=cole),
    )
    made.incident = report(
        kind="misdirected", discovered_at=clock.now(), what_happened="Sent to another clinic.", by=ana,
        person=made.ordinary.person,
    )  # fmt: skip
    hidden = [made.restricted.person.pk, made.restricted.admission.episode.person_id]
    Person.objects.filter(pk__in=hidden).update(restricted=True)
    for person in people_of(made.colleagues):
        end_role(person=person, role="clinician", by=ana)
    return made


def people_of(made: Record) -> tuple[Person, Person]:
    """The two people of a record: who is referred, and the relative who stays."""
    return made.person, made.admission.episode.person


def build_record(ana, cole, dana, facility, name: str) -> Record:
    """Take one person from the call to a referral, and a relative of the same name to a stay."""
    asked = make_request(ana)
    assessment = make_sendable(ana, name=name)
    Episode.objects.filter(pk=assessment.episode_id).update(contact_request=asked)
    episode, person = assessment.episode, assessment.episode.person
    row = assessment.substance_rows.first()
    submit(by=ana, assessment=assessment)
    instrument = make_instrument(ana, episode)
    check = ask_safety(ana, episode, **{SUICIDE: "yes"})
    record_disposition(by=ana, check=check, actions=["warm_988"])
    signed = make_determination(episode, cole, detox_first=True)
    make_question(assessment, cole)
    draft = draft_consent(ana, person, facility.recipient)
    consent = signed_consent(ana, person, facility.recipient, categories=EVERYTHING)
    gone = signed_consent(ana, person, make_facility(f"Cedar {name}").recipient)
    disclose(
        person=person, recipient=gone.named.get().recipient, basis=ByConsent(), purpose="treatment", by=ana,
        sections={"identity": lambda: {"name": name}}, medium="print", subject="offer:gone",
    )  # fmt: skip
    helper = make_helper(person)
    make_pause(episode, ana)
    held = make_use(make_bed(), episode=episode, by=ana)
    waiting = join(episode=episode, level="residential", reasons=["unsafe"], by=ana)
    consents.revoke(consent=gone, how="oral", received_at=clock.now(), by=ana)
    order = make_order(person, make_court(f"Court of {name}"))
    (out,) = sent(ana, facility, referral=make_referral(ana, episode), consent=False)
    return Record(
        person=person,
        request=asked,
        information=make_information(f"JH-I{asked.reference[-5:]}"),
        episode=episode,
        assessment=assessment,
        row=row,
        check=check,
        callback=open_callback(by=ana, episode=episode, reason="dropped"),
        instrument=instrument,
        follow_up=episode.safety_follow_ups.get(),
        recommendation=signed.recommendation,
        determination=signed,
        draft=draft,
        consent=consent,
        revoked=gone,
        invitation=signing.invite(consent=draft, by=ana),
        emergency=make_emergency(ana, person),
        order=order,
        limit=make_limit(person, agreed=False),
        rights=make_rights(person),
        mandate=make_mandate(person, order.recipient, order),
        document=store(person=person, by=ana, upload=picture(), kind="other"),
        referral=out.offer.referral,
        offer=out.offer,
        late=make_late_answer(out.offer, ana),
        ask=ask_by_link(link=out.new.link, kind="call", now=clock.now(), number="8045550177"),
        token=out.new.token,
        code=out.new.code,
        clearance=make_clearance(episode, accepted_by=cole, recorded_by=ana),
        use=held,
        slot_hold=make_slot_hold(make_program("php"), episode, by=ana),
        waiting=waiting,
        place_offer=make_place_offer(waiting, held, by=ana),
        admission=(stay := make_stay(ana, cole, dana, f"{name} Senior")),
        care_contact=make_care_contact(episode, ana),
        family_member=enroll(episode=episode, details=RELATIVE, recipient=None, by=ana),
        prescriber_call=make_prescriber_call(stay, ana),
        policy=(policy := make_policy(episode, ana)),
        authorization=ask(
            policy=policy, what="Residential care", unit="days", units=30, how="person", by=ana
        ),
        summary=give_summary(episode=episode, language="es", medium="print", by=ana, how="known"),
        way=offer_way(episode=episode, kind="public", words="Medicaid office", due_on=None, by=ana),
        helper=helper,
        contact=set_passphrase(helper=helper, passphrase="blue kettle morning", by=ana),
        notice=WithdrawalNotice.objects.get(person=person),
        confirmation=confirm(
            person=person, recipient=facility.recipient, role="treating", reason="On the card.", by=ana
        ),
    )


def make_complaint() -> Complaint:
    """What somebody wrote to the privacy officer."""
    key = DataKey.make()
    key.save(force_insert=True)
    details = {"text": "Somebody told my boss.", "name": "", "contact": ""}
    return Complaint.objects.create(data_key=key, reference="JH-COMPLA", language="en", details=details)


def make_information(reference: str) -> ContactRequest:
    """Information that a relative left."""
    key = DataKey.make()
    key.save(force_insert=True)
    return ContactRequest.objects.create(
        data_key=key,
        reference=reference,
        kind=RequestKind.INFORMATION,
        danger="no",
        language="en",
        details={"about": "Jordan Lee", "relation": "", "text": "Takes it every day."},
    )


def make_stay(ana, cole, dana, name: str) -> Admission:
    """Admit somebody to a bed."""
    episode = make_episode(ana, name=name, phone="+18045550188")
    bed = make_bed()
    signed = make_determination(episode, cole)
    paper = make_clearance(episode, accepted_by=cole, verified_by=dana, recorded_by=ana)
    made = Admission.objects.create(
        data_key=episode.person.data_key,
        episode=episode,
        clearance=paper,
        determination=signed,
        program=bed.program,
        bed=bed,
        admitted_at=clock.now(),
        admitted_by=ana,
    )
    FollowUp.objects.create(data_key=made.data_key, admission=made, step="h24", due_at=clock.now())
    leave_open(made, shoulds_of(episode, clock.now()), "Came at night.", ana, clock.now())
    return made


def make_care_contact(episode, by) -> CareContact:
    """Write down whom to call in an emergency."""
    details = {"name": "Maple Senior", "phone": "(804) 555-0166", "place": "aunt", "medicines": ""}
    return add_contact(episode=episode, kind="emergency", details=details, recipient=None, by=by)


def make_prescriber_call(stay, by) -> PrescriberCall:
    """Write down who prescribes medicines of a person who is here, which asks for a call."""
    details = {"name": "Dr. Ash", "phone": "(804) 555-0167", "place": "Elm Clinic", "medicines": "methadone"}
    add_contact(episode=stay.episode, kind="prescriber", details=details, recipient=None, by=by)
    return stay.prescriber_calls.get()


def picture() -> SimpleUploadedFile:
    """A small picture, as uploaded."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue(), "image/png")
