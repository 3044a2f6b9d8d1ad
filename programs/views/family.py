"""The family program: the relatives of one episode with who came, and the sessions of the center."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config import clock
from config.errors import Refused
from config.forms import render_form
from config.methods import post_only
from config.templatetags.ui import clock_day
from intake.queries import episodes_for
from programs.actions import family as actions
from programs.forms.family import AttendanceForm, EnrollForm, SessionForm
from programs.models import FamilySession
from programs.queries_family import (
    SHOWN,
    helpers_to_enroll,
    leaders,
    member_rows,
    members_for,
    sessions,
    sessions_held,
)
from programs.views.common import Opened, attempt, open_episode, told


@staff("programs.family")
@require_http_methods(["GET", "POST"])
def family(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show who takes part, what each may be told, and who came; add a relative, or write attendance."""
    opened = open_episode(request, episode_id, "family program")
    here = reverse("programs:family", args=[episode_id])
    rows = member_rows(opened.episode, opened.now)
    helpers = {str(one.pk): one for one in helpers_to_enroll(opened.episode)}
    present = {str(row["member"].pk): row["member"] for row in rows if not row["member"].ended_at}
    held = {str(one.pk): one for one in sessions_held(opened.now)}
    posted = request.POST or None
    attending = posted is not None and posted.get("action") == "attendance"
    enroll = EnrollForm(
        None if attending else posted, helpers=[(pk, one.called) for pk, one in helpers.items()]
    )
    attendance = AttendanceForm(
        posted if attending else None, prefix="came",
        members=[(pk, one.details["name"]) for pk, one in present.items()],
        held=[(pk, _named(one, opened)) for pk, one in held.items()],
    )  # fmt: skip
    form = attendance if attending else enroll
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        common = {"by": request.user, "submit_key": said["submit_key"], "url": here}

        def act() -> None:
            if attending:
                member, session = present[said["member"]], held[said["session"]]
                actions.write_attendance(member=member, session=session, came=said["came"], **common)
            else:
                actions.enroll(
                    episode=opened.episode, details=enroll.details(),
                    recipient=helpers.get(said["recipient"]), **common,
                )  # fmt: skip

        done = attempt(request, opened, form, here, act)
        if done is not None:
            return done
    back = reverse("desk:person", args=[opened.episode.person_id])
    page = opened.context(
        rows=rows, enroll=enroll, attendance=attendance, present=present, held=held, back=back
    )
    return render_form(request, "programs/family.html", page, form)


def _named(session: FamilySession, opened: Opened) -> str:
    return f"{clock_day(session.starts_at, opened.now)}, {session.get_topic_display()}"


@staff("programs.family")
@post_only
def family_end(request: HttpRequest, episode_id: UUID, family_member_id: UUID) -> HttpResponse:
    """Take a relative off the list."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    member = get_object_or_404(members_for(request.user), pk=family_member_id, episode=episode)
    told(request, "Taken off the list.", actions.end_member, member=member)
    return redirect("programs:family", episode_id=episode_id)


@staff("programs.family_session_read")
@require_http_methods(["GET", "POST"])
def family_sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions that the center holds for families: a list about nobody, safe to read out."""
    may_plan = request.user.has_perm("programs.family_session_plan")
    known = {str(one.pk): one for one in leaders()} if may_plan else {}
    form = SessionForm(request.POST or None, leaders=[(pk, one.display_name) for pk, one in known.items()])
    here = reverse("programs:family-sessions")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.plan_session(
                starts_at=said["starts_at"], topic=said["topic"], led_by=known[said["led_by"]],
                by=request.user, submit_key=said["submit_key"], url=here,
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, "The session is on the list.")
            return redirect(here)
    now = clock.now()
    found = list(sessions()[:SHOWN])
    page = {
        "to_come": [one for one in reversed(found) if one.starts_at > now],
        "over": [one for one in found if one.starts_at <= now],
        "may_plan": may_plan,
        "now": now,
    }
    return render_form(request, "programs/family_sessions.html", page, form)


@staff("programs.family_session_plan")
@post_only
def family_session_off(request: HttpRequest, family_session_id: UUID) -> HttpResponse:
    """Call a session off."""
    session = get_object_or_404(sessions(), pk=family_session_id)
    told(request, "The session is called off.", actions.call_off, session=session)
    return redirect("programs:family-sessions")
