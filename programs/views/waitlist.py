"""The waitlist: the order for everybody, and the page of one who waits for their care team."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_list
from config import clock
from config.errors import Conflict
from config.forms import render_form
from intake.queries import episodes_for
from intake.views.common import posted
from programs.actions import place_offers, waiting_checks, waitlist
from programs.actions.places import Place
from programs.choices import BED_LEVELS, CENTER_LEVELS, Level
from programs.choices_waiting import OfferState, Priority, Rank
from programs.forms import waiting as forms
from programs.models import WaitlistEntry
from programs.queries import LIST_LIMIT, beds_for, determination_of, programs_for
from programs.queries_slots import free_slots
from programs.queries_waiting import (
    all_entries,
    as_waiting,
    count_free,
    entries_after,
    entries_for,
    free_beds,
    judged,
    line_of,
    open_entries,
    passed_over_by,
    place_offers_for,
    position_of,
)
from programs.rules.waiting import first, ready
from programs.views.common import Opened, attempt, open_episode

PRIORITY, BY_TIME = "Priority", "In order of time"
"""All that somebody who is not on the care team reads of why a person stands where they stand."""


@staff("programs.waitlist")
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List everybody who waits, by level in the stated order; names and reasons for their care team only."""
    now = clock.now()
    last = _last_shown(request.GET.get("after", ""))
    entries = judged(entries_after(last), now).select_related("data_key", "episode__person__data_key")
    page = list(entries[: LIST_LIMIT + 1])
    waits = dict(open_entries().order_by().values_list("level").annotate(Count("pk")))
    before = _shown_before(page[0]) if page and last else 0
    visible = set(episodes_for(request.user).values_list("pk", flat=True))
    offered = {one.entry_id: one for one in place_offers_for(request.user).filter(state=OfferState.OPEN)}
    lists: dict[str, list[dict[str, Any]]] = {}
    shown = []
    for entry in page[:LIST_LIMIT]:
        rows = lists.setdefault(entry.level, [])
        skipped = before if entry.level == page[0].level else 0
        mine = entry.episode_id in visible
        if mine:
            shown.append(entry.episode.person)
        rows.append(_row(entry, skipped + len(rows) + 1, mine, offered, now))
    record_list(by=request.user, what="waitlist", shown=shown)
    until = now + timedelta(hours=settings.WAITLIST_OFFER_HOURS)
    context = {
        "lists": [
            {
                "label": Level(level).label,
                "rows": rows,
                "waits": waits.get(level, len(rows)),
                "free": count_free(level, now, until),
                "what": "bed" if level in BED_LEVELS else "slot",
            }
            for level, rows in lists.items()
        ],
        "now": now,
        "hours": settings.WAITLIST_OFFER_HOURS,
        "first_url": reverse("programs:waitlist") if last else "",
        "next_url": f"?after={page[LIST_LIMIT - 1].pk}" if len(page) > LIST_LIMIT else "",
    }
    return render(request, "programs/waitlist.html", context)


def _last_shown(after: str) -> WaitlistEntry | None:
    """Return the last row of the page before, as the address names it; what it does not know is the start."""
    try:
        return all_entries().filter(pk=UUID(after)).first()
    except ValueError:
        return None


def _shown_before(entry: WaitlistEntry) -> int:
    """Return how many of the level stand before the first row of a page."""
    return position_of(entry.episode, entry.level)[0] - 1


def _row(entry: Any, position: int, mine: bool, offered: dict, now: Any) -> dict[str, Any]:
    (one,) = as_waiting([entry])
    return {
        "entry": entry,
        "position": position,
        "mine": mine,
        "who": entry.episode.person.called if mine else "",
        "why": BY_TIME if entry.rank == Rank.TIME else PRIORITY,
        "reasons": words_of(entry) if mine else [],
        "has_place": one.has_place,
        "at_detox": one.at_detox,
        "ready": ready(one, now),
        "offer": offered.get(entry.pk),
    }


def words_of(entry: WaitlistEntry) -> list[str]:
    """Return the reasons of an entry in words, for its care team; none of a record that can't be opened."""
    return [str(Priority(one).label) for one in entry.said.get("reasons", [])]


