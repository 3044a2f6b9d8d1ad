"""Five partner facilities, each of a kind that the work has to cope with. Invented names, 555 numbers."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from config import clock
from config.clock import center_day
from records.choices import LegalStatus
from referrals.actions.facilities import add_agreement, add_facility, report_capacity
from referrals.choices import AgreementKind, Channel, Known, Level, Medication, Payer, Withdrawal

LONG = timedelta(days=400)
"""Since when there are agreements with all of them."""
EVERY_WITHDRAWAL = [*Withdrawal.values]

# name, beds open and how long ago it was said, everything else
PARTNERS: tuple[tuple[str, tuple[int, timedelta] | None, dict[str, Any]], ...] = (
    (
        "Harbor Detox",
        (2, timedelta(minutes=35)),
        {
            "levels": [Level.DETOX],
            "withdrawal_yes": [Withdrawal.ALCOHOL, Withdrawal.BENZO, Withdrawal.OPIOID, Withdrawal.KRATOM],
            "medications": [Medication.BUPRENORPHINE, Medication.METHADONE],
            "payers": [Payer.AETNA, Payer.MEDICAID],
            "languages": ["en", "es"],
            "pregnancy": Known.NO,
            "beds_total": 12,
            "coordinator": "Pat Quill",
            "phone": "+18045550141",
            "fax": "+18045550142",
            "email": "intake@harbor.example",
            "address": "14 Harbor Road",
            "city": "Easton",
            "state": "VA",
            "zip": "23220",
            "npi": "1457398216",
        },
    ),
    (
        "St. Brigid Hospital",
        (1, timedelta(hours=9)),
        {
            "levels": [Level.DETOX, Level.EVALUATION, Level.MEDICATION],
            "withdrawal_yes": EVERY_WITHDRAWAL,
            "medications": [*Medication.values],
            "payers": [Payer.AETNA, Payer.ANTHEM, Payer.CIGNA, Payer.UNITED, Payer.MEDICARE, Payer.SELF_PAY],
            "languages": ["en", "es"],
            "pregnancy": Known.YES,
            "hours_24": True,
            "beds_total": 20,
            "coordinator": "Noor Haddad",
            "phone": "+18045550144",
            "email": "transfer@brigid.example",
            "address": "1 Hospital Way",
            "city": "Millbrook",
            "state": "VA",
            "zip": "23229",
            "npi": "1629384755",
        },
    ),
    (
        "Cedar House",
        (3, timedelta(hours=2)),
        {
            "levels": [Level.DETOX],
            "withdrawal_yes": [Withdrawal.ALCOHOL, Withdrawal.OPIOID, Withdrawal.KRATOM],
            "withdrawal_no": [Withdrawal.BENZO],
            "medications": [Medication.BUPRENORPHINE],
            "payers": [Payer.SELF_PAY],
            "languages": ["en"],
            "pregnancy": Known.NO,
            "beds_total": 8,
            "coordinator": "Lou Marsh",
            "phone": "+18045550147",
            "email": "front@cedar.example",
            "address": "8 Cedar Lane",
            "city": "Fairview",
            "state": "VA",
            "zip": "23113",
            "npi": "1730456286",
        },
    ),
    (
        "Northgate",
        (4, timedelta(days=9)),
        {
            "levels": [Level.DETOX],
            "withdrawal_yes": [Withdrawal.ALCOHOL, Withdrawal.BENZO, Withdrawal.OPIOID, Withdrawal.KRATOM],
            "payers": [Payer.AETNA, Payer.MEDICAID],
            "languages": ["en"],
            "pregnancy": Known.NO,
            "beds_total": 10,
            "coordinator": "Night desk",
            "phone": "+18045550150",
            "email": "desk@northgate.example",
            "address": "200 North Gate Street",
            "city": "Easton",
            "state": "VA",
            "zip": "23005",
        },
    ),
    (
        "Elm",
        None,
        {
            "levels": [Level.DETOX],
            "withdrawal_yes": [Withdrawal.ALCOHOL, Withdrawal.BENZO, Withdrawal.OPIOID, Withdrawal.KRATOM],
            "payers": [Payer.AETNA, Payer.SELF_PAY],
            "languages": ["en"],
            "pregnancy": Known.UNKNOWN,
            "channel": Channel.FAX,
            "coordinator": "Front office",
            "phone": "+18045550153",
            "fax": "+18045550154",
            "address": "77 Elm Street",
            "city": "Millbrook",
            "state": "VA",
            "zip": "22401",
        },
    ),
)


def load_partners() -> None:
    """Make five partners, with what four of them last said about open beds."""
    sam = User.objects.get(email="sam@demo.example")
    now = clock.now()
    for name, said, fields in PARTNERS:
        facility = add_facility(name=name, legal_status=LegalStatus.COVERED_ENTITY, by=sam, **fields)
        add_agreement(
            facility=facility, by=sam, kind=AgreementKind.TRANSFER, begins_on=center_day(now) - LONG
        )
        if said is not None:
            beds, ago = said
            report_capacity(facility=facility, beds_open=beds, by=sam, now=now - ago, said_by="Front desk")
