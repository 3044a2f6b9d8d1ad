"""The check digit of a National Provider Identifier: proves form, never identity."""


def npi_is_well_formed(npi: str) -> bool:
    """Tell whether `npi` is ten digits whose Luhn sum over 80840 + npi fits (1234567893 does)."""
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit():
        return False
    total = 0
    for position, digit in enumerate(reversed("80840" + npi)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
