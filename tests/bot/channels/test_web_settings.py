"""What may be set for the web side."""

from __future__ import annotations

import os
import subprocess

import pytest
from serving import DRBOT, PROJECT

from bot.channels.web_safety import headers
from bot.channels.web_settings import BadSetting, WebSettings, from_environment


def test_without_settings_nobody_may_embed_and_no_proxy_is_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("EMBED_ORIGINS", raising=False)
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    assert from_environment() == WebSettings()
    assert headers()["content-security-policy"].endswith("; frame-ancestors 'none'")


def test_settings_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_ORIGINS", " https://help.example.org  http://localhost:3000 ")
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.1.0.0/16,::1")
    settings = from_environment()
    assert settings.embed_origins == ("https://help.example.org", "http://localhost:3000")
    assert settings.trusted_proxies == ("127.0.0.1", "10.1.0.0/16", "::1")
    policy = headers(settings.embed_origins)["content-security-policy"]
    assert policy.endswith("; frame-ancestors https://help.example.org http://localhost:3000")


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.org",
        "https://example.org/",
        "https://example.org/help",
        "http://example.org",
        "http://localhost.example.org",
        "https://a.example;script-src",
        "https://user@example.org",
        "https://EXAMPLE.org",
        "https://-.example",
        "https:",
        "example.org",
        "'self'",
        "data:",
    ],
)
def test_only_a_plain_origin_may_embed(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Threat: a slip of the pen opens the widget to every site, or ends the policy early."""
    monkeypatch.setenv("EMBED_ORIGINS", f"https://help.example.org {origin}")
    with pytest.raises(BadSetting, match=r"https://www\.example\.org"):
        from_environment()


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "localhost", "127.0.0.1:80", "10.0"])
def test_only_named_proxies_are_believed(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Threat: every visitor may say who they are, so that no limit holds."""
    monkeypatch.setenv("TRUSTED_PROXIES", proxy)
    with pytest.raises(BadSetting, match=r"127\.0\.0\.1"):
        from_environment()


def test_a_wrong_setting_stops_the_start_with_what_to_write() -> None:
    """Threat: a setting that does not do what was meant, and nobody notices."""
    done = subprocess.run(
        [DRBOT, "serve", "--port", "0"],
        cwd=PROJECT,
        env={**os.environ, "EMBED_ORIGINS": "https://example.org/help"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("drbot: EMBED_ORIGINS names 'https://example.org/help'. Write")
    assert "Traceback" not in done.stderr
