"""What the API's description allows and forbids, sent to the running program by the hundred.

Threat: something nobody thought of makes the program fail, stop, or write what it was sent.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from schemathesis import Case, Response
from serving import PROJECT, Serving, serving

schema = schemathesis.openapi.from_path(PROJECT / "docs/api/openapi.yml")
chat = schema["/api/chat"]["POST"]

A_LINE_OF_CODES = re.compile(r"timestamp=\S+ event=library package=uvicorn level=30")
"""All that may be written, for a request that is not HTTP."""

EVERY_KIND = (
    ("ask", "what is a subject access request"),
    ("ask", "hello"),
    ("ask", "qué es una solicitud de acceso a mis datos personales"),
    ("ask", "what is a subject access request, write to someone@example.org"),
    ("ask", "they are breaking my door down right now to deport me"),
    ("ask", "tag"),
    ("ask", "who wins the football tonight"),
    ("choose", "find_adviser"),
    ("choose", "what_can_you_do"),
    ("choose", "no such answer"),
    ("more", "sar_what_is"),
    ("more", "no such answer"),
)

over_http = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def fuzzed(trained: None) -> Iterator[Serving]:
    """A program of this module's own, so that what it writes is due to these tests."""
    with serving() as running:
        running.wait_for("Telegram is off")
        before = running.output
        yield running
        assert requests.get(f"{running.url}/health", timeout=10).json() == {"status": "ready"}
        written = running.output.removeprefix(before).splitlines()
        assert [line for line in written if not A_LINE_OF_CODES.fullmatch(line)] == []


class _From(HTTPAdapter):
    """Sends from one loopback address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **options)


_numbers = itertools.count(1)


def somebody_else() -> requests.Session:
    """A session with an address of its own, so that the limit for one address is not reached."""
    number = next(_numbers)
    session = requests.Session()
    session.mount("http://", _From(f"127.64.{number >> 8}.{number & 255}"))
    return session


def check(case: Case[Any], server: Serving) -> Response:
    """Sends it, and compares what comes with the description."""
    with somebody_else() as session:
        response = case.call(base_url=server.url, session=session, timeout=30)
    case.validate_response(response)
    return response


@schema.parametrize()
@settings(over_http)
def test_every_response_is_as_described(case: Case[Any], fuzzed: Serving) -> None:
    """Threat: one odd request stops the assistant for all, or makes it repeat what it was sent."""
    check(case, fuzzed)


@given(body=st.binary(max_size=2000) | st.text(max_size=2000).map(str.encode))
@settings(over_http)
def test_what_is_not_json_is_refused(body: bytes, fuzzed: Serving) -> None:
    """Threat: bytes that no browser sends."""
    with somebody_else() as session:
        response = session.post(f"{fuzzed.url}/api/chat", data=body, timeout=30)
    assert response.status_code == 400
    chat.validate_response(response)


@given(
    text=st.lists(
        st.sampled_from([what for _, what in EVERY_KIND])
        | st.text(max_size=300)
        | st.text("\u200f\u202e\u0000\ud800ؠ🇺🇳/{}\\%<&", max_size=50),
        max_size=4,
    ).map(" ".join)
)
@settings(over_http)
def test_any_words_get_an_answer(text: str, fuzzed: Serving) -> None:
    """Threat: somebody's words, in whatever script, break the assistant or reach its log."""
    with somebody_else() as session:
        body = json.dumps({"chat": "c", "ask": text})
        response = session.post(f"{fuzzed.url}/api/chat", data=body, timeout=30)
    assert response.status_code == 200
    chat.validate_response(response)


def test_every_kind_of_message_is_described(fuzzed: Serving) -> None:
    """Threat: a message that no description and no other client knows, so that it is not shown."""
    kinds, outcomes = set(), set()
    for handler, what in EVERY_KIND:
        case = chat.Case(body={"chat": "kinds", handler: what}, media_type="application/json")
        turn = check(case, fuzzed).json()
        kinds |= {message["kind"] for message in turn["messages"]}
        outcomes.add(turn["outcome"])
    assert kinds == {"text", "note", "notice", "choices", "answer", "more"}
    assert outcomes == {"answer", "clarify", "out_of_scope", "emergency"}
