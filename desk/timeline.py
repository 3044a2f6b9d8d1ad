"""A person's timeline, told by the rows themselves (the audit trail is for auditors)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from desk.person_summary import Summary


def _event(at: datetime | None, title: str, by: Any = "", family: str = "", url: str = "") -> dict | None:
    return {"at": at, "title": title, "by": str(by or ""), "family": family, "url": url} if at else None


def _of_episode(about: Summary) -> list[dict | None]:
    events = []
    for episode in ([about.episode] if about.episode else []) + about.earlier:
        events.append(_event(episode.opened_at, f"Episode {episode.reference} opened", episode.owner))
        events.append(_event(episode.closed_at, f"Episode closed: {episode.get_close_reason_display()}"))
    for sent in ([about.assessment] if about.assessment else []) + about.earlier_sent:
        events.append(_event(sent.submitted_at, "Assessment sent to a clinician", family="info"))
    for signed in ([about.determination] if about.determination else []) + about.earlier_signed:
        title = f"Decision signed: {signed.get_level_display() or signed.get_outcome_display()}"
        if signed.detox_first:
            title += ", medical detox first"
        events.append(_event(signed.signed_at, title, signed.signed_by, "success"))
    return events


def _of_emergencies(about: Summary) -> list[dict | None]:
    """Every emergency of every episode, and that something was done; what it was is on its own page."""
    events = []
    for one in about.emergencies:
        check = one.check
        url = reverse("intake:safety-stop", args=[check.episode_id, check.pk])
        events.append(_event(check.asked_at, "Emergency in the safety check", check.asked_by, "urgent", url))
        done = "What was done about the emergency was written down"
        events.append(_event(check.disposition_at, done, check.disposition_by, url=url))
    return events


def _of_offers(about: Summary) -> list[dict | None]:
    events = []
    for offer in about.offers:
        name, url = offer.facility.recipient.name, reverse("referrals:offer", args=[offer.pk])
        events.append(_event(offer.sent_at, f"{name} was asked", url=url, family="info"))
        answer = "declined" if offer.status == "declined" else "answered"
        events.append(_event(offer.answered_at, f"{name} {answer}", url=url))
        events.append(_event(offer.arrived_at, f"Arrived at {name}", url=url, family="success"))
    return events


def _of_papers(about: Summary) -> list[dict | None]:
    events = [
        _event(
            consent.signed_at,
            "Consent signed",
            family="consent",
            url=reverse("records:consent-detail", args=[consent.pk]),
        )
        for consent in about.consents
    ]
    paper = about.clearance
    if paper:
        url = reverse("programs:clearance", args=[paper.pk])
        events += [
            _event(paper.received_at, "Medical clearance received", url=url, family="info"),
            _event(paper.accepted_at, "Medical clearance accepted", paper.accepted_by, url=url),
            _event(paper.verified_at, "Medical clearance verified", paper.verified_by, "success", url),
            _event(paper.revoked_at, "Medical clearance revoked", family="urgent", url=url),
        ]
    if about.admission:
        place = about.admission.bed or about.admission.program
        events.append(_event(about.admission.admitted_at, f"Admitted to {place}", family="success"))
    return events


def timeline_of(about: Summary) -> list[dict]:
    """Return what happened, newest first, for `components/timeline.html`."""
    events = [*_of_episode(about), *_of_emergencies(about), *_of_offers(about), *_of_papers(about)]
    return sorted((event for event in events if event), key=lambda event: event["at"], reverse=True)
