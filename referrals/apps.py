"""The referrals app's place in the project: what it hooks into below."""

from importlib import import_module

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Registers referrals, its permissions, mails, deadlines and hooks."""

    name = "referrals"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("referrals.permissions")
        handlers = import_module("referrals.handlers")
        links = import_module("referrals.actions.links")
        offers = import_module("referrals.actions.offers")
        loop = import_module("referrals.actions.loop")
        outbox = import_module("outbox.handlers")
        outbox.register(links.LINK_MAIL, handlers.link_sent)
        outbox.register(offers.ENDED_MAIL, handlers.offer_ended)
        import_module("outbox.sweeps").register(loop.sweep)
        import_module("records.hooks").after_revoke.append(loop.consent_revoked)
        facilities = import_module("referrals.queries")
        import_module("records.hooks").office_email.append(facilities.office_email)
        packet = import_module("referrals.packet")
        import_module("records.hooks").chart_sections.append(packet.chart_sections)
        import_module("records.hooks").stop_sending.append(loop.stop_misdirected)
        import_module("programs.hooks").after_admit.append(loop.person_admitted)