@staff("programs.waitlist")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show for what somebody waits, and put them on the list for the level that was decided."""
    opened = open_episode(request, episode_id, "waitlist")
    decided = determination_of(opened.episode)
    level = decided.level if decided and decided.level in CENTER_LEVELS else ""
    entries = list(entries_for(request.user).filter(episode=opened.episode, ended_at=None))
    may = bool(level) and opened.episode.status == "open" and level not in {one.level for one in entries}
    levels = [(level, Level(level).label)] if level else []
    form = forms.JoinForm(posted(request), levels=levels, initial={"level": level})
    back = reverse("programs:waiting-of", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            waitlist.join(
                episode=opened.episode,
                level=said["level"],
                reasons=said["reasons"],
                note=said["note"],
                by=request.user,
                submit_key=said["submit_key"],
                url=back,
            )
            messages.success(request, "The person is on the waitlist.")

        done = attempt(request, opened, form, back, act)
        if done is not None:
            return done
    context = opened.context(entries=entries, may_join=may, decided=level, back=_up(opened))
    return render_form(request, "programs/waiting_join.html", context, form)


def _up(opened: Opened) -> str:
    return reverse("desk:person", args=[opened.episode.person_id])


@staff("programs.waitlist")
@require_safe
def entry(request: HttpRequest, waitlist_entry_id: UUID) -> HttpResponse:
    """Show one who waits: the place in the order and why, the offer, the calls."""
    found = get_object_or_404(entries_for(request.user), pk=waitlist_entry_id)
    opened = open_episode(request, found.episode_id, "waitlist")
    position = None
    if found.ended_at is None:
        position, _waits = position_of(found.episode, found.level)
    checks = found.checks.select_related("data_key", "done_by").order_by("-due_at")[:LIST_LIMIT]
    context = opened.context(
        entry=found,
        position=position,
        reasons=words_of(found),
        offers=place_offers_for(request.user).filter(entry=found).order_by("-made_at"),
        passed=passed_over_by(found),
        due=next((one for one in checks if not one.outcome), None),
        calls=[one for one in checks if one.outcome],
        back=reverse("programs:waitlist"),
    )
    return render(request, "programs/waiting_entry.html", context)


def _form_page(
    request: HttpRequest,
    template: str,
    found: WaitlistEntry,
    make: Callable[[Any], Any],
    act: Callable[[Any], Any],
    **more: Any,
) -> HttpResponse:
    """Show a form about an entry, or do what it says and go to where that leads."""
    opened = open_episode(request, found.episode_id, "waitlist")
    form = make(posted(request))
    back = reverse("programs:waitlist-entry", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        to: list[str] = []
        done = attempt(request, opened, form, back, lambda: to.append(act(form) or back))
        if done is not None:
            if done.status_code == 302 and to:
                done["Location"] = to[0]
            return done
    context = opened.context(entry=found, back=back, **more)
    return render_form(request, template, context, form)


@staff("programs.waitlist")
@require_http_methods(["GET", "POST"])
def reasons(request: HttpRequest, waitlist_entry_id: UUID) -> HttpResponse:
    """Write the reasons for priority anew."""
    found = get_object_or_404(entries_for(request.user), pk=waitlist_entry_id)

    def act(form: Any) -> None:
        said = {name: form.cleaned_data[name] for name in ("reasons", "note", "seen")}
        try:
            waitlist.change_reasons(entry=found, by=request.user, **said)
        except Conflict:
            form.show(seen=json.dumps(entries_for(request.user).get(pk=found.pk).said))
            raise

    def make(data: Any) -> Any:
        return forms.ChangeReasonsForm(data, initial={**found.said, "seen": found.said})

    title = {"title": "Reasons to come first", "button": "Save the reasons"}
    return _form_page(request, "programs/waiting_form.html", found, make, act, **title)


@staff("programs.waitlist")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, waitlist_entry_id: UUID) -> HttpResponse:
    """Take somebody off the list; when they stop altogether, the pause form is next."""
    found = get_object_or_404(entries_for(request.user), pk=waitlist_entry_id)

    def act(form: Any) -> str:
        reason = form.cleaned_data["reason"]
        waitlist.leave(entry=found, reason=reason, by=request.user)
        messages.success(request, "The person is off the list.")
        name = "desk:episode-close" if reason == "person" else "programs:waiting-of"
        return reverse(name, args=[found.episode_id])

    title = {"title": "Take off the list", "button": "Take off the list"}
    return _form_page(request, "programs/waiting_form.html", found, forms.LeaveForm, act, **title)


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def offer_place(request: HttpRequest, waitlist_entry_id: UUID) -> HttpResponse:
    """Offer a free bed or slot; passing over who is first needs a reason."""
    found = get_object_or_404(entries_for(request.user), pk=waitlist_entry_id)
    now = clock.now()
    places = _places_to_offer(request, found.level, now)
    ahead = first(line_of(found.level, now), now)
    is_first = ahead is None or ahead.key == found.pk

    def make(data: Any) -> Any:
        with_beds = found.level in BED_LEVELS
        choices = [(value, words) for value, (words, _place) in places.items()]
        return forms.OfferForm(data, places=choices, with_beds=with_beds, is_first=is_first)

    def act(form: Any) -> None:
        said = form.cleaned_data
        offered = place_offers.offer_place(
            entry=found,
            place=places[said["place"]][1],
            by=request.user,
            passed_over=said.get("passed_over", ""),
            submit_key=said["submit_key"],
            url=reverse("programs:waitlist-entry", args=[found.pk]),
        )
        messages.success(request, f"{capfirst(offered.place)} is offered and held. Call the person now.")

    more = {"places": places, "is_first": is_first, "hours": settings.WAITLIST_OFFER_HOURS}
    return _form_page(request, "programs/waiting_offer.html", found, make, act, **more)


def _places_to_offer(request: HttpRequest, level: str, now: datetime) -> dict[str, tuple[str, Place]]:
    """Return the free places of a level by their value in the form, each with its words.

    What was sent may name a place that was taken meanwhile: all of the level, and the action says by whom.
    """
    sent = request.method == "POST"
    if level in BED_LEVELS:
        until = now + timedelta(hours=settings.WAITLIST_OFFER_HOURS)
        of_level = beds_for(request.user).filter(program__level=level)
        beds = (of_level if sent else free_beds(level, now, until))[:LIST_LIMIT]
        return {f"bed:{one.pk}": (f"{one.label}, {one.program.name}", one) for one in beds}
    days = programs_for(request.user).filter(level=level) if sent else free_slots(level)
    return {
        f"program:{one.pk}": (f"{one.name}: {one.taken} of {one.slots} taken", one)
        for one in days[:LIST_LIMIT]
    }


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, place_offer_id: UUID) -> HttpResponse:
    """Note what the person says to an offered place."""
    offer = get_object_or_404(place_offers_for(request.user), pk=place_offer_id)

    def act(form: Any) -> str:
        said = form.cleaned_data
        episode_id = offer.entry.episode_id
        if said["answer"] == forms.TAKES:
            place_offers.accept(offer=offer, by=request.user, words=said["words"])
            messages.success(request, f"{capfirst(offer.place)} is held for the person.")
            return reverse("programs:readiness", args=[episode_id])
        stops = said["answer"] == forms.STOPS
        place_offers.decline(offer=offer, by=request.user, words=said["words"], stops=stops)
        messages.success(request, "Noted. The place is offered to who is next.")
        if stops:
            return reverse("desk:episode-close", args=[episode_id])
        return reverse("programs:waitlist-entry", args=[offer.entry_id])

    return _form_page(
        request, "programs/waiting_answer.html", offer.entry, forms.AnswerForm, act, offer=offer
    )


@staff("programs.waitlist")
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, waitlist_entry_id: UUID) -> HttpResponse:
    """Call somebody who waits: how they are, what is new, and the words that can save a life."""
    found = get_object_or_404(entries_for(request.user), pk=waitlist_entry_id)
    check = get_object_or_404(found.checks.filter(outcome=""))

    def act(form: Any) -> str:
        said = form.cleaned_data
        try:
            done = waiting_checks.call(
                check=check,
                outcome=said["outcome"],
                by=request.user,
                note=said["note"],
                told=tuple(said["told"]),
                submit_key=said["submit_key"],
                shown=said["shown"],
            )
        except Conflict:
            form.show(shown=check.pk)
            raise
        messages.success(request, "The call is noted.")
        return waiting_checks.next_page(done, found.episode_id)

    def make(data: Any) -> Any:
        return forms.CallForm(data, initial={"shown": check.pk})

    return _form_page(request, "programs/waiting_call.html", found, make, act, check=check)
