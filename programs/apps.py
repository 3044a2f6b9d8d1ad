"""The programs app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Registers programs and its permissions."""

    name = "programs"

    def ready(self) -> None:
        """Load what other parts look up by name; add the sweeps, the mail and the hooks."""
        import_module("programs.permissions")
        clearances = import_module("programs.actions.clearances")
        import_module("outbox.sweeps").register(clearances.sweep_expired)
        warnings = import_module("programs.actions.warnings")
        import_module("outbox.sweeps").register(warnings.sweep_warnings)
        import_module("outbox.handlers").register(warnings.ENDS_SOON, warnings.ends_soon)
        open_items = import_module("programs.actions.open_items")
        import_module("outbox.sweeps").register(open_items.sweep_finished)
        follow_ups = import_module("programs.actions.follow_ups")
        import_module("outbox.sweeps").register(follow_ups.sweep_overtaken)
        voiding = import_module("programs.actions.voiding")
        import_module("intake.hooks").after_answers_changed.append(voiding.void_on_new_facts)
        import_module("intake.hooks").after_resume.append(voiding.void_on_resume)
        beside = import_module("programs.beside_coverage")
        import_module("intake.hooks").beside_coverage.append(beside.clearance_clock)
        closing = import_module("programs.actions.closing")
        import_module("intake.hooks").before_close.append(closing.let_go)
        waitlist = import_module("programs.actions.waitlist")
        import_module("intake.hooks").after_answers_changed.append(waitlist.reorder)
        import_module("programs.hooks").after_admit.append(waitlist.person_admitted)
        import_module("programs.hooks").after_undo.append(waitlist.back_on_list)
        places = import_module("programs.actions.places")
        import_module("programs.hooks").after_undo.append(places.hold_again)
        place_offers = import_module("programs.actions.place_offers")
        import_module("outbox.sweeps").register(place_offers.sweep_places)
        waiting_checks = import_module("programs.actions.waiting_checks")
        import_module("outbox.sweeps").register(waiting_checks.sweep_missed)
        merging = import_module("programs.merging")
        import_module("records.hooks").before_merge.append(merging.stay_or_hold)
