"""Looks at the running program as somebody who holds the machine, and reports what is there."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import NamedTuple

import httpx
import memory_scan
from fake_bot_api import FakeBotApi
from registers import registers
from serving import Serving

from tests.privacy import seizure_places as places
from tests.privacy.seizure_memory import Chats, Copy
from tests.privacy.seizure_people import People, number_forms

SETTING = "TELEGRAM_API_URL"
PUBLIC = "What is a subject access request (SAR)?"

EVERYWHERE, WITHOUT_MEMORY = "everywhere", "everywhere but in memory"


class Line(NamedTuple):
    """One line of the report.

    Attributes:
        row: the id that it has on the page.
        what: what was looked for.
        where: where it was found, or all places that were searched.
        found: whether it was there; None if only root could tell.
    """

    row: str
    what: str
    where: str
    found: bool | None


class Investigator:
    """Whoever holds the machine while the program runs."""

    def __init__(self, people: People, server: Serving, started: float) -> None:
        """Takes who talked, the program, and since when files count as changed."""
        self._people, self._server, self._started = people, server, started
        self._pid, self._port = server.process.pid, int(server.url.rpartition(":")[2])
        self.may_read_memory = places.may_read_memory(self._pid)
        self.lines: list[Line] = []

    def look_at_once(self) -> None:
        """While a message is being answered and a web page is open."""
        people = self._people
        message = "a message that is being answered, and its chat id"
        visitor = "the address of a visitor whose page is open"
        writer = "whether a known chat wrote within the last minute"
        if not self.may_read_memory:
            self._only_root({"in-hand": message, "connections": visitor, "rate-limit": writer})
            return
        held = memory_scan.scan(self._pid, [people.held_word, str(people.chat_of(people.HELD))])
        self._note("in-hand", message, "memory", all(held.values()))
        found = people.browser.address in places.peers(self._pid, self._port)
        self._note("connections", visitor, "connections", found)
        chats = Chats(Copy(self._pid))
        # This person said /forget: what is left is the rate limit's.
        key = chats.key_of("telegram", str(people.chat_of(people.FORGOTTEN)))
        self._note("rate-limit", writer, "memory", key is not None and chats.is_counted(key))

    def look_later(self) -> None:
        """A minute after the last message: at everything, first while the program runs."""
        secrets = self._people.secrets()
        search = places.Search(form for secret in secrets for form in secret.forms)
        token = places.Search([self._people.token])
        if self.may_read_memory:
            self._look_into_process(search)
            self._look_into_chats()
        else:
            self._only_root({"token": "the bot's token", "known-chat": "recent chats"})
        self._look_around()
        self._crash()
        for path in places.changed_files(self._started):
            search.file("changed files", path)
            token.file("changed files", path)
        for one in (search, token):
            one.content("its output", self._server.output.encode())
            places.search_database(one)
            places.search_model(one)
        searched = EVERYWHERE if self.may_read_memory else WITHOUT_MEMORY
        for secret in secrets:
            found = sorted(set().union(*(search.found[form] for form in secret.forms)))
            self._note(secret.row, secret.what, ", ".join(found) or searched, bool(found))
        kept = sorted(token.found[self._people.token])
        self._note("token-kept", "the token", ", ".join(kept) or WITHOUT_MEMORY, bool(kept))

    def use_the_token(self, api: FakeBotApi) -> None:
        """The program is off, somebody writes to the bot, and whoever holds the token reads it."""
        people = self._people
        person = people.person(api, people.HELD)
        api.add_update(**person.message(text=f"are you there {people.held_word}"))
        url = f"{api.url}/bot{people.token}"
        got = str(httpx.post(f"{url}/getUpdates").json())
        chat = people.chat_of(people.HELD)
        sent = httpx.post(f"{url}/sendMessage", data={"chat_id": chat, "text": "hello"})
        reads = people.held_word in got and person.first_name in got
        self._note("undelivered", "a message sent meanwhile, and its sender", "Telegram", reads)
        self._note("bots-name", "a message in the bot's name", "Telegram", sent.is_success)
        again = any(text in got for text in (*people.words, people.phone))
        self._note("delivered-again", "messages that were answered", "Telegram's queue", again)

    def _note(self, row: str, what: str, where: str, found: bool) -> None:
        self.lines.append(Line(row, what, where, found))

    def _only_root(self, rows: dict[str, str]) -> None:
        self.lines += [Line(row, what, "only root can look", None) for row, what in rows.items()]

    def _look_into_process(self, search: places.Search) -> None:
        people = self._people
        updates = number_forms(people.update_number)
        counts = memory_scan.scan(self._pid, [*search.found, people.token, *updates])
        search.add("memory", {text: counts[text] for text in search.found})
        places.search_process(search, self._pid)
        search.content("registers", registers(self._pid))
        search.content("its connections", " ".join(places.peers(self._pid, self._port)).encode())
        environment = Path(f"/proc/{self._pid}/environ").read_bytes().decode()
        both = people.token in environment and counts[people.token] > 0
        self._note("token", "the bot's token", "environment and memory", both)
        self._note("settings", "the settings", "environment", SETTING in environment)
        numbers = any(counts[form] for form in updates)
        self._note("update-numbers", "numbers of Telegram's updates", "memory", numbers)

    def _look_into_chats(self) -> None:
        people, chats = self._people, Chats(Copy(self._pid))
        key = chats.key_of("telegram", str(people.chat_of(people.ANSWERED)))
        slots = chats.slots(key) if key else {}
        last, count = slots.pop("last_answer", ""), chats.remembered()
        self._note("known-chat", "whether a known chat is remembered", "memory", key is not None)
        self._note("chat-count", f"how many chats are remembered ({count})", "memory", count > 0)
        self._note("last-answer", f"which answer it was shown last ({last})", "memory", bool(last))
        self._note("more-of-a-chat", "anything more about that chat", "memory", bool(slots))
        gone = chats.key_of("telegram", str(people.chat_of(people.FORGOTTEN)))
        self._note("forgotten-chats", "a chat that said /forget", "memory", gone is not None)

    def _look_around(self) -> None:
        """What needs no root."""
        process = Path(f"/proc/{self._pid}")
        command = (process / "cmdline").read_bytes().split(b"\0")
        since = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
        running = b"serve" in command and int(since) > 0
        self._note("running", "that the program runs, since when", "list of processes", running)
        faults = re.search(r"timestamp=\S+ event=fault stage=send", self._server.output)
        self._note("faults", "when a message could not be sent", "its output", faults is not None)
        answers = places.Search([PUBLIC])
        places.search_database(answers)
        self._note("public", "the answers", "the database", bool(answers.found[PUBLIC]))
        status = (process / "status").read_text(encoding="utf-8")
        swapped = re.search(r"VmSwap:\s+[1-9]", status) is not None
        self._note("swap", "memory on the swap disk", "the kernel's count", swapped)

    def _crash(self) -> None:
        """The kernel itself tells whether it wrote the memory of a crashed program to a file."""
        self._server.process.send_signal(signal.SIGABRT)
        end = os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        dumped = end is not None and end.si_code == os.CLD_DUMPED
        self._note("core-files", "a core file when it crashes", "the kernel's word", dumped)
