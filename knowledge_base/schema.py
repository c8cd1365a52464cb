"""The shape of every record in the knowledge base.

A record is a YAML file that a maintainer edits by hand. The models below say which fields it may
have; :mod:`knowledge_base.files` reads the files and turns a broken rule into a message with the
file, the line and the fix.
"""

from __future__ import annotations

import datetime
import re
from enum import Enum

from pydantic import BaseModel, Extra, Field, HttpUrl, validator

MAX_SCREEN_WORDS = 120
"""Words in the answer, its steps and its warnings together: what a person sees before 'More'."""

MAX_TITLE_CHARACTERS = 70
"""A title is also the text of a button on a phone."""

_ID = re.compile(r"[a-z][a-z0-9_]{2,47}")
_FACT = re.compile(r"(DR|GPS|OT)-\d{3}")


class Record(BaseModel):
    """What all records share: unknown fields are mistakes, and a loaded record does not change."""

    class Config:
        extra = Extra.forbid
        frozen = True
        anystr_strip_whitespace = True
        min_anystr_length = 1


class Topic(Record):
    """A subject that answers are filed under."""

    id: str
    group: str
    title: str
    covers: str


class Source(Record):
    """A public page that an answer rests on."""

    title: str
    url: HttpUrl
    date: str
    """The page's own date in its own words, or 'undated'."""
    seen: datetime.date
    """When somebody last read it."""


class Nation(str, Enum):
    """Where the law or the service can differ from England's."""

    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"
    WALES = "wales"


class Review(Record):
    """Who, legally qualified, has checked an answer, and when."""

    by: str
    on: datetime.date


class Answer(Record):
    """One answer to one question."""

    id: str
    topic: str
    title: str = Field(max_length=MAX_TITLE_CHARACTERS)
    emergency: bool = False
    answer: str
    steps: list[str] = []
    warnings: list[str] = []
    more: str | None = None
    nations: dict[Nation, str] = {}
    uncertain: str | None = None
    facts: list[str] = Field(..., min_items=1)
    sources: list[Source] = Field(..., min_items=1)
    review: Review | str
    review_due: datetime.date
    review_notes: str | None = None
    next: list[str] = Field([], max_items=4)
    organisations: list[str] = []

    @validator("id")
    def _id_is_an_intent_name(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError("use small letters, digits and '_' only, for example gps_charging")
        return value

    @validator("title")
    def _title_is_a_question(cls, value: str) -> str:
        if not value.endswith("?"):
            raise ValueError("write the title as a question that ends with '?'")
        return value

    @validator("facts", each_item=True)
    def _fact_id(cls, value: str) -> str:
        if not _FACT.fullmatch(value):
            raise ValueError("a fact id looks like GPS-069, DR-012 or OT-411")
        return value

    @validator("review")
    def _review_is_a_person_or_nothing(cls, value: Review | str) -> Review | str:
        if isinstance(value, str) and value != "unreviewed":
            raise ValueError("write 'unreviewed', or who reviewed it: {by: name, on: date}")
        return value

    @validator("warnings", always=True)
    def _fits_a_screen(cls, value: list[str], values: dict[str, object]) -> list[str]:
        texts: list[str] = [str(values.get("answer", "")), *value]
        steps = values.get("steps", ())
        texts += list(steps) if isinstance(steps, list) else []
        words = sum(len(text.split()) for text in texts)
        if words > MAX_SCREEN_WORDS:
            raise ValueError(
                f"answer, steps and warnings have {words} words together, the limit is "
                f"{MAX_SCREEN_WORDS}: move detail to 'more'"
            )
        return value

    @property
    def reviewed(self) -> bool:
        """Whether a named person has checked this answer."""
        return isinstance(self.review, Review)


class Need(str, Enum):
    """What a person may need help with: how organisations are found."""

    IMMIGRATION_ADVICE = "immigration_advice"
    FIND_SOLICITOR = "find_solicitor"
    DETENTION = "detention"
    TAG = "tag"
    ASYLUM_SUPPORT = "asylum_support"
    HOUSING = "housing"
    MONEY = "money"
    WORK = "work"
    HEALTH = "health"
    MENTAL_HEALTH = "mental_health"
    VIOLENCE = "violence"
    TRAFFICKING = "trafficking"
    CHILDREN = "children"
    WOMEN = "women"
    EU_CITIZENS = "eu_citizens"
    EVISA = "evisa"
    DISCRIMINATION = "discrimination"
    POLICE_COMPLAINT = "police_complaint"
    COMPLAINT = "complaint"
    DATA_RIGHTS = "data_rights"
    DIGITAL_RIGHTS = "digital_rights"
    EMERGENCY = "emergency"


class UkNation(str, Enum):
    """A nation an organisation works in."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


class PhoneCheck(Record):
    """Where and when a phone number was read."""

    url: HttpUrl
    seen: datetime.date


class Organisation(Record):
    """Somebody who may help."""

    id: str
    name: str
    does: str
    for_: str = Field(..., alias="for")
    area: str
    languages: str
    url: HttpUrl
    needs: list[Need] = Field(..., min_items=1)
    nations: list[UkNation] = []
    """Where it works; empty for the whole UK."""
    places: list[str] = []
    """Towns it works in, when it works only or mainly there."""
    phone: str | None = None
    phone_checked: PhoneCheck | None = None
    hours: str | None = None
    facts: list[str] = []

    @validator("phone_checked", always=True)
    def _phone_was_checked(
        cls, value: PhoneCheck | None, values: dict[str, object]
    ) -> PhoneCheck | None:
        if values.get("phone") and value is None:
            raise ValueError(
                "a phone number needs phone_checked: {url: …, seen: …}, or leave it out"
            )
        return value
