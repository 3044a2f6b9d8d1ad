"""Scoped reads: what staff may see of referrals and partners, and what a partner's link opens."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from intake.queries import episodes_for
from programs.choices import HOLDS
from programs.models import BedUse, SlotHold
from referrals.choices import (
    OUT,
    WAITING,
    Channel,
    ContactChannel,
    DeclineReason,
    MessageKind,
    NextStep,
    OfferStatus,
    PersonCallOutcome,
    ReferralStatus,
)
from referrals.facility_facts import hours
from referrals.models import (
    Facility,
    FacilityContact,
    FaxLog,
    LateAnswer,
    MatchDecision,
    Offer,
    OfferMessage,
    Packet,
    PartnerAsk,
    PartnerLink,
    PersonCall,
    Referral,
)
from referrals.rules.links import may_carry_code
from referrals.rules.matching import Candidate, Capacity
from referrals.rules.samhsa import GROUP_LABELS
from referrals.rules.snapshot import next_best


def referrals_for(user: Any) -> QuerySet[Referral]:
    """The referrals of episodes that `user` may open; none for roles that don't work with people."""
    if not user.has_perm("referrals.view"):
        return Referral.objects.none()
    return Referral.objects.filter(episode__in=episodes_for(user)).select_related(
        "episode__person__data_key", "owner"
    )


def offers_for(user: Any) -> QuerySet[Offer]:
    """The offers of those referrals, with their facility and person."""
    return Offer.objects.filter(referral__in=referrals_for(user)).select_related(
        "facility__recipient", "referral__episode__person__data_key", "referral__owner"
    )


def newest_packet(offer: Offer) -> Packet | None:
    """The packet that opens for an offer, without its content; None before anything left."""
    found: Packet | None = offer.packets.defer("content").order_by("-version").first()
    return found


def faxes_of(offer: Offer) -> QuerySet[FaxLog]:
    """What went by fax of an offer that `offers_for` gave, the newest first."""
    rows = FaxLog.objects.filter(packet__offer=offer).select_related("data_key", "packet", "by")
    return rows.defer("packet__content").order_by("-at", "id")


def open_referral_of(user: Any, episode: Any) -> Referral | None:
    """The open referral of an episode, if there is one and `user` may see it."""
    return referrals_for(user).filter(episode=episode, status=ReferralStatus.OPEN).first()


def work_list(user: Any) -> QuerySet[Referral]:
    """Open referrals, what is due first on top, with the partner that said no or nothing last."""
    last_no = Offer.objects.filter(
        referral=OuterRef("pk"), status__in=[OfferStatus.DECLINED, OfferStatus.EXPIRED]
    ).order_by("-ended_at", "-id")
    offers = Offer.objects.filter(status__in=WAITING | OUT | {"accepted", "no_show"})
    return (
        referrals_for(user)
        .filter(status=ReferralStatus.OPEN)
        .annotate(
            no_from=Subquery(last_no.values("facility__recipient__name")[:1]),
            no_why=Subquery(last_no.values("decline_reason")[:1]),
        )
        .prefetch_related(Prefetch("offers", offers.select_related("facility__recipient"), "shown_offers"))
        .order_by("next_due_at", "id")
    )


def person_calls_due(user: Any, now: datetime) -> QuerySet[Referral]:
    """Return referrals whose person waits for a partner and is to be called, each with `missed`."""
    calls = PersonCall.objects.filter(referral=OuterRef("pk")).order_by("-at", "-id").values("outcome")
    return (
        referrals_for(user)
        .filter(person_call_at__lte=now)
        .annotate(
            last=Coalesce(Subquery(calls[:1]), Value("")), before=Coalesce(Subquery(calls[1:2]), Value(""))
        )
        .annotate(missed=Q(last=PersonCallOutcome.NOT_REACHED, before=PersonCallOutcome.NOT_REACHED))
        .order_by("person_call_at", "id")
    )


def missed_in_a_row(referral: Referral) -> int:
    """Count the newest calls to the person that reached nobody."""
    outcomes = referral.person_calls.order_by("-at", "-id").values_list("outcome", flat=True)[:20]
    return sum(1 for _one in takewhile(PersonCallOutcome.NOT_REACHED.__eq__, outcomes))


