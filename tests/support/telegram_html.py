"""Telegram's HTML, as strict as Telegram."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

ENTITIES = {"amp": "&", "gt": ">", "lt": "<", "quot": '"'}
TAGS = frozenset({"a", "b", "i", "u", "s", "code", "pre", "blockquote"})


class BadHtml(ValueError):
    """What Telegram says of HTML that it cannot parse."""


class _Html(HTMLParser):
    """Telegram's HTML: few tags, all of them closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise BadHtml(f'can\'t parse entities: unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise BadHtml(f'can\'t parse entities: unexpected end tag "{tag}"')

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            raise BadHtml(f'can\'t parse entities: unsupported entity "{name}"')
        self.text += ENTITIES[name]

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise BadHtml("can't parse entities: unescaped '<'")
        self.text += data


def html_as_text(html: str) -> str:
    """How Telegram shows HTML; refuses what Telegram refuses."""
    parser = _Html()
    parser.feed(html)
    parser.close()
    if parser.open:
        raise BadHtml("can't parse entities: missing end tag")
    return parser.text
