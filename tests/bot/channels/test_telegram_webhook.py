"""Updates that Telegram sends by itself: the running program behind a public address."""

from __future__ import annotations

import ast
import asyncio
import http.client
import inspect
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from channel_alone import channel_alone
from fake_bot_api import FakeBotApi, fake_bot_api
from hypothesis import HealthCheck, given, settings
from odd_updates import TYPES, mangled, whole_update
from serving import Serving, serving

from bot.assistant import Assistant
from bot.channels import telegram_webhook
from bot.channels.telegram import BadWebhook
from bot.channels.telegram_queue import MAX_IN_HAND
from bot.channels.telegram_webhook import MAX_BODY_BYTES, SECRET_HEADER
from bot.memory import ChatKeys
from bot.server import _telegram_channel

TOKEN = "123456:" + "w" * 35
URL = "https://bot.example.org/telegram"


@dataclass
class Webhook:
    """The program's route, as Telegram sees it."""

    server: Serving
    api: FakeBotApi
    _chats: Iterator[int] = field(default_factory=lambda: itertools.count(5_000))

    @property
    def secret(self) -> str:
        return str(self.api.webhook["secret_token"])

    def post(self, body: bytes, secret: str | None, method: str = "POST") -> tuple[int, bytes]:
        """Status and content of the program's answer; no secret is sent for None."""
        connection = http.client.HTTPConnection(self.server.url.removeprefix("http://"), timeout=30)
        headers = {} if secret is None else {SECRET_HEADER: secret}
        try:
            connection.request(method, "/telegram", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def send(self, update: Any, secret: str | None = None) -> int:
        """The status for an update that Telegram itself sends."""
        return self.post(json.dumps(update).encode(), secret or self.secret)[0]

    def message(self, text: str = "/help", **more: Any) -> tuple[int, dict[str, Any]]:
        """Somebody new, and an update with their message."""
        chat_id = next(self._chats)
        content = self.api.user(chat_id).message(text=text, **more)
        return chat_id, {"update_id": self.api.new_update_id(), **content}

    def assert_it_answers(self) -> None:
        """Somebody new is answered, and only they."""
        before = len(self.api.sent)
        chat_id, update = self.message()
        assert self.send(update) == 200
        self.api.wait_for(chat_id, 1)
        assert [message.chat_id for message in self.api.sent[before:]] == [chat_id]


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with fake_bot_api(TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def webhook(trained: None, api: FakeBotApi) -> Iterator[Webhook]:
    environment = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
    with serving({**environment, "TELEGRAM_WEBHOOK_URL": URL}) as running:
        running.wait_for("telegram_on")
        yield Webhook(running, api)


def test_telegram_is_told_the_address_and_a_secret(webhook: Webhook) -> None:
    """Threat: updates are lost, or more of them come than are used."""
    asked = webhook.api.webhook
    assert asked["url"] == URL
    assert asked["allowed_updates"] == ["message", "callback_query"]
    assert asked["drop_pending_updates"] is False
    assert len(asked["secret_token"]) >= 43
    assert "getUpdates" not in webhook.api.calls


def test_a_message_is_answered(webhook: Webhook) -> None:
    webhook.assert_it_answers()


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "x",
        "{first half}",
        "{secret}x",
        "{SECRET}",
        "{secret}{secret}",
        "\xff",
        "a" * 9_000,
    ],
)
def test_whoever_does_not_know_the_secret_gets_nothing(webhook: Webhook, given: str | None) -> None:
    """Threat: somebody else than Telegram puts messages into chats, or finds the bot's address."""
    secret = webhook.secret
    if given is not None:
        given = given.replace("{first half}", secret[:20]).replace("{secret}", secret)
        given = given.replace("{SECRET}", secret.swapcase())
    chat_id, update = webhook.message()
    assert webhook.post(json.dumps(update).encode(), given) == (404, b"")
    webhook.assert_it_answers()
    assert chat_id not in {message.chat_id for message in webhook.api.sent}


def test_the_secret_is_compared_in_constant_time_and_nowhere_else() -> None:
    """Threat: the time that a comparison takes tells the secret letter by letter."""
    tree = ast.parse(inspect.getsource(telegram_webhook))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (compared,) = [node for node in called if ast.unparse(node.func) == "hmac.compare_digest"]
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "secret"]
    assert used == [n for n in ast.walk(compared) if isinstance(n, ast.Name) and n.id == "secret"]
    equal = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
    comparisons = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [node for node in comparisons if isinstance(node.ops[0], equal)]


def test_each_start_has_a_secret_of_its_own() -> None:
    """Threat: a secret that once leaked opens the door for ever."""
    api = FakeBotApi(TOKEN)
    assert channel_alone(api, URL)._secret != channel_alone(api, URL)._secret


