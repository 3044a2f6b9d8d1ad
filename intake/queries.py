"""Scoped reads of intake: what a user may see, before anything else is asked."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from intake.choices import AssessmentStatus
from intake.models import (
    Assessment,
    AssessmentSection,
    Callback,
    Episode,
    PaperForm,
    Presence,
    SafetyCheck,
    SafetyFollowUp,
    SubstanceUse,
)
from records.models import NoticeGiven, Person
from records.queries import people_for, same_person
from records.queries.people import on_file_elsewhere

HERE_FOR = timedelta(minutes=1)

QUIET = timedelta(minutes=5)


def episodes_for(user: Any) -> QuerySet[Episode]:
    """The episodes whose person's record `user` may open; none for roles that don't work with people."""
    if not user.has_perm("intake.episode_view"):
        return Episode.objects.none()
    return Episode.objects.filter(person__in=people_for(user)).select_related("person__data_key", "owner")


def episodes_without_notice(user: Any) -> QuerySet[Episode]:
    """Return open episodes of people who were not given the patient notice, the oldest first."""
    told = NoticeGiven.objects.filter(person__whole=OuterRef("person__whole")).exclude(answer="later")
    return episodes_for(user).filter(~Exists(told), status="open").order_by("opened_at", "id")


def follow_ups_for(user: Any) -> QuerySet[SafetyFollowUp]:
    """Open safety follow-ups that `user` works on: for clinicians all in reach, for others their own."""
    found = SafetyFollowUp.objects.filter(closed_at__isnull=True, episode__in=episodes_for(user))
    if not user.has_perm("intake.follow_up_work"):
        found = found.filter(owner=user)
    return found.select_related("episode__person__data_key", "owner").order_by("due_at", "id")


def current_assessment(episode: Episode) -> Assessment | None:
    """The version being worked on, else the last one decided. A correction that was given up isn't one."""
    versions = episode.assessments.exclude(status=AssessmentStatus.DROPPED)
    return versions.order_by("-number").select_related("data_key").first()


def newly_here(assessment: Assessment, user: Any, now: datetime) -> bool:
    """Whether no page of this assessment was open to `user` in the last minutes: a look is an event then."""
    seen = assessment.presence.filter(user=user).values_list("seen_at", flat=True).first()
    return seen is None or now - seen > QUIET


def newest_episode(person: Person, *, before: Episode | None = None) -> Episode | None:
    """The newest episode of a person, of this record or one merged with it; `before`: other than this one.

    The ids come first and a person's few episodes are all read: with one query for all, a planner whose
    statistics are old compares everybody's episodes with everybody's records.
    """
    ids = list(same_person(person).values_list("pk", flat=True))
    found = Episode.objects.filter(person__in=ids).select_related("person__data_key")
    others = [one for one in found if before is None or one.pk != before.pk]
    return max(others, key=lambda one: (one.opened_at, one.pk), default=None)


def counting_rows(episode: Episode) -> QuerySet[SubstanceUse]:
    """The substance rows whose last use counts: of the signed version, and of an open one after it."""
    later = Assessment.objects.filter(
        episode=OuterRef("assessment__episode"), status="decided", number__gt=OuterRef("assessment__number")
    )
    return (
        SubstanceUse.objects.filter(assessment__episode=episode, removed_at__isnull=True)
        .exclude(assessment__status=AssessmentStatus.DROPPED)
        .filter(~Exists(later))
    )


def open_paper(episode: Episode, user: Any) -> PaperForm | None:
    """The paper form that `user` is entering on this episode."""
    return episode.paper_forms.filter(entered_by=user, finished_at__isnull=True).first()


def paper_form_of(user: Any, serial: str) -> PaperForm | None:
    """The paper form of this number, of any episode: only who entered it, and when, may show."""
    if not user.has_perm("intake.episode_view"):
        return None
    return PaperForm.objects.select_related("entered_by").filter(serial=serial).first()


def open_episode_of(user: Any, person: Person) -> Episode | None:
    """Return the open episode of a person, of this record or one merged with it, if `user` may open it."""
    return episodes_for(user).filter(person__in=same_person(person), status="open").first()


def possible_elsewhere(user: Any, *, name: str, phone: str) -> list[Person]:
    """People off `user`'s list with exactly this name or this phone. Only references may be shown of them."""
    found = {person.pk: person for person in on_file_elsewhere(user, name=name)[:3]}
    if phone:
        found |= {person.pk: person for person in on_file_elsewhere(user, phone=phone)[:3]}
    return list(found.values())


