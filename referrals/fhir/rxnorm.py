"""Ingredients of RxNorm (TTY IN) for medicines that people name: by name, never by likeness.

RxNorm is made by the US National Library of Medicine; these names and codes are free to use. Two kinds of
source, looked up in November 2026:

- CPIC's drug table (cpicpgx/cpic-schema, `drug.sql`): the first list.
- Elsewhere: only where at least two documents of different projects give the same code.

A medicine of the list of cautions that is not here was found in no such source, and goes as text alone.
"""

import re

from intake.rules.medicines import LIST, check_lines

_CPIC = {
    "amitriptyline": "704", "aripiprazole": "89013", "atomoxetine": "38400", "atorvastatin": "83367",
    "bupropion": "42347", "carbamazepine": "2002", "carisoprodol": "2101", "citalopram": "2556",
    "clozapine": "2626", "codeine": "2670", "cyclosporine": "3008", "dextromethorphan": "3289",
    "diazepam": "3322", "digoxin": "3407", "duloxetine": "72625", "escitalopram": "321988",
    "fentanyl": "4337", "flecainide": "4441", "fluoxetine": "4493", "haloperidol": "5093",
    "isoniazid": "6038", "lamotrigine": "28439", "methadone": "6813", "methotrexate": "6851",
    "methylphenidate": "6901", "metoprolol": "6918", "midazolam": "6960", "mirtazapine": "15996",
    "modafinil": "30125", "morphine": "7052", "naltrexone": "7243", "nortriptyline": "7531",
    "olanzapine": "61381", "ondansetron": "26225", "oxycodone": "7804", "paroxetine": "32937",
    "propranolol": "8787", "risperidone": "35636", "sertraline": "36437", "sildenafil": "136411",
    "simvastatin": "36567", "tacrolimus": "42316", "tramadol": "10689", "venlafaxine": "39786",
    "warfarin": "11289",
}  # fmt: skip
_AGREED = {
    "acetaminophen": "161", "alprazolam": "596", "amiodarone": "703", "apixaban": "1364430",
    "buprenorphine": "1819", "clarithromycin": "21212", "clonazepam": "2598", "clonidine": "2599",
    "diltiazem": "3443", "diphenhydramine": "3498", "fluconazole": "4450", "gabapentin": "25480",
    "hydrocodone": "5489", "hydroxyzine": "5553", "levothyroxine": "10582", "lithium": "6448",
    "lorazepam": "6470", "pregabalin": "187832", "quetiapine": "51272", "trazodone": "10737",
    "verapamil": "11170", "zolpidem": "39993",
}  # fmt: skip
INGREDIENTS = _CPIC | _AGREED
"""The code of each ingredient by its name, in lower case."""


def ingredient_in(line: str) -> tuple[str, str] | None:
    """Return (code, name) of the one ingredient that a line names; None when it says anything else as well.

    "No sertraline", two medicines in a line, or a word nobody knows: then the text stands alone.
    """
    check = check_lines([line])
    if (
        len(check.found) != 1
        or check.unrecognised
        or LIST.nothing & set(re.findall("[a-z]+", line.casefold()))
    ):
        return None
    name = check.found[0].name
    return (INGREDIENTS[name], name) if name in INGREDIENTS else None
