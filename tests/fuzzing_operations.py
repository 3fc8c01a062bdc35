"""Requests to every operation of the SDK: such as its types allow, nearly such, and any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.signature import signature
from pytest_fakeopenai.wire.contract.alternatives import Named, OneOf, Tagged
from pytest_fakeopenai.wire.contract.shapes import (
    Array,
    Boolean,
    Choice,
    Integer,
    Nullable,
    Number,
    Object,
    Shape,
    String,
)
from pytest_fakeopenai.wire.media.audio import synthesize
from pytest_fakeopenai.wire.media.audio.speech import Speech
from pytest_fakeopenai.wire.media.images import draw as drawn
from pytest_fakeopenai.wire.media.images.pattern import Pattern

from .conformance.samples import JSONL, smallest
from .families import check
from .fuzzing import KEY, Sent, encoded, mutated, quoted, values

FIRST, LAST = "@first", "@made"  # stand for the ids of what was made first and last
_DEEP = 4  # so far down a body has what it need not have
WHO = (("authorization", f"Bearer {KEY}".encode()), ("openai-beta", b"assistants=v2"))
FORM = ("content-type", b"multipart/form-data; boundary=edge")

# Bodies by their types

_TEXTS = [
    *("x", "", LAST, LAST, "gpt-4o", "gpt-4o-mini", "https://example.com/x", "http://[", "data:image/png;base64,iVBO"),
    *("file-abc", "1", "-1", "1e999", "true", "null", "{}", "[", "{{item.a}}", "{{sample.output_text}}", "2020-01-01"),
    *("é🙂", "a\nb", "\x00", "word " * 300, "(", "^(a+)+$", "/a/../b", "assistants", "batch", "latest", "v=0\r\n"),
]
_texts = st.sampled_from(_TEXTS) | st.text(max_size=10)
_numbers = st.sampled_from([0, 1, -1, 2, 10, 3600, 10**6, 2**31, 2**53, -(2**63), 10**30])
_files = st.sampled_from(
    [
        *(b"", b"content", JSONL, b"{}\n[]\nnull\n", b"\xff\xfe", b"---\nname: a\ndescription: b\n---\n"),
        *(b"PK\x03\x04", b"RIFF\xff\xff\xff\xffWAVE", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"),
        *(drawn(Pattern("x", 64, 64)), synthesize(Speech("x", "alloy"), "wav")),
    ]
)


@st.composite
def bodies(draw: st.DrawFn, shape: Shape, depth: int = 0) -> Any:
    """A value of a shape, with some of what it need not have; a file is its bytes."""
    if depth > _DEEP:
        return smallest(shape)
    if isinstance(shape, Nullable):
        return draw(st.none() | bodies(shape.inner, depth))
    if isinstance(shape, Named):
        return draw(bodies(shape.definitions[shape.name], depth))
    if isinstance(shape, Object):
        return {name: draw(bodies(shape.fields[name], depth + 1)) for name in draw(_fields(shape))}
    if isinstance(shape, Tagged):
        tag, chosen = draw(st.sampled_from([*shape.choices.items()]))
        body = draw(bodies(chosen, depth))
        return {**(body if isinstance(body, dict) else {}), shape.tag: tag}
    if isinstance(shape, OneOf):
        return draw(bodies(draw(st.sampled_from(shape.choices)), depth))
    if isinstance(shape, Array):
        return draw(st.lists(bodies(shape.items, depth + 1), max_size=3))
    return draw(_plain(shape))


@st.composite
def _fields(draw: st.DrawFn, shape: Object) -> Sequence[str]:
    """What an object has: what it must, and some of the rest."""
    rest = sorted(shape.fields.keys() - shape.required)
    return [*sorted(shape.required), *(draw(st.lists(st.sampled_from(rest), max_size=4, unique=True)) if rest else ())]


def _plain(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, Choice):
        return st.sampled_from(shape.values)
    if isinstance(shape, String):
        return _texts
    if isinstance(shape, Integer):
        return _numbers
    if isinstance(shape, Number):
        return _numbers | st.floats(allow_nan=False, allow_infinity=False)
    return (
        st.booleans() if isinstance(shape, Boolean) else _files | values | st.dictionaries(_texts, _texts, max_size=3)
    )


def _as_json(value: Any) -> Any:
    """A value without bytes, which JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [*map(_as_json, value)]
    return str(value, "latin-1") if isinstance(value, bytes) else value


