"""The quick exit as people find and use it; what it leaves behind is in test_privacy.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import Serving
from widget import EXIT, QUESTION, ask, stay

CONTRAST = """(selector) => {
    const light = (text) => {
        const [r, g, b] = text.match(/[\\d.]+/g).map((part) => part / 255)
            .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const style = getComputedStyle(document.querySelector(selector));
    const paper = style.backgroundColor.endsWith(", 0)")
        ? getComputedStyle(document.getElementById("leaving")).backgroundColor
        : style.backgroundColor;
    const [low, high] = [light(style.color), light(paper)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}"""


@pytest.fixture
def stopped(page: Page) -> Page:
    """The widget with a clock that stands still until it is told to run."""
    page.clock.install()
    page.reload()
    page.get_by_text("I keep no record").wait_for()
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def has_left(page: Page) -> bool:
    return page.title() == "Weather"


@pytest.mark.parametrize("width", [320, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_is_always_in_sight(page: Page, width: int, scheme: str) -> None:
    """Threat: somebody comes in while the person is reading far down."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 640})
    ask(page, QUESTION)
    expect(page.locator(".mine + .card")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    button = page.get_by_role("button", name="Leave this page")
    expect(button).to_be_in_viewport(ratio=1)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 44
    button.click(trial=True)  # nothing lies over it
    for selector in ("#leave", "#leaving p"):
        assert page.evaluate(CONTRAST, selector) >= 4.5


def test_the_last_question_is_not_hidden_under_the_bar(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    ask(page, QUESTION)
    expect(page.locator(".mine + .card")).to_be_visible()
    bar = page.locator("#leaving").bounding_box()
    question = page.locator(".mine").bounding_box()
    assert bar is not None
    assert question is not None
    assert question["y"] >= bar["y"] + bar["height"]


def test_the_button_is_the_first_thing_a_keyboard_reaches(page: Page) -> None:
    """Threat: somebody without a mouse has to go through the whole chat to leave it."""
    asked = stay(page)
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Leave this page")
    expect(button).to_be_focused()
    assert button.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_function("document.title === 'Weather'")
    assert asked


def test_the_page_says_how_to_leave_and_what_stays(page: Page) -> None:
    about = page.get_by_role("complementary", name="Leave quickly")
    expect(about).to_contain_text("press Shift three times")
    expect(about).to_contain_text("Your browser history stays")


@pytest.fixture
def phone(browser: Browser, server: Serving) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True
    )
    opened = context.new_page()
    opened.goto(server.url)
    opened.get_by_text("I keep no record").wait_for()
    yield opened
    context.close()


def test_a_phone_is_left_by_a_touch_and_is_told_of_no_keys(phone: Page) -> None:
    """Threat: as above, on the device that most people have."""
    asked = stay(phone)
    expect(phone.get_by_text("press Shift")).to_be_hidden()
    phone.get_by_role("button", name="Leave this page").tap()
    phone.wait_for_function("document.title === 'Weather'")
    assert asked


def test_the_last_press_is_announced(stopped: Page) -> None:
    told = stopped.locator("#leaving-said")
    expect(told).to_have_role("status")
    press(stopped, "Shift")
    expect(told).to_have_text("")
    press(stopped, "Shift")
    expect(told).to_have_text("Press Shift once more to leave.")
    stopped.clock.fast_forward(5_100)
    expect(told).to_have_text("")


def test_presses_far_apart_do_not_leave(stopped: Page) -> None:
    press(stopped, "Shift", "Shift")
    stopped.clock.fast_forward(5_100)
    press(stopped, "Shift", "Shift")
    assert not has_left(stopped)
    stopped.route(EXIT, lambda route: route.fulfill(status=204))
    press(stopped, "Shift")
    stopped.wait_for_function("document.title === 'Weather'")


def test_capital_letters_do_not_leave(page: Page) -> None:
    """Threat: none, but nobody would use a page that goes away while they write."""
    box = page.get_by_label("Your question")
    box.focus()
    press(page, *(f"Shift+{letter}" for letter in "SAR"), "Shift+ArrowLeft")
    press(page, "Shift", "a", "Shift", "b", "Shift", "c", "Shift+D", "Shift", "Shift", "e")
    assert not has_left(page)
    expect(box).to_have_value("SAabcDe")


def test_the_quick_exit_works_when_the_chat_does_not(page: Page, errors: list[str]) -> None:
    """Threat: a fault in the chat's script takes the way out with it."""
    page.route("**/widget.js", lambda route: route.abort())
    asked = stay(page)
    page.reload()
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_function("document.title === 'Weather'")
    assert asked
    errors.clear()
