"""Directory files of many invented facilities, always the same for the same number."""

import csv
import io
import random

from referrals.rules.samhsa import LABELS

PLACES = (("23220", "Richmond", "VA"), ("23510", "Norfolk", "VA"), ("21201", "Baltimore", "MD"))
HEADER = ("name1", "name2", "street1", "city", "state", "zip", "phone", "service_code_info", "county")
SETTINGS = ("DT HID HI", "DT RD RES", "OD OP", "RES RS", "OP OIT ORT", "OTP OMB OP")
SOME = [one for one in LABELS if one not in {"NMOA", "NOOP"}]


def directory_file(rows: int, zips: list[str] | None = None, *, bad: int = 0) -> bytes:
    """Return a CSV of `rows` facilities in the columns of the national directory; every `bad`th is wrong."""
    chance = random.Random(20)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number in range(rows):
        zip_code, city, state = PLACES[number % 3]
        if zips:
            zip_code = chance.choice(zips)
        codes = " ".join(["SA", chance.choice(SETTINGS), *chance.sample(SOME, 12)])
        phone = "12" if bad and number % bad == bad - 1 else f"804-555-{number % 10000:04}"
        name = f"House {number % (rows // 2 or 1):05}"
        writer.writerow([name, "", f"{number} Main Street", city, state, zip_code, phone, codes, "Somewhere"])
    return out.getvalue().encode()
