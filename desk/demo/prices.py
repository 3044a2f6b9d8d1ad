"""What care costs a person who pays, in the demo: invented prices."""

from decimal import Decimal

from accounts.models import User
from intake.actions.paying import set_rate
from intake.choices_coverage import PaidLevel, PriceUnit

PRICES = (
    (PaidLevel.INPATIENT, PriceUnit.DAY, "890"),
    (PaidLevel.RESIDENTIAL, PriceUnit.DAY, "480"),
    (PaidLevel.PHP, PriceUnit.DAY, "310"),
    (PaidLevel.IOP, PriceUnit.DAY, "190"),
    (PaidLevel.OUTPATIENT, PriceUnit.VISIT, "120"),
    (PaidLevel.CONTINUING, PriceUnit.WEEK, "45"),
)


def load_prices() -> None:
    """Set one price for each level, as the supervisor would."""
    sam, seen = User.objects.get(email="sam@demo.example"), None
    for level, unit, amount in PRICES:
        seen = set_rate(
            level=level, unit=unit, amount=Decimal(amount), reason="First list", by=sam, seen=seen
        ).pk
