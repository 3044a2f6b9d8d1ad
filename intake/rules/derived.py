"""What the answers point to, each with its evidence. Shown beside the assessment; nothing here decides.

Only what was said counts: a missing answer never becomes "no dependence" or "no withdrawal expected". Ids W1
to W5 are those of the seed rules; the detox rules judge the same answers on their own terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intake.answers import Answers, value_of
from intake.questions import BY_KEY
from intake.questions.signs import SCREENER
from intake.rules.facts import Facts, UseRow
from intake.rules.uses import uses
from intake.substances import KRATOM, day_of

PER_DOSE_GRAMS = 5
GRAMS_A_DAY, MONTHS = 20, 6
DOSES_A_DAY = 3
NO_CLEAR_LINE = "There is no clear line between the two: one case report found none."
STAGES = ("Trying it out", "Regular use", "Tolerance and more of it", "Physical dependence")
_STEADY_DAYS = 5
_READY = 7


@dataclass(frozen=True)
class Point:
    """One thing that the answers point to: a sentence, the evidence in words, and the seed behind it."""

    code: str
    sentence: str
    evidence: tuple[str, ...]
    source: str


def points(facts: Facts) -> tuple[Point, ...]:
    """Everything that the answers point to, in the order of the page."""
    return (*_course(facts), *_amounts(facts), *_expected(facts), *_follow_ups(facts), *_ways(facts))


def _said(facts: Facts, section: str, name: str) -> Any:
    return value_of(facts.sections.get(section, {}), name)


def _label(section: str, name: str) -> str:
    question = BY_KEY[section].question(name)
    return question.label if question else name


def _yes(facts: Facts, *places: tuple[str, str]) -> list[str]:
    """The labels of the questions among `places` that were answered yes."""
    return [_label(*place) for place in places if _said(facts, *place) == "yes"]


def _ticked(facts: Facts, section: str, name: str, *values: str) -> list[str]:
    """The words of those options of a list that were ticked and are among `values`."""
    question = BY_KEY[section].question(name)
    given = _said(facts, section, name) or ()
    options = question.options if question else ()
    return [option.label for option in options if option.value in given and option.value in values]


# Course: stage, tolerance, dependence


def dependence_evidence(facts: Facts) -> list[str]:
    """What was said about withdrawal when a dose is skipped or use stops (W4)."""
    return [
        *_yes(facts, ("withdrawal", "withdrawal_if_skipped"), ("signs", "screen_withdrawal")),
        *_ticked(facts, "signs", "signs_core", "withdrawal"),
    ]


def tolerance_evidence(facts: Facts) -> list[str]:
    """What was said about needing more, and amounts that grew."""
    grown = [f"{factor:g} times the first day's amount" for factor in _factors(facts) if factor > 1]
    return [
        *_yes(facts, ("signs", "tolerance_confirmed"), ("signs", "screen_escalating")),
        *_ticked(facts, "signs", "signs_core", "more_needed"),
        *grown,
    ]


def _regular_evidence(facts: Facts) -> list[str]:
    found = _ticked(facts, "signs", "signs_core", "more_than_once")
    for row in facts.rows:
        days, times = value_of(row.answers, "days_per_week"), value_of(row.answers, "times_a_day")
        if days is not None and days >= _STEADY_DAYS:
            found.append(f"{days:g} days a week")
        if times is not None and times > 1:
            found.append(f"{times:g} times a day")
    return found


def stage(facts: Facts) -> tuple[str, list[str]] | None:
    """The furthest of the four stages that the answers show, with its evidence; None when nothing does."""
    tried = [f"{value_of(row.answers, 'days_per_week'):g} days a week" for row in facts.rows
             if value_of(row.answers, "days_per_week") is not None]  # fmt: skip
    evidence = (
        tried,
        _regular_evidence(facts),
        tolerance_evidence(facts),
        dependence_evidence(facts),
    )
    return next(
        ((name, found) for name, found in reversed(list(zip(STAGES, evidence, strict=True))) if found), None
    )


def _course(facts: Facts) -> Iterator[Point]:
    furthest = stage(facts)
    if furthest:
        name, found = furthest
        yield Point(
            "stage", f"Stage that the answers show: {name.lower()}", tuple(found), "seed 003 lines 36 to 43"
        )
    dependent, tolerant = dependence_evidence(facts), tolerance_evidence(facts)
    if dependent:
        sentence = "Physical dependence is present: withdrawal when a dose is skipped or use stops"
        yield Point("W4", sentence, tuple(dependent), "seed 003 line 87")
    if tolerant:
        denied = _said(facts, "signs", "tolerance_confirmed") == "no"
        sentence = "Tolerance" + (": the person says no, the rest says yes. Ask again" if denied else "")
        yield Point("tolerance", sentence, tuple(tolerant), "seed 003 line 86")
    stopped = _yes(facts, ("signs", "cannot_stop"), ("signs", "screen_cannot_stop"))
    if stopped:
        yield Point(
            "cannot_stop", "Has not been able to stop. This weighs most", tuple(stopped), "seed 003 line 83"
        )
    screened = _yes(facts, *(("signs", name) for name, _ in SCREENER))
    if screened:
        sentence = f"{len(screened)} of 6: treatment is worth considering"
        yield Point("screener", sentence, tuple(screened), "seed 003 line 134")


# Amounts: band of one dose, and how a day's amount grew


def _factors(facts: Facts) -> list[float]:
    found = (escalation(row.answers) for row in facts.rows)
    return [factor for factor in found if factor is not None]


def escalation(row: Answers) -> float | None:
    """How many times the first day's amount a day's amount is now; None when one of the two isn't known."""
    now = [value_of(row, name) for name in ("amount", "times_a_day")]
    first = [value_of(row, name) for name in ("start_amount", "start_times")]
    if None in now or None in first or 0 in first:
        return None
    return round(now[0] * now[1] / (first[0] * first[1]), 1)


