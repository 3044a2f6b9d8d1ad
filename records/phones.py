"""Phone numbers: read any common way of writing one, keep one form."""

import phonenumbers


def parse_phone(text: str) -> str | None:
    """Return the number as E.164 ("+18045550123"), or None when `text` is not a dialable number.

    Numbers without a country code are read as United States numbers.
    """
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
