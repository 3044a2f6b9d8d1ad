"""The instruments that staff can choose from: order, groups, who may give which, and how a result is kept.

The address of a form names its number, never the instrument: an address must not tell what a person was
asked. Numbers are never used again for another instrument.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.rules.instruments import INSTRUMENTS, Instrument

GIVE = "intake.instrument_give"
OBSERVE = "intake.instrument_observe"
LEVEL_ELSEWHERE = "level_elsewhere"
# Our own labels are the prompt: a clinician reads the licensed text beside it.
OWN_LABELS = ("sud_criteria",)
LADDER = ("1.0", "1.5", "2.1", "2.5", "3.1", "3.5", "3.7", "4")


@dataclass(frozen=True)
class Form:
    """One entry of the list: its number in addresses, a short name, its group, and what comes after it.

    `parts` are items that a result from elsewhere may name beside its total.
    """

    number: int
    id: str
    short: str
    group: str
    parts: tuple[str, ...] = ()

    @property
    def instrument(self) -> Instrument | None:
        """The instrument's data; None for a plain label from elsewhere."""
        return INSTRUMENTS.get(self.id)

    @property
    def title(self) -> str:
        """The full name."""
        return self.instrument.title if self.instrument else self.short

    @property
    def rated(self) -> bool:
        """Whether somebody scores what they see, by numbered anchors."""
        return self.group == NOW

    @property
    def permission(self) -> str:
        """Who may fill in its items here: what a clinician observes, only a clinician scores."""
        given = self.instrument.administration if self.instrument else ""
        return OBSERVE if given.startswith("clinician") else GIVE


SUICIDE, MOOD, DRINK, NOW, LIFE = (
    "Thoughts of suicide",
    "Mood, worry and trauma",
    "Alcohol and drugs",
    "Withdrawal now",
    "Living and level of care",
)

FORMS: tuple[Form, ...] = (
    Form(3, "asq", "ASQ", SUICIDE),
    Form(4, "cssrs_screener", "C-SSRS screener", SUICIDE),
    Form(1, "phq9", "PHQ-9", MOOD, ("phq9_9",)),
    Form(2, "gad7", "GAD-7", MOOD),
    Form(5, "pc_ptsd5", "PC-PTSD-5", MOOD),
    Form(6, "audit_c", "AUDIT-C", DRINK),
    Form(7, "audit", "AUDIT", DRINK, ("audit_6",)),
    Form(8, "sasq_alcohol", "Single alcohol question", DRINK),
    Form(9, "sasq_drug", "Single drug question", DRINK),
    Form(10, "taps1", "TAPS-1 and kratom", DRINK, ("local_kratom",)),
    Form(11, "dast10", "DAST-10", DRINK, ("dast_9",)),
    Form(12, "assist", "ASSIST", DRINK),
    Form(13, "sds", "SDS", DRINK),
    Form(14, "kds", "Kratom Dependence Scale", DRINK),
    Form(15, "gain_ss", "GAIN-SS", DRINK),
    Form(16, "bam", "BAM-R", DRINK),
    Form(17, "sud_criteria", "Use disorder criteria", DRINK, ("sud_10", "sud_11")),
    Form(18, "cows", "COWS", NOW),
    Form(19, "ciwa_ar", "CIWA-Ar", NOW, ("ciwa_6", "ciwa_7", "ciwa_8", "ciwa_10")),
    Form(20, "pawss", "PAWSS", NOW),
    Form(21, "ahc_hrsn", "AHC-HRSN", LIFE, ("living",)),
    Form(22, "prapare", "PRAPARE", LIFE),
    Form(23, LEVEL_ELSEWHERE, "Level of care from elsewhere (ASAM or LOCADTR, as a label)", LIFE),
)
BY_ID: Mapping[str, Form] = {form.id: form for form in FORMS}
BY_NUMBER: Mapping[int, Form] = {form.number: form for form in FORMS}

# Totals whose range no file gives: a total outside these is taken for a typing error.
_RANGES: Mapping[str, tuple[int, int]] = {
    "kds": (0, 100),
    "gain_ss": (0, 100),
    "prapare": (0, 100),
    "ahc_hrsn": (4, 20),
}


def total_range(instrument: Instrument) -> tuple[int, int]:
    """The least and the most that a total can be."""
    scoring = instrument.scoring
    least, most = _RANGES.get(instrument.id, (scoring.get("min", 0), scoring.get("max", 0)))
    return int(least), int(most)


_BANDS: Mapping[str, str] = {
    "none_minimal": "None or minimal",
    "zone1_low": "Zone 1: low risk",
    "zone2_hazardous": "Zone 2: hazardous",
    "zone3_harmful": "Zone 3: harmful",
    "zone4_possible_dependence": "Zone 4: dependence possible",
    "acute_positive": "Positive, with thoughts now or not known to be without",
    "non_acute_positive": "Positive, without thoughts right now",
    "high_risk": "High risk",
}


def band_words(band: str) -> str:
    """A band's id in words."""
    return _BANDS.get(band, band.replace("_", " ").capitalize())
