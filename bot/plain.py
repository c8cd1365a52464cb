"""A turn as plain text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from bot import canned
from bot.turn import Message, Turn
from knowledge_base.store import AnswerCard, OrganisationCard

WHOLE_UK = "UK"


def as_text(turn: Turn) -> str:
    """Everything a turn shows, as paragraphs of plain text."""
    return "\n\n".join(part for message in turn.messages for part in _parts(message))


def _parts(message: Message) -> Iterator[str]:
    if message["kind"] == "text":
        yield message["text"]
        yield from _bullets([choice["title"] for choice in message["choices"]])
    elif message["kind"] == "note" or message["kind"] == "notice":
        yield message["text"]
    elif message["kind"] == "choices":
        yield canned.CHOOSE
        yield from _bullets([choice["title"] for choice in message["choices"]])
    elif message["kind"] == "more":
        yield from more_parts(message["answer"])
    else:
        yield from _answer_parts(message["answer"])


def _answer_parts(card: AnswerCard) -> Iterator[str]:
    yield card["title"]
    yield card["answer"]
    if card["steps"]:
        yield "\n".join(f"{n}. {step}" for n, step in enumerate(card["steps"], start=1))
    if card["warnings"]:
        yield f"{canned.BE_CAREFUL}: " + " ".join(card["warnings"])
    if card["organisations"]:
        lines = [
            f"- {contact(o['name'], o['phone'])}: {what_for(o)} {o['url']}"
            for o in card["organisations"]
        ]
        yield f"{canned.WHO_CAN_HELP}\n" + "\n".join(lines)
    yield f"{canned.SOURCES}\n" + "\n".join(
        f"- {source['title']} ({source['date']}): {source['url']}" for source in card["sources"]
    )
    yield review_line(card)


def more_parts(card: AnswerCard) -> Iterator[str]:
    """The paragraphs that an answer keeps back for 'more'."""
    found = list(_detail_parts(card))
    yield from found or [canned.NOTHING_MORE]


def _detail_parts(card: AnswerCard) -> Iterator[str]:
    if card["more"]:
        yield from (part.strip() for part in card["more"].split("\n\n") if part.strip())
    for nation, text in card["nations"].items():
        yield f"{canned.NATIONS[nation]}: {text}"
    if card["uncertain"]:
        yield f"{canned.UNCERTAIN}: {card['uncertain']}"


def contact(name: str, phone: str | None) -> str:
    """An organisation's name with its phone number, if one was verified."""
    return f"{name}, {phone}" if phone else name


def what_for(organisation: OrganisationCard) -> str:
    """What an organisation does and, unless it is the whole UK, where."""
    area = organisation["area"]
    return organisation["does"] + ("" if area == WHOLE_UK else f" ({area})")


def review_line(card: AnswerCard) -> str:
    """Whether a lawyer has checked the answer, in words for the reader."""
    if card["reviewed_by"]:
        return canned.REVIEWED.format(by=card["reviewed_by"], on=card["reviewed_on"])
    return canned.UNREVIEWED


def _bullets(lines: list[str]) -> Iterator[str]:
    if lines:
        yield "\n".join(f"- {line}" for line in lines)
