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
        telling = import_module("referrals.actions.telling")
        loop = import_module("referrals.actions.loop")
        outbox = import_module("outbox.handlers")
        outbox.register(links.LINK_MAIL, handlers.link_sent)
        outbox.register(links.CODE_MAIL, handlers.code_sent)
        outbox.register(telling.ENDED_MAIL, handlers.offer_ended)
        outbox.register(telling.NEWS_MAIL, handlers.partner_news)
        outbox.register(telling.NEWER_MAIL, handlers.newer_packet)
        outbox.register(telling.ANSWERED_MAIL, handlers.partner_answered)
        outbox.register(telling.OVERDUE_MAIL, handlers.overdue)
        imports = import_module("referrals.actions.directory_import")
        outbox.register(imports.IMPORT, imports.deliver_part)
        import_module("outbox.sweeps").register(loop.sweep)
        import_module("records.hooks").after_revoke.append(loop.consent_revoked)
        facilities = import_module("referrals.queries")
        import_module("records.hooks").office_email.append(facilities.office_email)
        packet = import_module("referrals.packet")
        import_module("records.hooks").chart_sections.append(packet.chart_sections)
        import_module("records.hooks").stop_sending.append(loop.stop_misdirected)
        merging = import_module("referrals.merging")
        import_module("records.hooks").before_merge.append(merging.open_referral)
        import_module("intake.hooks").before_close.append(loop.episode_closes)
        returns = import_module("referrals.actions.returns")
        import_module("programs.hooks").after_admit.append(returns.person_admitted)
        import_module("programs.hooks").after_undo.append(returns.admission_undone)
        import_module("programs.hooks").after_clearance.append(loop.clearance_received)
