"""Everything that a person's page shows, read once, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from desk.rules.next_step import Standing, Step, next_step, stage_index
from intake.emergencies import Emergency, emergencies_of
from intake.models import Assessment, Episode
from intake.queries import current_assessment, episodes_for
from programs.models import Admission, Determination, MedicalClearance
from programs.queries import admissions_for, clearance_of, determination_of, last_signed_of, place_of
from records.models import Consent, Person
from records.queries import consents_for, same_person
from referrals.models import Offer, Referral
from referrals.queries import offers_for, open_referral_of


@dataclass(frozen=True)
class Summary:
    """A person's open episode (or none) and the newest of each thing about it."""

    person: Person
    episode: Episode | None
    earlier: list[Episode]
    earlier_sent: list[Assessment]
    earlier_signed: list[Determination]
    assessment: Assessment | None
    determination: Determination | None
    referral: Referral | None
    offers: list[Offer]
    clearance: MedicalClearance | None
    admission: Admission | None
    place: Any
    consents: list[Consent]
    emergencies: list[Emergency]
    standing: Standing
    step: Step

    @property
    def step_url(self) -> str:
        """Return the address of the next step's page."""
        ids = {
            "episode": [self.episode and self.episode.pk],
            "clearance": [self.clearance and self.clearance.pk],
            "referral": [self.referral and self.referral.pk],
        }
        url = reverse(self.step.url_name, args=ids.get(self.step.about, []))
        return f"{url}?person={self.person.pk}" if self.step.about == "person" else url

    @property
    def stage(self) -> int:
        """Return the index of the stage that the episode has come to."""
        return stage_index(self.standing)


def summary_of(user: Any, person: Person, now: datetime) -> Summary:
    """Read a person's page for `user`."""
    episodes = list(
        episodes_for(user).filter(person__in=same_person(person)).order_by("-opened_at", "-id")[:20]
    )
    episode = next((one for one in episodes if one.status == "open"), None)
    earlier = [one for one in episodes if one is not episode]
    consents = list(
        consents_for(user).filter(person__in=same_person(person)).order_by("-created_at", "-id")[:20]
    )
    assessment = determination = referral = clearance = admission = place = None
    offers: list[Offer] = []
    if episode is not None:
        assessment = current_assessment(episode)
        determination = determination_of(episode)
        referral = open_referral_of(user, episode)
        offers = list(offers_for(user).filter(referral__episode=episode).order_by("-made_at", "-id")[:20])
        clearance = clearance_of(episode)
        admission = admissions_for(user).filter(episode=episode, discharged_at__isnull=True).first()
        place = place_of(episode, now)
    standing = Standing(
        has_episode=episode is not None,
        safety_checked=episode is not None and episode.safety_checks.exists(),
        assessment=assessment.status if assessment else "",
        decided=determination is not None and not determination.awaits_second,
        detox_first=bool(determination and determination.detox_first),
        referral_open=referral is not None,
        clearance=clearance.status if clearance else "",
        admitted=admission is not None,
    )
    return Summary(
        person=person,
        episode=episode,
        earlier=earlier,
        earlier_sent=list(Assessment.objects.filter(episode__in=earlier, submitted_at__isnull=False)),
        earlier_signed=last_signed_of(earlier),
        assessment=assessment,
        determination=determination,
        referral=referral,
        offers=offers,
        clearance=clearance,
        admission=admission,
        place=place,
        consents=consents,
        emergencies=emergencies_of(episodes),
        standing=standing,
        step=next_step(standing),
    )
