"""The records app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers records, its permissions and its deadlines."""

    name = "records"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("records.permissions")
        import_module("records.ring").register()
        sweeps = import_module("outbox.sweeps")
        sweeps.register(import_module("records.actions.consents").expire_due)
        incidents = import_module("records.actions.incidents")
        mail = import_module("records.notices_mail")
        sweeps.register(incidents.remind_due)
        handlers = import_module("outbox.handlers")
        handlers.register(incidents.OPENED_MAIL, mail.incident_opened)
        handlers.register(incidents.DUE_MAIL, mail.incident_due)
        complaints = import_module("records.actions.complaints")
        handlers.register(complaints.RECEIVED_MAIL, mail.complaint_received)
        withdrawals = import_module("records.actions.withdrawals")
        handlers.register(withdrawals.NOTICE_MAIL, withdrawals.notice_mail)
