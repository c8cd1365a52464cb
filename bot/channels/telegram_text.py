"""A turn as Telegram messages: HTML that is safe to send, and buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from bot import canned
from bot.plain import contact, more_parts, review_line, what_for
from bot.turn import Message, Turn
from knowledge_base.store import AnswerCard, Choice

MAX_CHARACTERS = 4096
"""Telegram's own limit for one message."""

SHOW, MORE = "show", "more"


class Button(NamedTuple):
    """A button's text, and what Telegram sends back when it is pressed: a code, never words."""

    text: str
    data: str


class Screen(NamedTuple):
    """One Telegram message: HTML below :data:`MAX_CHARACTERS`, and the buttons under it."""

    html: str
    buttons: tuple[Button, ...]


def as_screens(turn: Turn) -> list[Screen]:
    """What to send for a turn, in order."""
    return [screen for message in turn.messages for screen in _screens(message)]


def _screens(message: Message) -> Iterator[Screen]:
    if message["kind"] == "text":
        yield from _packed([escape(message["text"])], _choices(message["choices"]))
    elif message["kind"] == "note" or message["kind"] == "notice":
        # A message of its own: two directions of writing in one bubble are hard to read.
        yield Screen(escape(message["text"]), ())
    elif message["kind"] == "choices":
        yield from _packed([escape(canned.CHOOSE)], _choices(message["choices"]))
    elif message["kind"] == "more":
        card = message["answer"]
        yield from _packed([escape(part) for part in more_parts(card)], _choices(card["next"]))
    else:
        card = message["answer"]
        more = [Button(canned.MORE, f"{MORE}:{card['id']}")] if _has_more(card) else []
        yield from _packed(_answer(card), [*more, *_choices(card["next"])])


def _answer(card: AnswerCard) -> Iterator[str]:
    yield f"<b>{escape(card['title'])}</b>"
    yield escape(card["answer"])
    if card["steps"]:
        yield "\n".join(f"{n}. {escape(step)}" for n, step in enumerate(card["steps"], start=1))
    if card["warnings"]:
        yield f"<b>{canned.BE_CAREFUL}:</b> " + " ".join(escape(text) for text in card["warnings"])
    if card["organisations"]:
        yield f"<b>{canned.WHO_CAN_HELP}</b>\n" + "\n".join(
            f"{_links([(contact(o['name'], o['phone']), o['url'])])}: {escape(what_for(o))}"
            for o in card["organisations"]
        )
    yield f"<b>{canned.SOURCES}</b>\n" + _links(
        (f"{source['title']} ({source['date']})", source["url"]) for source in card["sources"]
    )
    yield f"<i>{escape(review_line(card))}</i>"


def _links(links: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f'• <a href="{escape(url)}">{escape(text)}</a>' for text, url in links)


def _has_more(card: AnswerCard) -> bool:
    return bool(card["more"] or card["nations"] or card["uncertain"])


def _choices(choices: Iterable[Choice]) -> list[Button]:
    return [Button(choice["title"], f"{SHOW}:{choice['id']}") for choice in choices]


def _packed(paragraphs: Iterable[str], buttons: Sequence[Button]) -> Iterator[Screen]:
    """Fills as few messages as the limit allows; the last one carries the buttons."""
    html = ""
    for paragraph in paragraphs:
        if html and len(html) + 2 + len(paragraph) > MAX_CHARACTERS:
            yield Screen(html, ())
            html = paragraph
        else:
            html = f"{html}\n\n{paragraph}" if html else paragraph
    yield Screen(html, tuple(buttons))
