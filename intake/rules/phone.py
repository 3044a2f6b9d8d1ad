"""Reading a phone number in any common way of writing one, with its extension."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult


@dataclass(frozen=True)
class Phone:
    """A dialable number: E.164 ("+18045550123") and the digits of an extension, if there is one."""

    number: str
    extension: str = ""


def read_phone(text: str) -> Phone | None:
    """Return the number, or None when nobody could dial it. Without a country code it is a US number.

    A number without its area code is not dialable for us, so it is None.
    """
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return None
    return Phone(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), parsed.extension or "")


def show_phone(number: str, extension: str = "") -> str:
    """Return a number the way people here write it: "(804) 555-0123 x4"."""
    parsed = phonenumbers.parse(number, "US")
    style = PhoneNumberFormat.NATIONAL if parsed.country_code == 1 else PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, style)
    return f"{shown} x{extension}" if extension else shown
