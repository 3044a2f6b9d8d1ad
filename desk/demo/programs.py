"""What the center runs: beds where people sleep here, slots where they come for the day."""

from programs.choices import Level
from programs.models import Bed, Program

# name, level, slots (day programs), bed labels
PROGRAMS = (
    ("Residential", Level.RESIDENTIAL, None, ("R1", "R2")),
    ("Inpatient", Level.INPATIENT, None, ("I1",)),
    ("Partial hospitalization (PHP)", Level.PHP, 12, ()),
    ("Intensive outpatient (IOP)", Level.IOP, 20, ()),
    ("Outpatient", Level.OUTPATIENT, 40, ()),
)


def load_programs() -> None:
    """Make five programs and three beds."""
    for name, level, slots, beds in PROGRAMS:
        program = Program.objects.create(name=name, level=level, slots=slots)
        for label in beds:
            Bed.objects.create(program=program, label=label)
