"""What guards the web side: headers on every response, and how much one address may ask."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.limits import RateLimit
from bot.memory import ChatKeys

BURST = 60
PER_SECOND = 2.0
"""A family or an office shares one address, so they are generous."""

RETRY_SECONDS = 5
TOO_MANY = (
    "Too many messages came from your network at once. Please wait a minute, then send it again. "
    "If somebody is in danger, call 999."
)

ANOTHER_SITE = "Only this assistant's own page may ask. Open it and write your question there."


def headers(embed_origins: Sequence[str] = ()) -> dict[str, str]:
    """What every response carries.

    Args:
        embed_origins: the sites that may frame the widget; all others are refused, since they could
            lay something over it and catch what is typed or touched.
    """
    ancestors = " ".join(embed_origins) or "'none'"
    # Framing asks nothing of cross-origin-resource-policy: it is about parts of a page, and those
    # of the framed widget come from its own server.
    return {
        "cache-control": "no-store",
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            f"frame-ancestors {ancestors}"
        ),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def is_from_another_site(request: Request) -> bool:
    """Whether a browser says that the page of another site sends this request.

    Such a page could ask in the name of its visitors, until their address has no questions left.
    """
    return request.headers.get("sec-fetch-site") in ("cross-site", "same-site")


class SafeApp(Starlette):
    """An application whose responses all carry the headers above.

    They are added around everything else: Starlette answers a fault outside of its middleware.
    """

    safe_headers: dict[str, str] = headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(raw=list(Headers(raw=message["headers"]).raw))
                for name, value in self.safe_headers.items():
                    sent[name] = value
                message["headers"] = sent.raw
            await send(message)

        await super().__call__(scope, receive, send_with_headers)


class AddressLimit:
    """How often one address may ask. It is remembered as a key, never in clear, and not for long.

    What :class:`bot.limits.RateLimit` has no more use for is dropped also when nobody asks again.
    """

    def __init__(
        self,
        keys: ChatKeys,
        limit: RateLimit | None = None,
        forget_after: float = BURST / PER_SECOND,
    ) -> None:
        """Sets the limits.

        Args:
            keys: turns addresses into keys.
            limit: how often one address may ask; as above, if none is given.
            forget_after: in how many seconds of silence the limit needs no more memory.
        """
        self._keys = keys
        self._limit = RateLimit(BURST, PER_SECOND) if limit is None else limit
        self._forget_after = forget_after
        self._forgetting: asyncio.TimerHandle | None = None

    def allow(self, request: Request) -> bool:
        """Whether the sender of ``request`` may ask now; counts it if so."""
        if self._forgetting is None:
            self._forget_later()
        host = request.client.host if request.client else ""
        return self._limit.allow(self._keys.key("address", _counted(host)))

    def _forget_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._forgetting = loop.call_later(self._forget_after, self._forget)

    def _forget(self) -> None:
        self._forgetting = None
        self._limit.drop_full()
        if len(self._limit):
            self._forget_later()


def _counted(host: str) -> str:
    """What counts as one address: of IPv6 the network, since one household has all of it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return host


class BelievedProxies(ProxyHeadersMiddleware):
    """Takes a visitor's address from X-Forwarded-For where a trusted proxy has set it."""

    def __init__(self, app: ASGIApp, trusted_hosts: Sequence[str]) -> None:
        """Takes addresses and networks of proxies."""
        # uvicorn's types of an application are narrower than Starlette's.
        super().__init__(app, list(trusted_hosts))  # type: ignore[arg-type]
        # uvicorn would remember the last 4,096 addresses in clear, to look them up faster.
        trusted = self.trusted_hosts
        trusted._trusts = functools.lru_cache(maxsize=0)(trusted._compute_trust)
