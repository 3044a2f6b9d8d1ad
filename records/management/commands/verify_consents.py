"""Checks that every signed consent is as it was signed: columns, texts, elements, signature record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.choices import ConsentStatus
from records.consent_seal import altered
from records.models import Consent


class Command(BaseCommand):
    help = "Recompute the fingerprint of every signed consent and name those that differ, by id."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the ids that differ to standard error. Raises CommandError when there is one."""
        drafts = (ConsentStatus.DRAFT, ConsentStatus.DISCARDED)
        consents = (
            Consent.objects.exclude(status__in=drafts)
            .prefetch_related("named__recipient")
            .order_by("signed_at", "id")
        )
        total = wrong = 0
        for consent in consents.iterator(chunk_size=200):
            total += 1
            if differs := altered(consent):
                wrong += 1
                self.stderr.write(f"consent {consent.pk} was altered: {', '.join(differs)}")
        if wrong:
            raise CommandError(f"{wrong} of {total} signed consents were altered.")
        self.stdout.write(f"{total} signed consents are as they were signed.")
