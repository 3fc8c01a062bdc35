"""Requests that nobody means to send: good ones with something wrong in them, and bytes of every kind.

They are made as bytes, since no HTTP library would send them.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

KEY = "sk-known"
CHAT_ID, RESPONSE_ID = "@completion", "@response"  # stand for the ids of what is stored


@dataclass(frozen=True)
class Sent:
    """A request as bytes but for its first line, whose URL still lacks the root of the fake."""

    method: str
    url: str
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""
    chunked: bool = False

    def naming(self, ids: Mapping[str, str]) -> Sent:
        """The request with ids in place of what stands for them."""
        url, body = self.url, self.body
        for name, key in ids.items():
            url, body = url.replace(name, urllib.parse.quote(key, safe="")), body.replace(name.encode(), key.encode())
        return replace(self, url=url, body=body)

    def over(self, root: str) -> bytes:
        """The bytes of the request to a fake whose URLs begin with this root."""
        lines = [f"{self.method} {root}{self.url} HTTP/1.1".encode(), b"host: localhost"]
        lines += [name.encode() + b": " + value for name, value in (*self.headers, self._framing)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + (self._chunks() if self.chunked else self.body)

    @property
    def needs_store(self) -> bool:
        """Whether it asks for something that is stored."""
        return CHAT_ID in self.url or RESPONSE_ID in self.url

    @property
    def _framing(self) -> tuple[str, bytes]:
        return ("transfer-encoding", b"chunked") if self.chunked else ("content-length", b"%d" % len(self.body))

    def _chunks(self) -> bytes:
        pieces = [self.body[at : at + 37] for at in range(0, len(self.body), 37)]
        return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


# JSON, good and bad

# What stands in a body for what `json` would not write.
_ODD: dict[str, bytes] = {
    "@nested lists": b"[" * 20_000 + b"]" * 20_000,
    "@nested objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "@nested somewhat": b"[" * 150 + b"]" * 150,
    "@nested schemas": b'{"type":"object","properties":{"a":' * 90 + b"{}" + b"}}" * 90,
    "@huge integer": b"1" * 5_000,
    "@beyond 64 bits": b"-18446744073709551617",
    "@infinite": b"1e999",
    "@tiny": b"-1e-999",
    "@nan": b"NaN",
    "@infinity": b"-Infinity",
    "@surrogate": b'"\\ud800"',
    "@surrogates": b'"\\udc00\\ud800 \\ud83d\\ude00"',
    "@no UTF-8": b'"\xff\xc3\x28\xed\xa0\x80"',
    "@null character": b'"\\u0000"',
    "@control character": b'"\x01"',
    "@duplicate keys": b'{"role":"user","role":"tool","content":1,"content":"Hi"}',
    "@long text": b'"' + b"word " * 20_000 + b'"',
    "@comment": b"/**/1",
    "@nothing": b"",
}
_WORDS = [
    *("user", "assistant", "system", "developer", "tool", "function", "custom", "message", "text", "input_text"),
    *(
        "image_url",
        "input_image",
        "json_schema",
        "json_object",
        "object",
        "array",
        "string",
        "auto",
        "required",
        "none",
    ),
    *("function_call", "function_call_output", "custom_tool_call", "reasoning", "item_reference", "web_search", "mcp"),
    *("gpt-4o", "gpt-5", "o3-mini", "gpt-3.5-turbo-instruct", "text-embedding-3-small", "call_a", "add", "Hi", ""),
    *("type", "role", "content", "name", "strict", "schema", "parameters", "properties", "$ref", "#", "#/$defs/a", "a"),
    *(
        "high",
        "base64",
        "float",
        "flex",
        "gpt-4",
        "in_progress",
        "allowed_tools",
        "grammar",
        "lark",
        "data:,",
        "\ud800",
    ),
]
_texts = st.sampled_from(_WORDS) | st.text(st.characters(exclude_categories=()), max_size=20)
_numbers = st.integers(-3, 3) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_scalars = st.none() | st.booleans() | _numbers | _texts | st.sampled_from([*_ODD])
values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=12
)


def encoded(value: object) -> bytes:
    """JSON, with what stands for something odd replaced by it."""
    text = json.dumps(value).encode()
    for name, odd in _ODD.items():
        text = text.replace(json.dumps(name).encode(), odd)
    return text


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """A value with one thing changed, dropped, doubled or added, somewhere inside it."""
    if not isinstance(value, (dict, list)) or not value or draw(st.integers(0, 9)) == 0:
        return draw(values)
    inner = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    key = draw(st.sampled_from(sorted(inner, key=str)))
    act = draw(st.sampled_from(["change", "change", "change", "drop", "add"]))
    if act == "change":
        inner[key] = draw(mutated(inner[key]))
    elif act == "drop":
        del inner[key]
    else:
        inner[draw(_texts) if isinstance(value, dict) else len(inner)] = draw(values | st.just(inner[key]))
    return inner if isinstance(value, dict) else list(inner.values())


# Good requests

_SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"anyOf": [{"$ref": "#/$defs/c"}, {"type": "null"}]}},
    "required": ["a", "b"],
    "additionalProperties": False,
    "$defs": {"c": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}}},
}
_FUNCTION = {"name": "add", "description": "Adds.", "parameters": _SCHEMA, "strict": True}
_OLD = {"name": "add", "parameters": _SCHEMA}
_IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}
_CALL = {"id": "call_a", "type": "function", "function": {"name": "add", "arguments": "{}"}}
_CHAT: Json = {
    "model": "gpt-4o",
    "messages": [
        {"role": "developer", "content": "Be brief.", "name": "a"},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}, _IMAGE]},
        {"role": "assistant", "content": None, "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_a", "content": "3"},
    ],
    "tools": [{"type": "function", "function": _FUNCTION}, {"type": "custom", "custom": {"name": "run"}}],
    "n": 2,
    "max_tokens": 50,
    "logprobs": True,
    "top_logprobs": 2,
    "temperature": 0.5,
    "stop": ["x"],
    "seed": 1,
    "user": "u",
    "metadata": {"a": "b"},
    "store": True,
    "parallel_tool_calls": False,
}
_HI = [{"role": "user", "content": "Hi"}]
_DEMANDED = {"name": "answer", "schema": _SCHEMA, "strict": True}
_RESPONSE: Json = {
    "model": "gpt-5",
    "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "reasoning", "id": "rs_a", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "function_call", "call_id": "call_a", "name": "add", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_a", "output": [{"type": "input_text", "text": "3"}]},
        {"role": "assistant", "content": "Hello"},
    ],
    "tools": [{"type": "function", **_FUNCTION}, {"type": "custom", "name": "run"}, {"type": "web_search"}],
    "include": ["reasoning.encrypted_content"],
    "reasoning": {"effort": "low", "summary": "auto"},
    "max_output_tokens": 50,
    "metadata": {"a": "b"},
    "truncation": "auto",
}
_POSTS: list[tuple[str, Json]] = [
    ("/v1/chat/completions", _CHAT),
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": _HI, "tool_choice": "required", "tools": _CHAT["tools"]}),
    (
        "/v1/chat/completions",
        {"model": "o3", "messages": _HI, "response_format": {"type": "json_schema", "json_schema": _DEMANDED}},
    ),
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": _HI, "functions": [_OLD], "function_call": "auto"}),
    ("/openai/deployments/mine/chat/completions?api-version=1", {"messages": _HI, "max_completion_tokens": 9}),
    (f"/v1/chat/completions/{CHAT_ID}", {"metadata": {"a": "b"}}),
    ("/v1/responses", _RESPONSE),
    ("/v1/responses", {"model": "gpt-4o", "input": "Hi", "text": {"format": {"type": "json_schema", **_DEMANDED}}}),
    ("/v1/responses", {"model": "gpt-4o", "input": "Hi", "background": True, "tool_choice": "auto", "store": True}),
    (f"/v1/responses/{RESPONSE_ID}/cancel", {}),
    ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": ["a", "b"], "n": 2, "logprobs": 2, "echo": True}),
    ("/v1/completions", {"model": "davinci-002", "prompt": [1, 2], "max_tokens": 5, "suffix": None, "best_of": 1}),
    ("/v1/embeddings", {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 4}),
    ("/v1/embeddings", {"model": "text-embedding-ada-002", "input": [[1], [2]], "encoding_format": "base64"}),
]
_STREAMS = [{"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}, {}, {}]
_URLS = [
    *("/v1/models", "/v1/models/", "/v1/chat/completions", "/v1/responses", "/v1", "", "/", "//", "/v1//responses"),
    *(f"/v1/chat/completions/{CHAT_ID}", f"/v1/chat/completions/{CHAT_ID}/messages", f"/v1/responses/{RESPONSE_ID}"),
    *(f"/v1/responses/{RESPONSE_ID}/input_items", f"/v1/responses/{RESPONSE_ID}/cancel", "/openai/deployments/"),
]

# Around the body

_legal = st.binary(max_size=30).map(lambda data: bytes(byte for byte in data if byte >= 32 and byte != 127))
_headers = st.tuples(
    st.sampled_from(
        [
            *(
                "content-type",
                "accept",
                "user-agent",
                "openai-organization",
                "openai-beta",
                "idempotency-key",
                "cookie",
            ),
            *(
                "x-stainless-retry-count",
                "x-stainless-timeout",
                "x-client-request-id",
                "origin",
                "api-key",
                "te",
                "x-a",
            ),
            *("authorization", "content-encoding", "if-none-match", "range", "x-http-method-override", "forwarded"),
        ]
    ),
    _legal
    | st.sampled_from([b"", b"0", b"-1", b"9" * 400, b"application/json; charset=utf-16", b"gzip", b"multipart/x"])
    | st.sampled_from([b"x" * 60_000, b"\xff" * 100, b"Bearer", b"Bearer ", b"Basic !", b"Basic Og==", b"Bearer \xe9"]),
)
_keys = st.sampled_from([(("authorization", f"Bearer {KEY}".encode()),)] * 8 + [(("api-key", KEY.encode()),), ()])
_around = st.builds(lambda key, more: (*key, *more), _keys, st.lists(_headers, max_size=2))
quoted = st.binary(max_size=20).map(urllib.parse.quote_from_bytes) | st.sampled_from(
    ["%", "%zz", "%00", "%2F", "%2f..%2f", "..", "../..", ".", "%ff%fe", "%ED%A0%80", "a" * 8_000, ";", ":", "@", "+"]
)
_tails = st.lists(quoted, max_size=3).map("/".join)
_names = st.sampled_from(["limit", "after", "order", "model", "metadata[a]", "metadata[", "stream", "starting_after"])
_pairs = st.tuples(
    _names | st.just("include[]") | quoted,
    st.sampled_from(["1", "0", "-1", "9" * 30, "²", "true", "desc", "gpt-4o", CHAT_ID, RESPONSE_ID]).map(
        lambda text: urllib.parse.quote(text, safe="@")
    )
    | quoted,
)
_queries = st.lists(_pairs.map("=".join) | quoted, max_size=4).map(lambda all_: "?" + "&".join(all_) if all_ else "")

# Whole requests


@st.composite
def _posts(draw: st.DrawFn) -> Sent:
    """A good request with something wrong in its body."""
    url, good = draw(st.sampled_from(_POSTS))
    streams = "embeddings" not in url and "@" not in url
    body: Any = {**good, **(draw(st.sampled_from(_STREAMS)) if streams else {})}
    for _ in range(draw(st.integers(0, 3))):
        body = draw(mutated(body))
    return Sent("POST", url, draw(_around), encoded(body), draw(st.booleans()))


@st.composite
def _garbled(draw: st.DrawFn) -> Sent:
    """A request whose body is no JSON any more, or never was."""
    url, good = draw(st.sampled_from(_POSTS))
    body = bytearray(encoded(good))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(body)))
        body[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    else:
        body = bytearray(draw(st.binary() | values.map(encoded) | st.just(json.dumps(good).encode("utf-16"))))
    return Sent("POST", url, draw(_around), bytes(body), draw(st.booleans()))


@st.composite
def _elsewhere(draw: st.DrawFn) -> Sent:
    """A request to any URL by any method."""
    method = draw(st.sampled_from(["GET", "GET", "GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]))
    url = draw(st.sampled_from(_URLS) | st.tuples(st.sampled_from(_URLS), _tails).map("/".join))
    body = draw(st.just(b"") | st.binary(max_size=20) | values.map(encoded))
    return Sent(method, url + draw(_queries), draw(_around), body, draw(st.booleans()))


def _post(url: str, **body: Any) -> Sent:
    return Sent("POST", url, (("authorization", f"Bearer {KEY}".encode()),), encoded(body))


def _chat_of(*messages: Json) -> Sent:
    return _post("/v1/chat/completions", model="gpt-4o", messages=messages)


# What was too much once.
NO_ROLE = _chat_of({})
UNHASHABLE_IDS = _chat_of({"role": "assistant", "tool_calls": [{"id": {}}]}, {"role": "tool", "tool_call_id": []})
INFINITE = _post("/v1/responses", model="gpt-4o", input="Hi", tool_choice="@infinite")
CONTROL_IN_MODEL = _post("/v1/completions", model="\x1f\n", prompt="Hi")
ASTRAL_MODEL = _post("/v1/completions", model="苏黎世", prompt="Hi", stream=True)

requests = _posts() | _posts() | _garbled() | _elsewhere()

# What is not HTTP, or not the HTTP it says it is

_GOOD = b'{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}'
_LINE = b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
_BROKEN = [
    b"",
    b"\r\n\r\n",
    b"GET",
    b"GET / HTTP/9.9\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nx: \x00\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nrest",
    _LINE + b"content-length: 5\r\n\r\n" + _GOOD,
    _LINE + b"content-length: 5000\r\n\r\n" + _GOOD,
    _LINE + b"content-length: -1\r\n\r\n" + _GOOD,
    _LINE + b"content-length: " + b"9" * 30 + b"\r\n\r\n" + _GOOD,
    _LINE + b"content-length: 5\r\ncontent-length: 6\r\n\r\n" + _GOOD,
    _LINE + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n" + _GOOD,
    _LINE + b"transfer-encoding: chunked\r\n\r\n5\r\n" + _GOOD,
    _LINE + b"transfer-encoding: chunked\r\n\r\nzz\r\n" + _GOOD,
    _LINE + b"transfer-encoding: gzip\r\n\r\n" + _GOOD,
    _LINE + b"expect: 100-continue\r\ncontent-length: 62\r\n\r\n" + _GOOD,
    _LINE + b": nameless\r\n\r\n",
    _LINE + b"x" * 200_000,
]


@st.composite
def _broken(draw: st.DrawFn) -> bytes:
    """A request with a few bytes replaced anywhere in it."""
    data = bytearray(draw(requests).over(""))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data)


noise = st.binary(max_size=200) | st.sampled_from(_BROKEN) | _broken()
