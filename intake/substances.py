"""The substances the assessment knows, with the unit in which the detox rules count a day of use."""

from dataclasses import dataclass
from types import MappingProxyType

from intake.answers import Answers, value_of


@dataclass(frozen=True)
class Substance:
    """One substance: its code, what people read, and how a day's amount is counted.

    `factors` turn an amount in a unit into the rules' unit; a unit that isn't listed can't be turned.
    `piece_factor` does the same for pieces (capsules, tablets, bottles) times the strength of one piece.
    `unknown_*` are the rules' stand-ins for an unknown value, used only to add up rows of one substance
    without letting an unknown row hide behind a known one (rules: table of use levels).
    """

    code: str
    label: str
    factors: MappingProxyType
    piece_factor: float | None = None
    unknown_amount: float = 0
    unknown_days: float = 5
    unknown_months: float = 0.5


def _substance(code, label, factors=None, piece=None, unknown=(0, 5, 0.5)) -> Substance:
    return Substance(code, label, MappingProxyType(factors or {}), piece, *unknown)


_MG = {"mg": 1, "g": 1000}

SUBSTANCES: tuple[Substance, ...] = (
    _substance(
        "kratom_leaf",
        "Kratom leaf, powder, capsules or tea",
        {"g": 1, "mg": 0.001, "oz": 28.35},
        piece=0.001,
        unknown=(5, 5, 1),
    ),
    _substance("kratom_extract", "Kratom extract, shot or resin", {"mg_mitragynine": 1}, 1, (400, 5, 0.5)),
    _substance("seven_oh", "7-OH (7-hydroxymitragynine) product", {"mg_7oh": 1}, 1, (30, 5, 0.5)),
    _substance("opioid_rx", "Prescription opioid", {"mme": 1}, None, (50, 5, 0.5)),
    _substance("heroin", "Heroin"),
    _substance("fentanyl", "Fentanyl"),
    _substance("methadone", "Methadone", _MG, 1),
    _substance("buprenorphine", "Buprenorphine", _MG, 1),
    _substance("tramadol", "Tramadol", _MG, 1, (400, 5, 0.5)),
    _substance("tianeptine", "Tianeptine", _MG, 1, (100, 5, 0.5)),
    _substance("alcohol", "Alcohol", {"drinks": 1}, None, (8, 5, 0.5)),
    _substance("benzodiazepine", "Benzodiazepine", {"mg_diazepam_eq": 1}, None, (30, 5, 1)),
    _substance("z_drug", "Z-drug (sleeping pill)", {"mg_diazepam_eq": 1}, None, (30, 5, 1)),
    _substance("barbiturate", "Barbiturate"),
    _substance("ghb_gaba_b", "GHB, GBL, phenibut or baclofen"),
    _substance("gabapentinoid", "Gabapentin or pregabalin", {"mg_gabapentin_eq": 1}, None, (3600, 5, 1)),
    _substance("stimulant", "Stimulant (cocaine, methamphetamine and others)", unknown=(0, 5, 1)),
    _substance("cannabis", "Cannabis", unknown=(0, 6, 1)),
    _substance("hallucinogen", "Hallucinogen", unknown=(0, 0, 0)),
    _substance("inhalant", "Inhalant", unknown=(0, 0, 0)),
    _substance("other", "Something else", unknown=(0, 0, 0)),
)
BY_CODE = MappingProxyType({substance.code: substance for substance in SUBSTANCES})

KRATOM = frozenset({"kratom_leaf", "kratom_extract", "seven_oh"})
OPIOIDS = frozenset(
    {"opioid_rx", "heroin", "fentanyl", "methadone", "buprenorphine", "tramadol", "tianeptine"}
)
PRESCRIBED = frozenset(
    {
        *("opioid_rx", "fentanyl", "methadone", "buprenorphine", "tramadol", "benzodiazepine", "z_drug"),
        *("barbiturate", "ghb_gaba_b", "gabapentinoid", "stimulant", "cannabis", "other"),
    }
)
"""What a prescriber may have prescribed; of the rest nobody has to be asked."""
SEDATIVES = frozenset({"alcohol", "benzodiazepine", "z_drug", "barbiturate", "ghb_gaba_b"})
# What doctors prescribe: for these a stable prescription is asked about.
PRESCRIBED = (
    "opioid_rx",
    "methadone",
    "buprenorphine",
    "tramadol",
    "benzodiazepine",
    "z_drug",
    "barbiturate",
    "ghb_gaba_b",
    "gabapentinoid",
    "stimulant",
    "cannabis",
    "other",
)

