"""Real Chromium, as a caseworker's browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from serving import Serving

# A busy machine may take long to answer; a test that fails takes no longer for it.
expect.set_options(timeout=30_000)

FLAGS = [
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright itself.

    No longer than a module: while it runs, it keeps an event loop running in this thread, and no
    other test could run one.
    """
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> dict[str, Any]:
    """How to start Chromium as the system has it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("no Chromium: run scripts/install-test-tools.sh")
    return {"executable_path": path, "args": FLAGS}


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: dict[str, Any]) -> Iterator[Browser]:
    """Chromium."""
    started = playwright.chromium.launch(**chromium)
    yield started
    started.close()


@pytest.fixture
def errors() -> list[str]:
    """What the page complained of; a test that provokes it clears the list."""
    return []


@pytest.fixture
def page(browser: Browser, server: Serving, errors: list[str]) -> Iterator[Page]:
    """The widget, greeted, in a profile of its own; an error fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    opened.goto(server.url)
    opened.get_by_text("I keep no record").wait_for()
    yield opened
    context.close()
    assert errors == []
