"""People on the web, each at a loopback address of their own, so that no other test is limited."""

from __future__ import annotations

import httpx
from serving import Serving


def visitor(server: Serving, address: str) -> httpx.Client:
    """Somebody at this address; paths are those of the server."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=server.url, transport=transport, timeout=30)


def burst(server: Serving, address: str, count: int, seen_as: str = "") -> list[int]:
    """The statuses of many requests on one connection, which are counted and cost no turn.

    Args:
        server: whom they are sent to.
        address: where they come from.
        count: how many.
        seen_as: what a proxy says of the address; ``{}`` in it is each one's number.
    """
    with visitor(server, address) as somebody:
        return [
            somebody.post(
                "/api/chat",
                content=b"{}",
                headers={"x-forwarded-for": seen_as.format(number)} if seen_as else {},
            ).status_code
            for number in range(count)
        ]