def dose_band(row: Answers) -> str:
    """Which effect a dose of plain leaf tends to have, in words; empty when grams don't tell."""
    if value_of(row, "substance") != "kratom_leaf":
        return ""
    one_dose = day_of({**row, "times_a_day": {"value": 1}})
    if one_dose is None:
        return ""
    if one_dose < PER_DOSE_GRAMS:
        return f"{one_dose:g} g in one dose: tends to stimulate (under 5 g)"
    if one_dose > PER_DOSE_GRAMS:
        return f"{one_dose:g} g in one dose: tends to act like an opioid (over 5 g)"
    return "5 g in one dose: between stimulating and acting like an opioid"


def _amounts(facts: Facts) -> Iterator[Point]:
    strong = {use.row.id for use in uses(facts) if use.code in ("kratom_extract", "seven_oh")}
    for number, row in enumerate(facts.rows, start=1):
        band = dose_band(row.answers)
        if row.id in strong and value_of(row.answers, "substance") in KRATOM:
            sentence = f"Substance {number} is concentrated or has 7-OH: grams do not tell how strong it is"
            yield Point("W3", sentence, (_product(row),), "seed 003 line 53")
        elif band:
            yield Point("dose_band", f"Substance {number}: {band}", (NO_CLEAR_LINE,), "seed 003 line 28")
        factor = escalation(row.answers)
        if factor is not None and factor > 1:
            sentence = f"Substance {number}: {factor:g} times the first day's amount"
            yield Point("escalation", sentence, (_growth(row.answers),), "seed 003 line 35")


def _growth(row: Answers) -> str:
    first, now = (
        value_of(row, amount) * value_of(row, times)
        for amount, times in (("start_amount", "start_times"), ("amount", "times_a_day"))
    )
    return f"{first:g} a day at the start, {now:g} a day now"


def _product(row: UseRow) -> str:
    names = ("product_form", "enhanced", "substance")
    words = []
    for name in names:
        question = BY_KEY["substances"].question(name)
        value = value_of(row.answers, name)
        words += [o.label for o in question.options if o.value == value] if question else []
    return ", ".join(words)


# What withdrawal to expect: never "none"


def _expected(facts: Facts) -> Iterator[Point]:
    leaf = [row.answers for row in facts.rows if value_of(row.answers, "substance") == "kratom_leaf"]
    for row in leaf:
        grams, months = day_of(row), value_of(row, "duration_months")
        if grams is None or months is None:
            missing = [
                words for words, value in (("a day's amount", grams), ("how long", months)) if value is None
            ]
            sentence = "A hard withdrawal can't be ruled out: " + " and ".join(missing) + " not known"
            yield Point("W5", sentence, (), "seed 003 line 64")
        elif grams >= GRAMS_A_DAY and months >= MONTHS:
            sentence = "Expect a more intense and longer withdrawal"
            yield Point("W1", sentence, (f"{grams:g} g a day for {months:g} months",), "seed 003 line 64")
    often = [words for row in facts.rows for words in _often(row.answers)]
    if often:
        sentence = "Dosing is frequent: withdrawal follows how often more than how much"
        yield Point("W2", sentence, tuple(often), "features C3, a study of 395 adults; not in the seeds")


def _often(row: Answers) -> Iterator[str]:
    times = value_of(row, "times_a_day")
    if value_of(row, "substance") not in KRATOM:
        return
    if times is not None and times >= DOSES_A_DAY:
        yield f"{times:g} doses a day"
    if value_of(row, "on_waking") == "yes":
        yield "the first dose on waking"


def may_say_rarely_dangerous(picture: dict[str, Any]) -> bool:
    """Whether staff may say that kratom withdrawal is rarely dangerous: for healthy people, kratom alone.

    Everything that could make it dangerous must have been asked and answered no (seed 003 line 62).
    """
    used, medical = set(picture.get("substances", {})), picture.get("medical", {})
    flags = picture.get("red_flags", {})
    return (
        bool(used)
        and used <= KRATOM
        and picture.get("substance_list_complete") is True
        and len(medical) == len(_CONDITIONS)
        and set(medical.values()) == {"none"}
        and all(picture.get(name) == "no" for name in _NO)
        and picture.get("suicidality") == "none"
        and bool(flags)
        and set(flags.values()) == {"no"}
    )