def next_names(user: Any, referrals: Iterable[Referral]) -> dict[UUID, str]:
    """Name who comes next, from the stored match of each referral that needs a new choice; "" for nobody.

    Referrals without a match are left out. The number of queries does not grow with them.
    """
    ids = [one.pk for one in referrals if one.next_step == NextStep.CHOOSE_PARTNER]
    if not ids:
        return {}
    found = MatchDecision.objects.filter(referral__in=ids).select_related("data_key")
    decisions = list(found.order_by("referral_id", "-made_at", "-id").distinct("referral_id"))
    asked: dict[UUID, set[str]] = {}
    for referral, facility in Offer.objects.filter(referral__in=ids).values_list(
        "referral_id", "facility_id"
    ):
        asked.setdefault(referral, set()).add(str(facility))
    judged = {one.pk: {m["facility"] for m in one.result.get("matches", ())} for one in decisions}
    usable = facilities_for(user).filter(pk__in=set().union(*judged.values()))
    names = {str(pk): name for pk, name in usable.values_list("pk", "recipient__name")}
    said = {}
    for one in decisions:
        if one.snapshot:
            out = judged[one.pk] - names.keys() | asked.get(one.referral_id, set())
            best = next_best(one.snapshot, out)
            said[one.referral_id] = names[best.facility_id] if best else ""
    return said


def due_words(referral: Any, names: Mapping[UUID, str]) -> str:
    """Say what is due on a referral of `work_list`; choosing again names who said no and who comes next."""
    step = str(referral.get_next_step_display())
    if referral.next_step != NextStep.CHOOSE_PARTNER or not referral.no_from:
        return step
    why = referral.no_why
    said = f"declined: {DeclineReason(why).label}" if why else "did not answer in time"
    if referral.pk in names:
        name = names[referral.pk]
        step = f"Next: {name}" if name else "Nobody else fits: decide what happens next"
    return f"{referral.no_from} {said} · {step}"


def out_at_partners(user: Any) -> QuerySet[Offer]:
    """Offers whose person is at a partner's, or should have arrived; the longest silence first."""
    return (
        offers_for(user)
        .filter(status__in=OUT | {"accepted", "no_show"}, referral__status=ReferralStatus.OPEN)
        .order_by("last_heard_at", "id")
    )


def last_contacts(offer_ids: list[UUID]) -> dict[UUID, OfferMessage]:
    """The last call with the partner of each of these offers, whatever came of it."""
    calls = OfferMessage.objects.filter(offer_id__in=offer_ids, kind=MessageKind.CALL)
    newest = calls.order_by("offer_id", "-at", "-id").distinct("offer_id")
    return {one.offer_id: one for one in newest}


def late_answers_for(user: Any) -> QuerySet[LateAnswer]:
    """The late answers of those referrals, with their offer, facility and person."""
    return LateAnswer.objects.filter(offer__in=offers_for(user)).select_related(
        "offer__facility__recipient", "offer__referral__episode__person__data_key", "offer__referral__owner"
    )


def asks_for(user: Any) -> QuerySet[PartnerAsk]:
    """What partners asked of us about those referrals, with offer, facility and person."""
    return PartnerAsk.objects.filter(offer__in=offers_for(user)).select_related(
        "data_key",
        "offer__facility__recipient",
        "offer__referral__episode__person__data_key",
        "offer__referral__owner",
    )


def open_asks_for(user: Any) -> QuerySet[PartnerAsk]:
    """Those of them that nobody has ended, what is due first on top."""
    return asks_for(user).filter(outcome="").order_by("due_at", "id")


def undecided_late(referral: Referral) -> QuerySet[LateAnswer]:
    """What partners told us late about this referral and nobody has decided, oldest first."""
    found = LateAnswer.objects.filter(offer__referral=referral, decision="")
    return found.select_related("offer__facility__recipient").order_by("at", "id")


def return_places(episode_ids: list[UUID], now: datetime) -> dict[UUID | None, BedUse | SlotHold]:
    """The bed or slot held here for each of these episodes, now or later; the earliest bed of several."""
    ahead = Q(period__contains=now) | Q(period__startswith__gt=now)
    held = {"episode_id__in": episode_ids, "kind__in": HOLDS, "released_at": None}
    beds = BedUse.objects.filter(ahead, **held).select_related("bed").order_by("-period")
    slots = SlotHold.objects.filter(ahead, **held).select_related("program").order_by("-period")
    return {use.episode_id: use for use in [*slots, *beds]}


