"""What must hold before real people are served; checked when a process of the product starts."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.npi import npi_fits


def refuse_unsafe(settings: Any) -> None:
    """Raise ImproperlyConfigured when this configuration must not start."""
    if len(settings.SECRET_KEY or "") < 40:
        raise ImproperlyConfigured("CLEARWAY_SECRET_KEY must be set and at least 40 characters long.")
    for ring in (settings.KEY_RING, settings.COUNSELING_RING):
        if ring["problem"]:
            raise ImproperlyConfigured(ring["problem"])
    ring = settings.KEY_RING
    ours = {*ring["keys"].values(), ring["index_key"], *ring["audit"]["keys"].values()}
    if ours & set(settings.COUNSELING_RING["keys"].values()):
        raise ImproperlyConfigured("The key ring of counseling notes must share no key with the main ring.")
    if settings.MINORS_ADMITTED and not (
        settings.MINOR_RULE and settings.CENTER_STATE and settings.MINORS_APPROVED_BY
    ):
        raise ImproperlyConfigured(
            "MINORS_ADMITTED needs MINOR_RULE, CENTER_STATE and MINORS_APPROVED_BY, the legal owner's name."
        )
    if settings.CENTER_NPI and not npi_fits(settings.CENTER_NPI):
        raise ImproperlyConfigured(
            "CENTER_NPI must be ten digits with the right check digit, or empty. It goes out in every packet."
        )
    if settings.DEBUG and not settings.DEMO:
        raise ImproperlyConfigured("DEBUG shows records in error pages; it is allowed in demo mode only.")
    if not settings.DEMO and "*" in settings.ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this center.")


def refuse_wrong_world(settings: Any) -> None:
    """Raise ImproperlyConfigured when demo mode and the database's mark as a demo disagree, either way."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.demo_world') IS NOT NULL")
        is_demo = cursor.fetchone()[0]
    connection.close()
    if is_demo and not settings.DEMO:
        raise ImproperlyConfigured("This database holds the demo world; real people must not join it.")
    if settings.DEMO and not is_demo:
        raise ImproperlyConfigured("DEMO is set, but this database is not marked as a demo (demo_setup).")