def test_an_update_that_telegram_repeats_is_answered_once(webhook: Webhook) -> None:
    chat_id, update = webhook.message()
    assert [webhook.send(update) for _ in range(5)] == [200] * 5
    webhook.assert_it_answers()
    assert len(webhook.api.wait_for(chat_id, 1)) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 100_000, b"9" * 5_000],
    ids=["nothing", "cut", "null", "list", "number", "text", "bytes", "deep", "endless number"],
)
def test_a_broken_body_is_passed_over(webhook: Webhook, body: bytes) -> None:
    """Threat: Telegram sends again and again what nobody can read, and nothing else meanwhile."""
    assert webhook.post(body, webhook.secret) == (200, b"")
    webhook.assert_it_answers()


def test_a_body_over_a_megabyte_is_not_kept(webhook: Webhook) -> None:
    """Threat: one request fills the memory."""
    chat_id, update = webhook.message("x" * MAX_BODY_BYTES)
    assert webhook.send(update) == 200
    # A chat is answered in order: had the first message been kept, its answer would come first.
    content = webhook.api.user(chat_id).message(text="/help")
    assert webhook.send({"update_id": webhook.api.new_update_id(), **content}) == 200
    webhook.api.wait_for(chat_id, 1)
    webhook.assert_it_answers()
    assert len([one for one in webhook.api.sent if one.chat_id == chat_id]) == 1


def test_only_posts_are_taken(webhook: Webhook) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert webhook.post(b"", webhook.secret, method)[0] in (404, 405)


@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"message", "callback_query"}))
def test_no_other_type_of_update_is_answered(webhook: Webhook, kind: str) -> None:
    assert webhook.send(whole_update(kind, webhook.api.new_update_id(), 4_000)) == 200
    webhook.assert_it_answers()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(mangled(chat_id=4_001))
def test_mangled_updates_are_taken_and_forgotten(webhook: Webhook, update: dict[str, Any]) -> None:
    assert webhook.send({**update, "update_id": webhook.api.new_update_id()}) == 200


def test_telegram_keeps_what_there_is_no_room_for(webhook: Webhook) -> None:
    """Threat: a flood is taken as a whole, fills the memory, and is lost with it."""
    flood = [webhook.message() for _ in range(MAX_IN_HAND + 30)]
    webhook.api.slow["sendMessage"] = 3
    try:
        taken = {chat_id: webhook.send(update) for chat_id, update in flood}
    finally:
        webhook.api.slow.clear()
    late = [(chat_id, update) for chat_id, update in flood if taken[chat_id] == 503]
    assert set(taken.values()) == {200, 503}
    webhook.api.wait_for(flood[0][0], 1)
    for chat_id, update in late:
        while webhook.send(update) == 503:
            webhook.api.wait_for(flood[0][0], 1)
        webhook.api.wait_for(chat_id, 1)
    for chat_id, _ in flood:
        assert len(webhook.api.wait_for(chat_id, 1)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example.org/telegram",
        "https://bot.example.org/",
        "bot.example.org/telegram",
        "ftp://x",
        "/telegram",
    ],
)
def test_an_address_that_telegram_cannot_use_is_told(url: str) -> None:
    with pytest.raises(BadWebhook, match=r"must look like https://your\.host/telegram"):
        channel_alone(FakeBotApi(TOKEN), url)


def test_a_bad_address_switches_telegram_off_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "http://bot.example.org/telegram")
    said: list[str] = []
    assert _telegram_channel(cast(Assistant, None), ChatKeys(), said.append) is None
    (line,) = said
    assert "must look like https://your.host/telegram" in line


@pytest.mark.soak
def test_with_a_bad_address_the_widget_goes_on(trained: None, api: FakeBotApi) -> None:
    environment = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
    with serving({**environment, "TELEGRAM_WEBHOOK_URL": "http://bot.example.org"}) as running:
        assert "Telegram is off: TELEGRAM_WEBHOOK_URL must look like https://" in running.output
        connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=30)
        question = {"chat": "a", "ask": "what is a subject access request"}
        connection.request("POST", "/api/chat", json.dumps(question))
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["outcome"]) == (200, "answer")
        connection.close()


def test_without_an_address_the_webhook_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threat: after a move to another machine the bot is silent: Telegram serves only one way."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")

    async def run(api: FakeBotApi) -> None:
        stop = asyncio.Event()
        channel = asyncio.create_task(channel_alone(api).run(stop))
        kept = api.add_update(**api.user(4_002).message(text="written meanwhile"))
        await asyncio.to_thread(api.wait_until_read, kept)
        stop.set()
        await channel

    with fake_bot_api(TOKEN) as other:
        other.webhook = {"url": URL}
        asyncio.run(run(other))
        assert not other.webhook
        assert not other.parameters["deleteWebhook"][0].get("drop_pending_updates")
        assert [message.text for message in other.sent] == ["written meanwhile"]