# Forms

_names = st.sampled_from(["file", "a[b]", "a[]", "a[][b]", "a", "[", "]", "a[b][c][]", "image[]", "", "model"])
_fillings = st.sampled_from(["x.txt", "a/SKILL.md", "", "..", "é.png", "x" * 5_000])


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a form that hold a value, as the official client names them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _parts(f"{name}[{key}]", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(f"{name}[]", inner)
    else:
        yield name, value


def _part(name: str, value: Any, filename: str) -> bytes:
    named = name.replace("\r", "").replace("\n", "").replace('"', "%22").encode("utf-8", "replace")
    head = b'--edge\r\ncontent-disposition: form-data; name="' + named + b'"'
    if isinstance(value, (bytes, tuple)):
        data = value if isinstance(value, bytes) else value[1]
        return head + f'; filename="{filename}"\r\ncontent-type: text/plain\r\n\r\n'.encode() + data + b"\r\n"
    return head + b"\r\n\r\n" + str(value).encode("utf-8", "replace") + b"\r\n"


def form_of(body: dict[str, Any], filename: str = "x.jsonl") -> bytes:
    """A form that holds a body; bytes in it are files."""
    parts = (part for name, value in body.items() for part in _parts(name, value))
    return b"".join(_part(name, value, filename) for name, value in parts) + b"--edge--\r\n"


@st.composite
def _forms(draw: st.DrawFn, body: Any) -> bytes:
    """A form that holds a body, perhaps with something odd added, or broken off."""
    added = dict(draw(st.lists(st.tuples(_names, _texts | _files), max_size=1)))
    form = form_of({**(body if isinstance(body, dict) else {}), **added}, draw(_fillings))
    return form if draw(st.integers(0, 9)) else form[: draw(st.integers(0, len(form)))]


# Whole requests

_keys = st.just(LAST) | st.sampled_from(["x", "stranger"]) | quoted
_queries = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("limit", "after", "before", "order", "page", "start_time", "end_time", "bucket_width", "metadata[a]"),
                *("include[]", "stream", "variant", "filter", "status", "include_archived", "starting_after", "id"),
            ]
        ),
        st.sampled_from(["1", "0", "-1", "9" * 30, "%C2%B2", "true", "desc", "asc", "1d", LAST, "completed", ""])
        | quoted,
    ).map("=".join)
    | quoted,
    max_size=3,
).map("&".join)


@cache
def families() -> dict[str, list[Method]]:
    """The operations of the SDK by the first two steps of their paths."""
    by_family: dict[str, list[Method]] = {}
    for method in catalogue():
        steps = method.path.split("/")[1:3]
        by_family.setdefault("/".join(step for step in steps if not step.startswith("{")), []).append(method)
    return by_family


@st.composite
def _to(draw: st.DrawFn, method: Method) -> Sent:
    """A request to an operation."""
    path = method.path.format_map({name: draw(_keys) for name in method.parameters})
    query = draw(_queries)
    headers, body = draw(_contents(method)) if draw(st.integers(0, 9)) else (WHO, draw(st.binary(max_size=40)))
    return Sent(method.verb, f"/v1{path}{query and '?'}{query}", headers, body)


@st.composite
def _contents(draw: st.DrawFn, method: Method) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    """The headers and the body of a request to an operation."""
    if signature(method).body is None and draw(st.integers(0, 4)):
        return WHO, b""
    body = draw(bodies(check(method.name).shape))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        body = draw(mutated(body))
    if signature(method).multipart != (draw(st.integers(0, 9)) == 0):
        return (*WHO, FORM), draw(_forms(body))
    return (*WHO, ("content-type", b"application/json")), encoded(_as_json(body))


@st.composite
def _walks(draw: st.DrawFn) -> list[Sent]:
    """A few requests to one family, of which a later one may name what an earlier one made."""
    methods = families()[draw(st.sampled_from(sorted(families())))]
    return [draw(_to(draw(st.sampled_from(methods)))) for _ in range(draw(st.integers(1, 4)))]


walks = _walks()
