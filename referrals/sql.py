"""SQL functions of the directory that models and their constraints name; migrations define them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class NpiFits(models.Func):
    """Whether a text is ten digits with the right check digit; the same rule as `npi_fits`."""

    function = "referrals_npi_fits"
    output_field: Any = models.BooleanField()


class CanBits(models.Func):
    """Every hard need that a facility is not known to refuse, as the bits of `CODES`."""

    function = "referrals_facility_bits"
    output_field: Any = models.BigIntegerField()


CODES = (
    "level:detox", "level:evaluation", "level:medication", "level:residential",
    "withdrawal:alcohol", "withdrawal:benzo", "withdrawal:barb", "withdrawal:gabab",
    "withdrawal:gabapentinoid", "withdrawal:opioid", "withdrawal:kratom", "withdrawal:stimulant",
    "withdrawal:cannabis", "withdrawal:other",
    "medication:buprenorphine", "medication:buprenorphine_er", "medication:methadone",
    "medication:naltrexone", "medication:naltrexone_er",
    "payer:aetna", "payer:anthem", "payer:cigna", "payer:united", "payer:medicaid", "payer:medicare",
    "payer:tricare", "payer:private", "payer:state_plan", "payer:self_pay",
    "pregnant", "sex:female", "sex:male",
)  # fmt: skip
"""The hard needs in the order of their bits; a new one goes to the end, here and in a migration."""
BIT = {code: 1 << place for place, code in enumerate(CODES)}


class Can(models.Func):
    """What `CanBits` replaced; an earlier migration names it."""

    function = "referrals_facility_can"
    output_field: Any = ArrayField(models.CharField(max_length=40))
