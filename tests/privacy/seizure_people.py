"""The people of the drill, and what they say: each thing can be told from all others in the world.

All of it is drawn anew each time, so that nothing is found that an earlier run or a file of the
project left behind.
"""

from __future__ import annotations

import http.client
import itertools
import json
import secrets
import time
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from fake_bot_api import FakeBotApi
from fake_person import User
from serving import Serving

LATIN = "bcdfghjklmnpqrstvwxz"
ARABIC = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
ETHIOPIC = "ሀለመረሰሸቀበተነአከወዘየደገጠፈ"

HELD_SECONDS = 12.0
"""How long Telegram takes to pass an answer on, so that there is time to look meanwhile."""


class Secret(NamedTuple):
    """Something that must not be found.

    Attributes:
        row: its id on the page of what could be handed over, in the table of what is not there.
        what: what it is.
        forms: the texts to look for.
    """

    row: str
    what: str
    forms: tuple[str, ...]


class Browser:
    """A browser of one person, from an address of its own."""

    def __init__(self) -> None:
        """Draws the address 127.a.b.c and the port so that in memory they read as letters."""
        self.letters, port = _some("abcdefghijklmnopqrstuvwxyz", 3), _some(LATIN, 2)
        self.address = ".".join(["127", *(str(ord(letter)) for letter in self.letters)])
        # As the operating system gives an address to a program: family, port, address.
        self.as_in_memory = f"\x02\0{port}\x7f{self.letters}"
        self.agent = f"drill-{_some(LATIN, 12)}/1.0"
        self.chat = secrets.token_hex(16)
        self._source = (self.address, int.from_bytes(port.encode(), "big"))
        self._connection: http.client.HTTPConnection | None = None

    def visits(self, server: Serving, question: str) -> None:
        """Opens the page, asks, presses a button, and leaves the page open."""
        address = urlsplit(server.url)
        self._connection = http.client.HTTPConnection(
            str(address.hostname), address.port, source_address=self._source, timeout=60
        )
        self._asks("GET", "/")
        self._asks("POST", "/api/chat", {"chat": self.chat, "ask": question})
        self._asks("POST", "/api/chat", {"chat": self.chat, "choose": "sar_what_is"})

    def leaves(self) -> None:
        """Closes the page."""
        if self._connection:
            self._connection.close()

    def _asks(self, method: str, path: str, content: dict[str, str] | None = None) -> None:
        if self._connection is None:
            raise RuntimeError("the browser has no page open")
        headers = {"user-agent": self.agent, "content-type": "application/json"}
        self._connection.request(method, path, json.dumps(content) if content else None, headers)
        with self._connection.getresponse() as response:
            if response.status != http.HTTPStatus.OK:
                raise RuntimeError(f"the widget's server answered {response.status}")
            response.read()


class People:
    """Four people on Telegram and one on the web."""

    ANSWERED, WITH_DETAILS, FORGOTTEN, HELD = range(4)
    """Who got an answer, sent personal details, said /forget, and is being answered."""

    def __init__(self) -> None:
        """Draws everything."""
        self.words = [_some(LATIN, 12), _some(ARABIC, 10), _some(ETHIOPIC, 10)]
        self.held_word, self.name = _some(LATIN, 12), _some(LATIN, 10)
        # In Python's memory a number is pieces of 30 bits, which here can be read as letters.
        some = (6 << 30) + 0x40000 + secrets.randbelow(0x40000)
        self.first_chat = some - some % 10
        self.phone = f"07700.900.{secrets.randbelow(800) + 200}"
        self.reference = f"M{secrets.randbelow(9_000_000) + 1_000_000}"
        self.token = f"{secrets.randbelow(9 * 10**8) + 10**8}:{_some(LATIN.upper() + LATIN, 35)}"
        self.browser = Browser()
        self.message_number = self.update_number = 0

    def talk(self, server: Serving, api: FakeBotApi) -> None:
        """Everybody says what they have to say, and gets an answer; the web page stays open."""
        # As high as Telegram's own numbers, and like chats' ids readable as letters.
        vars(api)["_ids"] = itertools.count((1 << 30) + 0x40000 + secrets.randbelow(0x40000))
        amal, tekle, gift = (self.person(api, who) for who in range(self.HELD))
        amal.sends(f"كيف أحصل على نسخة من بياناتي {self.words[1]}")
        amal.sends(f"what is a subject access request {self.words[0]}")
        amal.sends("/privacy")
        api.fail_next["sendMessage"] = [http.HTTPStatus.BAD_GATEWAY]
        tekle.sends(f"{self.words[2]} ቁጽረይ {self.phone} Home Office {self.reference}")
        gift.sends("/privacy")
        message = gift.message(text=f"hello {self.words[0]}")
        self.message_number = message["message"]["message_id"]
        self.update_number = api.add_update(**message)
        api.wait_for(self.chat_of(self.FORGOTTEN), 2)
        gift.sends("/forget")
        self.browser.visits(server, f"how do i get my file {self.words[0]}")

    def ask_and_wait(self, api: FakeBotApi) -> None:
        """The fourth person asks; returns while the answer is under way."""
        before = api.calls.count("sendMessage")
        api.slow["sendMessage"] = HELD_SECONDS
        api.add_update(**self.person(api, self.HELD).message(text=f"what is sar {self.held_word}"))
        while api.calls.count("sendMessage") == before:
            time.sleep(0.01)

    def get_the_answer(self, api: FakeBotApi) -> None:
        """Telegram passes it on, and the web page is closed."""
        api.slow.clear()
        api.wait_for(self.chat_of(self.HELD), 1)
        self.browser.leaves()

    def chat_of(self, who: int) -> int:
        """A person's chat id."""
        return self.first_chat + who

    def person(self, api: FakeBotApi, who: int) -> User:
        """One of them on Telegram."""
        return api.user(self.chat_of(who), self.name.capitalize(), f"{self.name}_{who}")

    def secrets(self) -> list[Secret]:
        """Everything that must not be found once the minute is over."""
        # The chats' ids differ in their last digit only.
        chats = [str(self.first_chat)[:-1]]
        chats += [_as_letters(self.chat_of(who)) for who in range(self.HELD + 1)]
        page = self.browser
        return [
            Secret(
                "words",
                "words of questions, in three scripts",
                _written(*self.words, self.held_word),
            ),
            Secret("details", "a phone number, a reference", (self.phone[1:], self.reference)),
            Secret("names", "names and usernames", (self.name, self.name.capitalize())),
            Secret("chat-ids", "Telegram chat ids", tuple(chats)),
            Secret(
                "message-numbers", "numbers of Telegram messages", number_forms(self.message_number)
            ),
            Secret("addresses", "a visitor's address", (page.address, page.as_in_memory)),
            Secret("browsers", "a visitor's browser", (page.agent,)),
            Secret("page-numbers", "the number of a web page's chat", (page.chat,)),
        ]


def number_forms(number: int) -> tuple[str, ...]:
    """A number of Telegram's as a text, and as Python keeps it."""
    return str(number), _as_letters(number)


def _some(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _as_letters(number: int) -> str:
    """Two letters that in UTF-32 are the same bytes as a number in Python's memory."""
    return chr(number & 0x3FFFFFFF) + chr(number >> 30)


def _written(*words: str) -> tuple[str, ...]:
    """Words as they are, and as JSON and addresses write them."""
    forms = [form for word in words for form in (word, json.dumps(word)[1:-1], quote(word))]
    return tuple(dict.fromkeys(forms))
