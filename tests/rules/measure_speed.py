"""Say how many decisions a second one process makes: `python -m tests.rules.measure_speed`. Not a test."""

import sys
import timeit

from programs.rules.detox import decide_detox
from programs.rules.level_of_care import decide_level
from tests.rules.cases import clear

DAILY = {"days_per_week": 7, "duration_months": 12, "hours_since_last": 20}
PICTURE = clear(
    substances={"kratom_leaf": {**DAILY, "amount": 25}, "alcohol": {**DAILY, "amount": 9}},
    cows=6,
    vitals={"hr": 72},
    medical={"liver": "stable"},
    red_flags={"severe_panic": "no"},
)
RATINGS = {"F1": 1, "F2": 2, "F3": 0, "F4": 3, "F5": 1, "sud": "severe", "detox": "clinician_must_review"}
ROUNDS = 2000


def main() -> None:
    """Print one line for each engine."""
    for name, decide in (
        ("detox", lambda: decide_detox(PICTURE)),
        ("level of care", lambda: decide_level(RATINGS)),
    ):
        seconds = min(timeit.repeat(decide, number=ROUNDS, repeat=3)) / ROUNDS
        sys.stdout.write(f"{name}: {seconds * 1e6:.0f} µs, {1 / seconds:.0f} a second\n")


if __name__ == "__main__":
    main()
