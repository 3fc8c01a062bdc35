"""Events and JSON bodies: the layouts of each surface."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai._streaming import SSEDecoder

from pytest_fakeopenai.wire.protocol import sse

from ...properties import unhurried

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Numbers that need no exponent are spelled alike by everyone.
PLAIN_FLOATS = st.integers(-(10**6), 10**6).map(lambda number: number / 8)


def json_values(floats: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    scalars = st.none() | st.booleans() | st.integers() | floats | TEXT
    return st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


PLAIN = json_values(PLAIN_FLOATS)
ANY = json_values(st.floats(allow_nan=False, allow_infinity=False))


@unhurried
@given(PLAIN)
def test_writes_compact_json(value: Any) -> None:
    assert sse.compact(value).decode() == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@unhurried
@given(PLAIN)
def test_writes_pretty_json(value: Any) -> None:
    assert sse.pretty(value).decode() == json.dumps(value, ensure_ascii=False, indent=2)


@unhurried
@given(PLAIN)
def test_writes_pretty_ascii_json(value: Any) -> None:
    assert sse.pretty_ascii(value).decode("ascii") == json.dumps(value, indent=2)


@unhurried
@given(ANY)
def test_writes_numbers_that_read_as_the_same(value: Any) -> None:
    for write in (sse.compact, sse.pretty, sse.pretty_ascii):
        assert json.loads(write(value)) == value


@pytest.mark.parametrize(
    ("text", "escaped"), [("ä", '"\\u00e4"'), ("\U0001f600", '"\\ud83d\\ude00"'), ("\x7f\u2028", '"\\u007f\\u2028"')]
)
def test_escapes_every_other_character(text: str, escaped: str) -> None:
    assert sse.pretty_ascii(text).decode("ascii") == escaped


def decoded(stream: bytes) -> list[tuple[str | None, str]]:
    """The events that the official client reads."""
    return [(event.event, event.data) for event in SSEDecoder().iter_bytes(iter([stream]))]


@unhurried
@given(st.lists(ANY, max_size=4))
def test_frames_events_that_the_client_reads_back(values: list[Any]) -> None:
    stream = b"".join(sse.data(sse.compact(value)) for value in values) + sse.DONE

    *events, end = decoded(stream)
    assert [(kind, json.loads(text)) for kind, text in events] == [(None, value) for value in values]
    assert end == (None, "[DONE]")


@unhurried
@given(st.lists(st.dictionaries(TEXT, TEXT | st.integers(), max_size=4), max_size=4))
def test_frames_named_events_that_the_client_reads_back(bodies: list[dict[str, Any]]) -> None:
    sent = [{**body, "type": f"response.kind.{index}"} for index, body in enumerate(bodies)]

    events = decoded(b"".join(map(sse.named, sent)))
    assert [(kind, json.loads(text)) for kind, text in events] == [(event["type"], event) for event in sent]


BODIES = st.dictionaries(TEXT, PLAIN)


@unhurried
@given(BODIES, TEXT.filter(lambda kind: kind == kind.strip() and kind.isprintable()))
def test_reads_an_event_back_from_its_frame(body: dict[str, Any], kind: str) -> None:
    named = {**body, "type": kind}
    assert sse.event_of(sse.named(named)) == named
    assert sse.event_of(sse.data(sse.compact(body))) == body


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (
            b'event: thread.created\ndata: {"id":"thread_1"}\n\n',
            {"event": "thread.created", "data": {"id": "thread_1"}},
        ),
        (b"event: done\ndata: [DONE]\n\n", {"event": "done", "data": "[DONE]"}),
        (b'data: {"text":"data: x"}\r\n\r\n', {"text": "data: x"}),
    ],
)
def test_reads_events_whose_name_is_not_their_type(frame: bytes, event: dict[str, Any]) -> None:
    assert sse.event_of(frame) == event


def test_lays_events_out_line_by_line() -> None:
    assert sse.data(b'{"a":1}') == b'data: {"a":1}\n\n'
    assert sse.named({"type": "error", "a": "\n"}) == b'event: error\ndata: {"type":"error","a":"\\n"}\n\n'
    assert sse.DONE == b"data: [DONE]\n\n"


@unhurried
@given(ANY)
def test_keeps_an_event_on_one_line(value: Any) -> None:
    assert re.search(rb"[\r\n]", sse.compact(value)) is None


@pytest.mark.parametrize("text", ["1e308", "-1.5E+300", "1" * 400, "[1e-999]", '{"e100": "1e999"}'])
def test_parses_numbers_that_can_be_written_again(text: str) -> None:
    assert sse.parse(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text", ["1e309", "[-1e999]", '{"a": [1E+400]}', "1" * 400 + ".0", "NaN", "-Infinity", "[", ""]
)
def test_refuses_what_is_no_json_or_could_not_be_written_again(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        sse.parse(text.encode())