RARELY_DANGEROUS = "Kratom withdrawal is hard, and rarely dangerous in healthy people. Help makes it safer."
_NO = (
    "pregnant",
    "prior_complicated_withdrawal",
    "prior_severe_opioid_kratom_withdrawal",
    "jaundice_or_dark_urine",
    "major_interaction",
)
_CONDITIONS = ("liver", "cardiac", "respiratory", "seizure_disorder", "renal_or_other")


# What to follow up


def _follow_ups(facts: Facts) -> Iterator[Point]:
    pain = [*_ticked(facts, "substances", "reasons", "pain"), *_yes(facts, ("health", "pain"))]
    if pain:
        sentence = "Pain: a plan of its own, and a specialist for pain"
        yield Point(
            "pain",
            sentence,
            (*pain, *_chosen(facts, "pain_plan", "pain_specialist")),
            "seed 003 lines 106, 115",
        )
    mind = [
        *_ticked(facts, "substances", "reasons", "anxiety", "depression", "trauma"),
        *_yes(facts, ("mental", "anxiety"), ("mental", "depression"), ("mental", "trauma")),
    ]
    if mind:
        sentence = "Anxiety, low mood or trauma: a psychiatric evaluation"
        yield Point(
            "psychiatric",
            sentence,
            (*mind, *_chosen(facts, "psychiatric_evaluation")),
            "seed 003 lines 95, 106",
        )
    opioid = [
        *_yes(facts, ("substances", "opioid_history")),
        *_ticked(facts, "substances", "reasons", "opioid_withdrawal"),
    ]
    if opioid:
        sentence = "Opioid use disorder before: more danger now. Ask about medicine for it"
        yield Point("opioid_history", sentence, tuple(opioid), "seed 003 line 46")
    yield from _medical(facts)
    if "no" in (
        _said(facts, "substances", "naloxone_at_home"),
        _said(facts, "substances", "naloxone_trained"),
    ):
        sentence = (
            "Naloxone: offer it, and show someone at home how to give it. Products can hold other opioids"
        )
        yield Point("naloxone_home", sentence, (), "seed 000 line 46; seed 003 line 25")


def _medical(facts: Facts) -> Iterator[Point]:
    risky = [
        _label("health", name).rstrip("?")
        for name in ("seizure_disorder", "liver", "cardiac")
        if _said(facts, "health", name) in ("stable", "unstable")
    ]
    risky += [words.rstrip("?") for words in _yes(facts, ("health", "threshold_medicines"))]
    if risky:
        sentence = "A medical evaluation before any level of care"
        yield Point("T4", sentence, tuple(risky), "seed 003 lines 71 to 73")
    supply = _ticked(facts, "substances", "supply_signs", "infection", "too_strong", "drug_found", "metal")
    if supply:
        sentence = "The product may have held something else: ask for laboratory tests, heavy metals too"
        yield Point("supply", sentence, tuple(supply), "seed 003 lines 25, 75")
    alone = _ticked(facts, "withdrawal", "quit_method", "all_at_once")
    if alone:
        sentence = "Stopping all at once was tried before. It often does not hold; help makes it safer"
        yield Point("quit_alone", sentence, (), "seed 003 line 68")


def _chosen(facts: Facts, *names: str) -> list[str]:
    """Questions of the substances section with the option that was chosen."""
    found = []
    for name in names:
        question, value = BY_KEY["substances"].question(name), _said(facts, "substances", name)
        found += (
            [f"{question.label} {o.label}" for o in question.options if o.value == value] if question else []
        )
    return found


# Ways that may help, for the plan


def _ways(facts: Facts) -> Iterator[Point]:
    steering = [
        *_ticked(facts, "withdrawal", "symptoms_now", "feelings"),
        *_ticked(facts, "signs", "signs_mind", "mood"),
    ]
    if steering:
        sentence = "For the plan: dialectical behavior therapy (DBT) teaches skills for strong feelings"
        yield Point("dbt", sentence, tuple(steering), "seed 003 line 101")
    ready = _said(facts, "goals", "readiness")
    mixed = [f"Readiness {ready} of 10"] if ready is not None and ready < _READY else []
    mixed += ["Has not decided"] if _said(facts, "goals", "goal_kind") == "unsure" else []
    if mixed:
        sentence = "For the plan: motivational enhancement therapy helps with mixed feelings about change"
        yield Point("met", sentence, tuple(mixed), "seed 003 line 100")
    if stage(facts):
        sentence = "For the plan: cognitive behavioral therapy (CBT) works on what keeps use going"
        yield Point("cbt", sentence, (), "seed 003 line 99; seed 000 line 76")
