"""How much one address may ask, and who is believed about addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from serving import Serving, serving
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from visitor import burst, visitor

from bot.channels.web_safety import BURST, AddressLimit, BelievedProxies
from bot.limits import RateLimit
from bot.memory import ChatKeys

PROXY = "127.0.0.81"
FLOOD = BURST + 20


@pytest.fixture(scope="module")
def behind_proxy(trained: None) -> Iterator[Serving]:
    """The program as it runs with a web server in front of it."""
    with serving({"TRUSTED_PROXIES": PROXY}) as running:
        yield running


def test_a_flood_of_one_address_is_refused_and_others_are_answered(server: Serving) -> None:
    """Threat: somebody keeps the assistant busy until nobody else gets an answer."""
    statuses = burst(server, "127.0.0.77", FLOOD)
    assert set(statuses[:BURST]) == {400}
    assert 429 in statuses
    with visitor(server, "127.0.0.77") as flooder, visitor(server, "127.0.0.78") as other:
        refused = flooder.post("/api/chat", json={"chat": "c", "ask": "hello"})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert "call 999" in refused.json()["error"]
        assert flooder.get("/health").status_code == 200
        assert flooder.get("/widget/widget.js").status_code == 200
        answered = other.post("/api/chat", json={"chat": "c", "ask": "hello"})
        assert answered.status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 400), ("", 400)]
)
def test_only_its_own_page_may_ask(server: Serving, site: str, status: int) -> None:
    """Threat: another page uses up what its visitors may ask."""
    with visitor(server, "127.0.0.82") as somebody:
        somebody.headers.update({"sec-fetch-site": site} if site else {})
        replies = [somebody.post("/api/chat", content=b"{}") for _ in range(BURST // 3)]
    assert {reply.status_code for reply in replies} == {status}
    assert "error" in replies[0].json()


def test_a_visitor_cannot_say_that_they_are_somebody_else(server: Serving) -> None:
    """Threat: a new made-up address with each request, so that no limit holds."""
    assert 429 in burst(server, "127.0.0.79", FLOOD, seen_as="198.51.100.{}")


def test_a_named_proxy_is_believed(behind_proxy: Serving) -> None:
    """Threat: behind a web server all people are one address, and lock each other out."""
    assert set(burst(behind_proxy, PROXY, FLOOD, seen_as="198.51.100.{}")) == {400}
    assert 429 in burst(behind_proxy, PROXY, FLOOD, seen_as="203.0.113.1")


def test_of_a_named_proxy_only_what_it_added_is_believed(behind_proxy: Serving) -> None:
    """Threat: as above, with the made-up address sent to the proxy, which adds the true one."""
    assert 429 in burst(behind_proxy, PROXY, FLOOD, seen_as="198.51.100.{}, 203.0.113.2")


def test_another_address_than_the_proxys_is_not_believed(behind_proxy: Serving) -> None:
    """Threat: as above, past the proxy."""
    assert 429 in burst(behind_proxy, "127.0.0.82", FLOOD, seen_as="198.51.100.{}")


def request_from(host: str) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1)})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.1", "203.0.113.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("no address", "", False),
    ],
)
def test_a_network_of_ipv6_counts_as_one(
    loop: asyncio.AbstractEventLoop, one: str, other: str, same: bool
) -> None:
    """Threat: one household has 2**64 addresses of IPv6."""

    async def both() -> bool:
        addresses = AddressLimit(ChatKeys(), RateLimit(burst=1, per_second=0.001))
        assert addresses.allow(request_from(one))
        return addresses.allow(request_from(other))

    assert loop.run_until_complete(both()) != same


def test_an_address_is_kept_only_as_a_key_and_not_for_long(
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Threat: whoever seizes the machine reads who has asked."""
    limit = RateLimit(burst=1, per_second=100)

    async def ask() -> None:
        addresses = AddressLimit(ChatKeys(), limit, forget_after=0.02)
        addresses.allow(request_from("203.0.113.1"))
        assert [len(key) for key in limit._buckets] == [64]
        await asyncio.sleep(0.1)
        assert len(limit) == 0

    loop.run_until_complete(ask())


def test_no_address_that_a_proxy_names_is_remembered(loop: asyncio.AbstractEventLoop) -> None:
    """Threat: as above; uvicorn itself would remember 4,096 of them in clear."""
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])

    async def ask() -> None:
        headers = [(b"x-forwarded-for", b"203.0.113.1")]
        scope = {"type": "http", "headers": headers, "client": (PROXY, 1)}
        await proxies(scope, None, None)  # type: ignore[arg-type]

    proxies = BelievedProxies(app, trusted_hosts=[PROXY])
    loop.run_until_complete(ask())
    assert seen == ["203.0.113.1"]
    assert proxies.trusted_hosts._trusts.cache_info().currsize == 0