def facilities_for(user: Any, *, all_of_them: bool = False) -> QuerySet[Facility]:
    """Partners in use, by name; they hold nothing about people, so every directory reader sees all.

    `all_of_them` adds those taken out of use, for who may change the directory. The latest capacity report
    stands on each as `beds_*`.
    """
    if not user.has_perm("referrals.directory_view"):
        return Facility.objects.none()
    found = Facility.objects.select_related("recipient").order_by("recipient__name", "id")
    if all_of_them and user.has_perm("referrals.facility_change"):
        return found
    return found.filter(recipient__active=True)


def code_contacts(facilities: Iterable[Facility]) -> dict[UUID, list[FacilityContact]]:
    """Who may get a code by mail, for each partner whose link goes by mail: never the link's mailbox."""
    mailed = {one.pk: one.email for one in facilities if one.channel == Channel.LINK and one.email}
    found: dict[UUID, list[FacilityContact]] = {}
    live = FacilityContact.objects.filter(facility__in=mailed, channel=ContactChannel.EMAIL, ended_at=None)
    for contact in live.order_by("role", "added_at", "id"):
        if may_carry_code(contact.reach, mailed[contact.facility_id]):
            found.setdefault(contact.facility_id, []).append(contact)
    return found


def capacity_of(facility: Any) -> Capacity | None:
    """What a facility last said about open beds, as input of matching."""
    if facility.beds_at is None:
        return None
    return Capacity(
        facility.beds_open, facility.beds_at, facility.beds_source, facility.beds_women, facility.beds_men
    )


def candidate(facility: Facility) -> Candidate:
    """A facility from `facilities_for` as input of matching."""
    return Candidate(
        id=str(facility.pk),
        name=facility.recipient.name,
        levels=frozenset(facility.levels),
        withdrawal_yes=frozenset(facility.withdrawal_yes),
        withdrawal_no=frozenset(facility.withdrawal_no),
        medications=frozenset(facility.medications),
        medications_no=frozenset(facility.medications_no),
        payers=frozenset(facility.payers),
        lists_complete=facility.lists_complete,
        pregnancy=facility.pregnancy,
        co_occurring=facility.co_occurring,
        unit=facility.unit,
        age_min=facility.age_min,
        age_max=facility.age_max,
        languages=frozenset(facility.languages),
        groups=frozenset(GROUP_LABELS).intersection(facility.services),
        access=frozenset(facility.access),
        hours_24=facility.hours_24,
        hours=hours(facility.admits_from, facility.admits_until),
        caution=facility.caution,
        capacity=capacity_of(facility),
    )


def live_link(link_id: Any, marker: Any, offer_id: Any, now: datetime) -> PartnerLink | None:
    """The link of a partner's session, if it is alive and still of this session and this offer."""
    link = (
        PartnerLink.objects.filter(pk=link_id, session_marker=marker, offer_id=offer_id)
        .select_related("offer__facility__recipient", "offer__referral__episode__person__data_key")
        .first()
    )
    return link if link is not None and link.is_alive(now) else None


def link_opened(link_id: Any, offer_id: Any) -> PartnerLink | None:
    """The link of a partner's session, alive or not, if it is of this offer."""
    found = PartnerLink.objects.filter(pk=link_id, offer_id=offer_id)
    return found.select_related(
        "offer__facility__recipient", "offer__referral__episode__person__data_key"
    ).first()


def link_of(token_hash: str) -> PartnerLink | None:
    """The link of a token, alive or not, with its offer."""
    return PartnerLink.objects.filter(token_hash=token_hash).select_related("offer").first()


def usable_link(token_hash: str, now: datetime) -> PartnerLink | None:
    """The live link of a token; None alike for unknown, expired, revoked and locked ones."""
    link = link_of(token_hash)
    return link if link is not None and link.is_alive(now) else None


def office_email(recipient: Any) -> str:
    """Hook of records: return the e-mail address of a partner's office, or an empty text."""
    found = Facility.objects.filter(recipient=recipient).values_list("email", flat=True).first()
    return found or ""