def contact_began(assessment: Assessment) -> datetime:
    """When the call or visit of now began.

    The episode was opened or the work resumed then, a call back reached them, or somebody calls them now.
    """
    episode = assessment.episode
    reached = episode.callbacks.aggregate(last=Max("tries__at", filter=Q(tries__result="reached")))["last"]
    calling = episode.contact_request.calling_since if episode.contact_request else None
    began = (episode.opened_at, episode.reopened_at, assessment.resumed_at, reached, calling)
    return max(moment for moment in began if moment is not None)


def last_edit(assessment: Assessment, user: Any) -> Presence | None:
    """Where `user` changed an answer last; where anybody did when they never have."""
    edits = assessment.presence.filter(edited_at__isnull=False).select_related("user")
    mine = edits.filter(user=user).first()
    return mine or edits.order_by("-edited_at").first()


def others_here(assessment: Assessment, user: Any, now: datetime) -> list[Presence]:
    """Everybody else who was in the assessment within the last minute."""
    seen = assessment.presence.filter(seen_at__gt=now - HERE_FOR).exclude(user=user)
    return list(seen.select_related("user").order_by("user__display_name", "id"))


def emergencies_for(user: Any) -> QuerySet[SafetyCheck]:
    """Emergencies in `user`'s reach about which nobody wrote yet what was done."""
    return SafetyCheck.objects.filter(
        episode__in=episodes_for(user), emergency=True, disposition_at__isnull=True
    )


def waiting_emergencies(user: Any) -> QuerySet[SafetyCheck]:
    """Those emergencies with their people, the longest waiting first."""
    return (
        emergencies_for(user)
        .select_related("episode__person__data_key", "data_key")
        .order_by("asked_at", "id")
    )


def open_emergency(episode: Episode) -> SafetyCheck | None:
    """The oldest emergency of an episode about which nobody wrote yet what was done."""
    waiting = episode.safety_checks.filter(emergency=True, disposition_at__isnull=True)
    return waiting.order_by("asked_at", "id").first()


def callbacks_for(user: Any) -> QuerySet[Callback]:
    """Promises to call somebody back, in `user`'s reach."""
    return Callback.objects.filter(episode__in=episodes_for(user))


def waiting_callbacks(user: Any) -> QuerySet[Callback]:
    """Those not kept yet, the most urgent first, each with `tried` (how often) and `last_try`."""
    return (
        callbacks_for(user)
        .filter(done_at__isnull=True, episode__status="open")
        .select_related("episode__person__data_key", "episode__contact_request__data_key")
        .annotate(tried=Count("tries"), last_try=Max("tries__at"))
        .order_by("due_at", "id")
    )


def copied_answers(section: AssessmentSection, fields: Collection[str]) -> dict[str, Mapping]:
    """What `fields` (flat names) of a correction's section said when it was copied from the signed version.

    The signed version never changes, so that it is asked itself; empty in a first version.
    """
    signed = section.assessment.corrects_id
    if signed is None or not fields:
        return {}
    was = AssessmentSection.objects.filter(assessment=signed, key=section.key).first()
    found = {name: answer for name, answer in (was.answers if was else {}).items() if name in fields}
    of_rows = {field.rpartition(":")[0] for field in fields if ":" in field}
    rows = SubstanceUse.objects.filter(assessment=section.assessment_id, id__in=of_rows)
    for row in rows.select_related("copied_from__data_key"):
        details = row.copied_from.details if row.copied_from else {}
        found |= {f"{row.pk}:{name}": answer for name, answer in details.items()}
    return found


def changes_since(
    section: AssessmentSection, *, floor: int, seen: Mapping[str, int], by_others_than: Any
) -> dict[str, tuple[str, int]]:
    """Fields saved since a page saw them (`seen`, else `floor`): who did it last, and in which version."""
    newer = section.revisions.filter(kind="saved", version__gt=floor).exclude(by=by_others_than)
    found: dict[str, tuple[str, int]] = {}
    for version, names, who in newer.order_by("version").values_list(
        "version", "field_names", "by__display_name"
    ):
        found |= {name: (who, version) for name in names if version > seen.get(name, floor)}
    return found


def ob_contacts_due(user: Any) -> QuerySet[Episode]:
    """Open episodes that wait for a contact with obstetric care, the oldest first."""
    return (
        episodes_for(user)
        .filter(status="open", ob_contact_needed=True, ob_contact_recorded_at__isnull=True)
        .select_related("person__data_key")
        .order_by("opened_at", "id")
    )
