"""What a person is told when they sent personal details."""

from __future__ import annotations

from typing import NamedTuple

from bot.notes import notes
from bot.personal.rules import Kind

ENGLISH = "en"

IN_ENGLISH = (
    "I saw what looks like {listed}. I took it out before reading your message and I do not keep "
    "it. Please leave out names and numbers like this: I never need them."
)

NAMES: dict[Kind, str] = {
    "brp": "a residence card number",
    "date_of_birth": "a date of birth",
    "email": "an e-mail address",
    "gwf": "a visa reference (GWF)",
    "home_office": "a Home Office reference",
    "many_numbers": "many numbers",
    "national_insurance": "a National Insurance number",
    "nhs": "an NHS number",
    "passport": "a passport number",
    "phone": "a phone number",
    "port": "a port reference",
    "postcode": "a postcode",
    "share_code": "a share code",
    "tag": "the number of a tag or device",
    "uan": "an application number (UAN)",
}
"""How each kind is called; a test makes sure that all are here."""


class Notice(NamedTuple):
    """What is said, and in which language (ISO 639)."""

    text: str
    language: str


def notice_for(kinds: tuple[Kind, ...], language: str) -> Notice:
    """Says that details were seen and are not kept, and that none is needed.

    Args:
        kinds: what was found.
        language: of the person's message; in English, the notice also says what was found.
    """
    if language in notes():
        return Notice(notes()[language]["details"], language)
    names = [NAMES[kind] for kind in kinds]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return Notice(IN_ENGLISH.format(listed=listed), ENGLISH)
