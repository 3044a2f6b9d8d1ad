"""Times in which a bed is used, in PostgreSQL: touching ends, overlaps, days on which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from config.db import refusal_code
from programs.forms.places import ExtendForm
from programs.models import BedUse
from programs.rules.bed_days import Use, is_open
from tests.factories.care import make_bed

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("America/New_York")
# The hours around both changes of 2026: one hour is missing in March, one comes twice in November.
CHANGES = (datetime(2026, 3, 8, tzinfo=HERE), datetime(2026, 11, 1, tzinfo=HERE))
QUARTERS = 6 * 4


@some.composite
def wall_times(draw):
    """Times as a clock on the wall shows them near a change; in an hour that comes twice, either of both."""
    day = draw(some.sampled_from(CHANGES))
    minutes = 15 * draw(some.integers(0, QUARTERS))
    return (day + timedelta(minutes=minutes)).replace(fold=draw(some.integers(0, 1))).astimezone(UTC)


@some.composite
def periods(draw):
    """Up to five times of use; each may begin exactly where the one before it ends, or have no end."""
    found, before = [], None
    for _ in range(draw(some.integers(1, 5))):
        touches = before is not None and draw(some.booleans())
        start = before if touches else draw(wall_times())
        end = draw(some.none() | wall_times())
        if end is not None and end <= start:
            end = start + timedelta(minutes=15)
        found.append((start, end))
        before = end
    return found


def overlaps(one, other):
    """Half-open: an end at 11:00 and a beginning at 11:00 are no overlap."""
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def use_bed(bed, period):
    """Try to use a bed; tell whether the database took it."""
    try:
        with transaction.atomic():
            BedUse.objects.create(bed=bed, kind="out", out_reason="repair", period=period)
    except IntegrityError as error:
        assert refusal_code(error) == "programs_beduse_no_overlap"
        return False
    return True


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(periods())
def test_the_database_takes_exactly_what_does_not_overlap(tried):
    bed, taken = make_bed(), []
    for period in tried:
        free = not any(overlaps(period, other) for other in taken)
        assert use_bed(bed, period) is free, (period, taken)
        if free:
            taken.append(period)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(periods(), wall_times())
def test_the_rule_of_the_days_ahead_agrees_with_the_database(tried, at):
    bed = make_bed()
    taken = [period for period in tried if use_bed(bed, period)]
    uses = [Use("out", *period) for period in taken]
    assert is_open(uses, at, at) is not BedUse.objects.filter(bed=bed, period__contains=at).exists()


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 8), 23), ((2026, 11, 1), 25)])
def test_a_day_on_the_wall_is_not_always_24_hours(day, hours):
    """From midnight to midnight here: the next use begins where it ends, in whatever zone that is written."""
    start = datetime(*day, tzinfo=HERE)
    end = start + timedelta(days=1)
    bed = make_bed()
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert use_bed(bed, (start, end))
    assert not use_bed(bed, (end.astimezone(UTC) - timedelta(seconds=1), None))
    assert use_bed(bed, (end.astimezone(UTC), None))


@pytest.mark.parametrize("typed", ["2026-03-08 02:30", "2026-11-01 01:30"])
def test_a_time_that_the_wall_shows_never_or_twice_is_asked_again(typed):
    form = ExtendForm({"until": typed, "submit_key": ""}, ahead={})
    assert not form.is_valid()
    assert "until" in form.errors