UNITS: tuple[tuple[str, str], ...] = (
    ("g", "grams"),
    ("mg", "milligrams"),
    ("oz", "ounces"),
    ("pieces", "capsules, tablets, shots or bottles"),
    ("drinks", "US drinks"),
    ("mg_mitragynine", "mg mitragynine"),
    ("mg_7oh", "mg 7-OH"),
    ("mme", "mg morphine equivalent (MME)"),
    ("mg_diazepam_eq", "mg diazepam equivalent"),
    ("mg_gabapentin_eq", "mg gabapentin equivalent"),
    ("bags", "bags"),
    ("other", "something else"),
)

# Read out to everybody. The code is the substance that a tick stands for.
BY_NAME: tuple[tuple[str, str], ...] = (
    ("alcohol", "Alcohol"),
    ("benzodiazepine", "Benzodiazepines, such as Xanax or Valium"),
    ("z_drug", "Sleeping pills, such as Ambien"),
    ("opioid_rx", "Morphine, oxycodone or other prescription opioids"),
    ("heroin", "Heroin"),
    ("fentanyl", "Fentanyl"),
    ("methadone", "Methadone"),
    ("buprenorphine", "Buprenorphine"),
    ("tramadol", "Tramadol"),
    ("tianeptine", "Tianeptine"),
    ("stimulant", "Cocaine, methamphetamine or other stimulants"),
    ("barbiturate", "Barbiturates"),
    ("ghb_gaba_b", "GHB, phenibut or baclofen"),
    ("gabapentinoid", "Gabapentin or pregabalin"),
    ("cannabis", "Cannabis"),
    ("kratom_leaf", "Kratom"),
    ("seven_oh", "7-OH"),
)

# A day's amount from which staff ask once whether it is right. Nothing is ever capped.
UNUSUAL = "unusual"
UNUSUAL_A_DAY = MappingProxyType(
    {
        "kratom_leaf": 100,
        "kratom_extract": 2000,
        "seven_oh": 500,
        "opioid_rx": 1000,
        "methadone": 300,
        "buprenorphine": 48,
        "tramadol": 1600,
        "tianeptine": 3000,
        "alcohol": 40,
        "benzodiazepine": 200,
        "z_drug": 200,
        "gabapentinoid": 12000,
    }
)


def daily_amount(
    code: str, amount: float | None, unit: str | None, times: float | None, strength: float | None
) -> float | None:
    """The amount of one use day in the rules' unit, or None when it can't be known.

    `amount` per use in `unit`, `times` uses a day, `strength` milligrams in one piece.
    """
    substance = BY_CODE.get(code)
    if substance is None or amount is None or times is None or unit is None:
        return None
    if unit == "pieces":
        if strength is None or substance.piece_factor is None:
            return None
        factor = strength * substance.piece_factor
    else:
        factor = substance.factors.get(unit)
    if factor is None:
        return None
    total = round(amount * times * factor, 6)
    return int(total) if total == int(total) else total


def day_of(answers: Answers) -> float | None:
    """The amount of one use day that a row tells, in the rules' unit; None when it can't be known."""
    return daily_amount(
        value_of(answers, "substance") or "other",
        value_of(answers, "amount"),
        value_of(answers, "unit"),
        value_of(answers, "times_a_day"),
        value_of(answers, "strength_mg"),
    )


def is_unusual(answers: Answers) -> bool:
    """Whether a row tells more than most people report, so that staff ask once whether it is right."""
    limit = UNUSUAL_A_DAY.get(value_of(answers, "substance") or "")
    amount = day_of(answers)
    return limit is not None and amount is not None and amount >= limit
