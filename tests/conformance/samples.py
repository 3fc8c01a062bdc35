"""Calls of any method of the SDK's client: the smallest valid arguments, from the types of its parameters."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.sdk.catalogue import Method
from pytest_fakeopenai.wire.contract.alternatives import Named, OneOf, Tagged
from pytest_fakeopenai.wire.contract.shapes import (
    Array,
    Boolean,
    Choice,
    Integer,
    Map,
    Nullable,
    Number,
    Object,
    Shape,
    String,
)

from ..families import check

JSONL = b'{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}\n' * 10


def smallest(shape: Shape, name: str = "") -> Any:
    """The smallest value of a shape; `name` is that of its field."""
    if isinstance(shape, (Nullable, Named)):
        return smallest(shape.inner if isinstance(shape, Nullable) else shape.definitions[shape.name], name)
    if isinstance(shape, Object):
        return {each: smallest(shape.fields[each], each) for each in shape.fields if each in shape.required}
    if isinstance(shape, Tagged):
        tag, chosen = next(iter(shape.choices.items()))
        return {**smallest(chosen), shape.tag: tag}
    if isinstance(shape, OneOf):
        return smallest(shape.choices[0], name)
    if isinstance(shape, Array):
        return [smallest(shape.items, name)]
    return _plain(shape, name)


def _plain(shape: Shape, name: str) -> Any:
    if isinstance(shape, Choice):
        return shape.values[0]
    if isinstance(shape, String):
        return "https://example.com/x" if name == "url" else "x"
    if isinstance(shape, Integer):
        return int(shape.low or 1)
    if isinstance(shape, Number):
        return shape.low or 1.0
    if isinstance(shape, Boolean):
        return True
    return {"k": "v"} if isinstance(shape, Map) else ("x.txt", b"content")


def arguments(method: Method) -> dict[str, Any]:
    """The smallest arguments that a method takes for its body."""
    fields = smallest(check(method.name).shape)
    return {spelled(name): value for name, value in fields.items()} if isinstance(fields, dict) else {}


def spelled(name: str) -> str:
    """The argument for a field: Python keeps some names to itself."""
    return f"{name}_" if keyword.iskeyword(name) else name


def callee(fake: FakeOpenAI, method: Method) -> Callable[..., Any]:
    """The method of the fake's client."""
    owner = "beta." if ".beta." in method.module else ""
    function: Callable[..., Any] = attrgetter(owner + method.name)(fake.client)
    return function
