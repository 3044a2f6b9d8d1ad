"""The form of a National Provider Identifier: the one check of it, for clearances, partners and us."""


def npi_fits(npi: str) -> bool:
    """Tell whether `npi` is ten digits with the right check digit (Luhn over 80840 and the number).

    Proves form only, never identity; 1234567893 fits.
    """
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    doubled = {str(d): sum(divmod(2 * d, 10)) for d in range(10)}
    digits = ("80840" + npi)[::-1]
    return sum(doubled[d] if i % 2 else int(d) for i, d in enumerate(digits)) % 10 == 0
