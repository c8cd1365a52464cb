"""What a person does in the widget."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

# Built from parts, so that it stands in no file of the project.
WORDS = "quokka" + "zebra"
QUESTION = f"what is a subject access request? {WORDS}"

EXIT = "https://www.bbc.co.uk/weather"


def ask(page: Page, text: str) -> None:
    """Types a question and sends it."""
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def whole_chat(page: Page) -> None:
    """A question, a button under its answer, an emergency, and a question that is not sent."""
    ask(page, QUESTION)
    expect(page.locator(".mine + .card")).to_have_count(1)
    page.locator("#log .choices button").last.click()
    expect(page.locator(".mine + .card")).to_have_count(2)
    ask(page, f"they are breaking my door down right now to deport me {WORDS}")
    expect(page.locator(".emergency")).to_be_visible()
    page.get_by_label("Your question").press_sequentially(WORDS)


def stay(page: Page) -> list[dict[str, str]]:
    """Answers the page that the quick exit leads to with 'nothing new', so that ours stays.

    Returns:
        The headers of each request for it, as they come.
    """
    asked: list[dict[str, str]] = []

    def no_content(route: Route) -> None:
        asked.append(route.request.all_headers())
        route.fulfill(status=204)

    page.route(EXIT, no_content)
    return asked
