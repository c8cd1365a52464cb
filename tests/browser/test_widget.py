"""The widget as a caseworker uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect
from serving import Serving
from widget import ask

from bot import canned

QUESTION = "what is a subject access request"


def test_a_typed_question_is_answered_with_sources(page: Page) -> None:
    ask(page, QUESTION)
    answer = page.get_by_role("article")
    expect(answer.get_by_role("heading", name=canned.SOURCES)).to_be_visible()
    expect(answer.get_by_role("link").first).to_have_attribute("href", re.compile("^https://"))
    expect(answer.get_by_text(canned.UNREVIEWED)).to_be_visible()


def test_enter_sends_and_the_box_is_ready_for_the_next(page: Page) -> None:
    box = page.get_by_label("Your question")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_role("article")).to_be_visible()
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_a_next_question_is_one_click(page: Page) -> None:
    ask(page, QUESTION)
    button = page.get_by_role("article").locator(".choices button").first
    title = button.inner_text()
    button.click()
    expect(page.get_by_role("article").nth(1).get_by_role("heading", level=2)).to_have_text(title)


def test_what_a_person_writes_is_shown_as_text_not_run(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> what is a subject access request")
    expect(page.locator(".mine")).to_contain_text("<img src=x")
    expect(page.locator("#log img")).to_have_count(0)


def test_right_to_left_writing_is_shown_from_the_right(page: Page) -> None:
    ask(page, "چطور پرونده خود را بگیرم")
    bubble = page.locator(".mine")
    assert bubble.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_the_conversation_is_announced_and_labelled(page: Page) -> None:
    expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()


def test_a_lost_connection_is_said_kindly(page: Page) -> None:
    page.route("**/api/chat", lambda route: route.fulfill(status=200, body="not JSON"))
    ask(page, QUESTION)
    expect(page.get_by_text("I cannot be reached now")).to_be_visible()


def test_a_reload_is_empty_and_nothing_is_left_in_the_browser(page: Page) -> None:
    """Threat: somebody looks at the same computer later."""
    ask(page, QUESTION)
    expect(page.get_by_role("article")).to_be_visible()
    page.reload()
    page.get_by_text("I keep no record").wait_for()
    expect(page.get_by_role("article")).to_have_count(0)
    left = page.evaluate(
        "async () => [document.cookie, localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length,"
        " location.search, location.hash]"
    )
    assert left == ["", 0, 0, 0, 0, 0, "", ""]


def test_only_this_server_is_ever_asked(browser: Browser, server: Serving) -> None:
    """Threat: a third party learns who reads about GPS tags."""
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(server.url)
    ask(opened, QUESTION)
    expect(opened.get_by_role("article")).to_be_visible()
    context.close()
    assert asked
    assert all(url.startswith(server.url) for url in asked)
    assert all("subject" not in url for url in asked)


def test_a_person_is_told_of_personal_details_that_were_taken_out(page: Page) -> None:
    ask(page, f"{QUESTION}, write to somebody@example.org")
    notice = page.locator(".card.notice")
    expect(notice).to_contain_text("e-mail address")
    expect(notice).to_have_attribute("lang", "en")


def test_a_narrow_phone_needs_no_sideways_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    ask(page, QUESTION)
    expect(page.get_by_role("article")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
