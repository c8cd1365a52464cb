"""What the person who runs this may set for the web side, read from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from ipaddress import ip_network

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ORIGIN = re.compile(
    rf"(?:https://{_LABEL}(?:\.{_LABEL})*|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{{1,5}})?"
)


class BadSetting(ValueError):
    """A setting that would not do what was meant; the message says what to write instead."""


@dataclass(frozen=True)
class WebSettings:
    """The settings of the web side.

    Attributes:
        embed_origins: the sites that may show the widget inside their own pages.
        trusted_proxies: addresses and networks of web servers in front of this program, whose
            X-Forwarded-For is believed.
    """

    embed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


def from_environment() -> WebSettings:
    """The settings as they are in ``EMBED_ORIGINS`` and ``TRUSTED_PROXIES``.

    Raises:
        BadSetting: one of them cannot be meant so.
    """
    origins = os.environ.get("EMBED_ORIGINS", "").split()
    proxies = os.environ.get("TRUSTED_PROXIES", "").replace(",", " ").split()
    return WebSettings(
        embed_origins=tuple(map(_origin, origins)),
        trusted_proxies=tuple(map(_proxy, proxies)),
    )


def _origin(given: str) -> str:
    # These go into a header as they are: nothing but a plain origin may pass.
    if not _ORIGIN.fullmatch(given):
        raise BadSetting(
            f"EMBED_ORIGINS names {given!r}. Write the sites that may show the widget as "
            "https://www.example.org, in small letters, with spaces between them and nothing "
            "after the name but a port; http:// only with localhost or 127.0.0.1."
        )
    return given


def _proxy(given: str) -> str:
    try:
        network = ip_network(given)
    except ValueError:
        network = None
    # Whoever trusts everybody lets each visitor choose the address that is counted.
    if network is None or not network.prefixlen:
        raise BadSetting(
            f"TRUSTED_PROXIES names {given!r}. Write the addresses of the web servers in front of "
            "this program, such as 127.0.0.1 or 10.0.0.0/24, with commas between them."
        )
    return given
