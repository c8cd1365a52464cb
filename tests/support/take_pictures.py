"""Takes the pictures in ``docs/pictures`` of the running program.

Usage: ``PYTHONPATH=tests/support .venv/bin/python tests/support/take_pictures.py``.
"""

from __future__ import annotations

import shutil

from playwright.sync_api import Page, sync_playwright
from serving import PROJECT, serving

PICTURES = PROJECT / "docs" / "pictures"
QUESTION = "my tag battery is dead what do i do"


def main() -> None:
    """Writes a desktop and a phone picture, light and dark."""
    path = shutil.which("chromium")
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, width, height, scheme in (
            ("widget", 860, 1000, "light"),
            ("widget-phone-dark", 390, 844, "dark"),
        ):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(server.url)
            _ask(page)
            if scheme == "light":
                # What stays in sight while the page is scrolled would be drawn over its middle.
                page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=PICTURES / f"{name}.png", full_page=scheme == "light")
        browser.close()


def _ask(page: Page) -> None:
    page.get_by_text("I keep no record").wait_for()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("article").wait_for()
    page.wait_for_timeout(300)


if __name__ == "__main__":
    main()
