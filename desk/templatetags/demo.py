"""What the sign-in page of the demo shows."""

from django import template
from django.conf import settings

from desk.demo.cast import LOGINS, PASSWORD

register = template.Library()


@register.simple_tag
def demo_logins() -> list[tuple[str, str, str]]:
    """Return the demo's sign-ins as (e-mail, password, role); none outside demo mode."""
    return [(one.email, PASSWORD, one.role.label) for one in LOGINS] if settings.DEMO else []
