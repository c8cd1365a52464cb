"""What is left in a real Chromium after a whole chat: nothing of what was said.

Threat of all: somebody holds the person's phone, or sits at the same computer later.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from other_site import other_site
from playwright.sync_api import Page, Playwright, Response, Route, expect
from serving import Serving, serving
from widget import EXIT, QUESTION, WORDS, ask, stay, whole_chat

STORED = """async () => [
    document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, (await caches.keys()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
    (await navigator.storage.estimate()).usage,
]"""


@pytest.fixture(scope="module")
def server(trained: None) -> Iterator[Serving]:
    """A program of this module's own, since all Chromiums share one address and its limit."""
    with serving() as running:
        yield running
        assert WORDS not in running.output


def assert_empty(page: Page) -> None:
    """The widget is there, as new."""
    page.get_by_text("I keep no record").wait_for()
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value("")
    assert WORDS not in page.content()


def test_a_whole_chat_stores_nothing(page: Page) -> None:
    """Threat: cookies, storage, a worker or the address tell that and what somebody asked."""
    before = page.evaluate("[location.href, history.length, history.state]")
    whole_chat(page)
    assert page.evaluate(STORED) == ["", 0, 0, 0, 0, 0, 0]
    assert page.context.cookies() == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert page.evaluate("[location.href, history.length, history.state]") == before
    assert page.evaluate("location.search + location.hash") == ""


def test_the_browsers_own_helpers_are_not_asked(page: Page) -> None:
    """Threat: a spelling checker or a text prediction in the cloud reads the question."""
    box = page.get_by_label("Your question")
    expect(box).to_have_attribute("spellcheck", "false")
    expect(box).to_have_attribute("writingsuggestions", "false")
    expect(box).to_have_attribute("autocorrect", "off")


def test_a_whole_chat_is_sent_nowhere_else_and_kept_by_no_cache(
    page: Page, server: Serving
) -> None:
    """Threat: another site learns who asks, or a cache between here and there keeps the answer."""
    replies: list[Response] = []
    page.on("response", lambda reply: replies.append(reply))
    page.reload()
    whole_chat(page)
    assert {reply.url.removeprefix(server.url) for reply in replies} >= {"/", "/api/chat"}
    for reply in replies:
        assert reply.url.startswith(f"{server.url}/")
        assert WORDS not in reply.url
        assert reply.header_value("cache-control") == "no-store"
        assert reply.header_value("referrer-policy") == "no-referrer"
        assert "set-cookie" not in reply.headers
        assert "referer" not in reply.request.all_headers()


def test_a_reload_and_back_and_forward_show_nothing(page: Page) -> None:
    """Threat: one touch brings the chat back."""
    whole_chat(page)
    page.reload()
    assert_empty(page)
    whole_chat(page)
    with other_site() as elsewhere:
        page.goto(elsewhere.origin)
        page.go_back()
        assert_empty(page)
        page.go_forward()
        assert WORDS not in page.content()
        page.go_back()
        assert_empty(page)


def test_a_browser_that_keeps_whole_pages_keeps_an_empty_one(
    playwright: Playwright, chromium: dict[str, Any], server: Serving
) -> None:
    """Threat: as above, in a browser that takes no notice of 'no-store'."""

    def without_no_store(route: Route) -> None:
        reply = route.fetch()
        headers = {k: v for k, v in reply.headers.items() if k != "cache-control"}
        route.fulfill(response=reply, headers=headers)

    browser = playwright.chromium.launch(
        **chromium, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = browser.new_page()
    page.route(f"{server.url}/**", without_no_store)
    page.goto(server.url)
    page.get_by_text("I keep no record").wait_for()
    whole_chat(page)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        "addEventListener('pageshow', (event) =>"
        " console.log(`kept: ${event.persisted}, ${document.body.innerHTML}`))"
    )
    page.unroute_all()
    with other_site() as elsewhere:
        page.goto(elsewhere.origin)
        page.go_back(wait_until="commit")
        assert_empty(page)
    assert said == ["kept: true, "]
    browser.close()


@pytest.mark.parametrize("way", ["button", "keys"])
def test_the_quick_exit_empties_the_page_before_it_leaves(page: Page, way: str) -> None:
    """Threat: somebody comes in while the next page is still loading, or reads the tab's title."""
    asked = stay(page)
    whole_chat(page)
    leave(page, way)
    page.wait_for_function("document.title === 'Weather'")
    assert page.locator("body").inner_html() == ""
    assert WORDS not in page.content()
    assert "igital" not in page.content()
    page.wait_for_timeout(500)
    assert len(asked) == 1
    assert "referer" not in asked[0]


@pytest.mark.parametrize("way", ["button", "keys"])
def test_back_after_the_quick_exit_does_not_lead_to_the_chat(
    page: Page, server: Serving, way: str
) -> None:
    """Threat: somebody presses 'back' to see what was there before."""
    page.route(EXIT, lambda route: route.fulfill(body="Rain", content_type="text/html"))
    with other_site() as before:
        page.goto(before.origin)
        page.goto(server.url)
        whole_chat(page)
        leave(page, way)
        page.wait_for_url(EXIT)
        page.go_back()
        assert page.url == f"{before.origin}/"


def leave(page: Page, way: str) -> None:
    if way == "button":
        page.get_by_role("button", name="Leave this page").click()
    for _ in range(3 if way == "keys" else 0):
        page.keyboard.press("Shift")


def test_a_late_answer_does_not_come_back_into_the_emptied_page(page: Page) -> None:
    """Threat: the answer to the last question arrives while the page is being left."""
    asked = stay(page)
    held: list[Route] = []
    page.route("**/api/chat", lambda route: held.append(route))
    ask(page, QUESTION)
    leave(page, "button")
    page.wait_for_function("document.title === 'Weather'")
    with page.expect_response("**/api/chat"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert page.locator("body").inner_html() == ""
    assert asked


def test_no_file_of_the_browser_holds_what_was_said(
    playwright: Playwright, chromium: dict[str, Any], server: Serving, tmp_path: Path
) -> None:
    """Threat: somebody who takes the phone or the computer searches all files of the browser."""
    context = playwright.chromium.launch_persistent_context(tmp_path, **chromium)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_text("I keep no record").wait_for()
    whole_chat(page)
    # Scrolling makes the browser write its session, to restore the page after a crash: with what
    # is typed into it, unless it is told not to.
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(2_000)
    context.close()
    assert files_with(tmp_path, WORDS) == []
    # That a page was visited the browser writes down, so what is written can be found.
    assert files_with(tmp_path, server.url.removeprefix("http://")) != []


def files_with(folder: Path, text: str) -> list[str]:
    patterns = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return [
        str(file.relative_to(folder))
        for file in files
        if any(pattern in file.read_bytes() for pattern in patterns)
    ]
