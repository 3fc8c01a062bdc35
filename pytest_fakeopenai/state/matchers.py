"""The kinds of conditions: what each takes, what decides it, and the words for a request that does not meet it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..wire.models import is_snapshot
from .patterns import (
    acceptor,
    check_pattern,
    mismatch,
    name_acceptor,
    name_mismatch,
    name_of,
    show_pattern,
    whole_name_hint,
)
from .request import RecordedRequest
from .subset import subset_difference
from .summaries import shorten, show_some, show_text

Predicate = Callable[[RecordedRequest], object]


class Matcher(Protocol):
    """A kind of condition; `expected` is what a test writes behind the condition's name."""

    def check(self, name: str, expected: object) -> None:
        """TypeError, which names the condition, for what it does not take."""

    def predicate(self, expected: object) -> Predicate:
        """A function whose answer is true for the requests that meet the condition."""

    def difference(self, expected: object, request: RecordedRequest) -> str:
        """In words, how a request differs that does not meet it."""


class _OfText:
    """A condition that takes a pattern of a text."""

    def check(self, name: str, expected: object) -> None:
        check_pattern(name, expected)


class _Text(_OfText):
    """A condition on one text of a request."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._value = operator.attrgetter(field)

    def predicate(self, expected: object) -> Predicate:
        value, accepts = self._value, acceptor(expected)
        return lambda request: accepts(value(request))

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return f"{self._field} {mismatch(expected, self._value(request))}"


class _Model(_OfText):
    """A condition on the model, by its whole name, which stands for its dated snapshots as well."""

    def predicate(self, expected: object) -> Predicate:
        accepts = name_acceptor(expected, is_snapshot)
        return lambda request: accepts(request.model)

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return f"model {name_mismatch(expected, request.model)}"


class _ToolResult(_OfText):
    """A condition that one of the tool results meets."""

    def predicate(self, expected: object) -> Predicate:
        accepts = acceptor(expected)
        return lambda request: any(accepts(output) for output in request.tool_outputs)

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return f"tool results: wanted {show_pattern(expected)}, got {_listed(request.tool_outputs)}"


class _Tool(_OfText):
    """A condition that one of the tools offered meets, by its whole name."""

    def predicate(self, expected: object) -> Predicate:
        accepts = name_acceptor(expected)
        return lambda request: any(accepts(name) for name in request.tool_names)

    def difference(self, expected: object, request: RecordedRequest) -> str:
        hint = whole_name_hint(expected, request.tool_names)
        return f"tools offered: wanted {show_pattern(expected)}, got {_listed(request.tool_names)}{hint}"


def _listed(texts: list[str]) -> str:
    return show_some([show_text(text) for text in texts]) or "none"


def is_endpoint(expected: object, endpoint: str) -> bool:
    """Whether an endpoint is the one of this whole name, or matches a compiled pattern or a callable."""
    return bool(name_acceptor(expected)(endpoint))


class _Endpoint(_OfText):
    """A condition on the endpoint, by its whole name, a pattern or a callable."""

    def predicate(self, expected: object) -> Predicate:
        accepts = name_acceptor(expected)
        return lambda request: accepts(request.endpoint)

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return f"endpoint is {request.endpoint!r}, not {show_pattern(expected)}"


class _Callable:
    """A condition that a callable of the test's own decides; it is not asked again for words."""

    def check(self, name: str, expected: object) -> None:
        if not callable(expected):
            raise TypeError(f"{name}= takes a callable on the request, got {shorten(repr(expected))}")

    def predicate(self, expected: Any) -> Predicate:
        accepts: Predicate = expected
        return accepts

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return f"{name_of(expected)}(request) said no"


class _Body:
    """A condition on the body, parsed, or the fields of its form: a dict of which it holds every key."""

    def check(self, name: str, expected: object) -> None:
        if not isinstance(expected, Mapping):
            raise TypeError(f"{name}= takes a dict, got {shorten(repr(expected))}")

    def predicate(self, expected: object) -> Predicate:
        return lambda request: self._compare(expected, request) is None

    def difference(self, expected: object, request: RecordedRequest) -> str:
        return self._compare(expected, request) or ""

    def _compare(self, expected: Any, request: RecordedRequest) -> str | None:
        return subset_difference(expected, request.json if request.form is None else request.form, "body")


class _Header(_Body):
    """A condition on headers: a dict of their names and patterns."""

    def check(self, name: str, expected: Any) -> None:
        super().check(name, expected)
        for pattern in expected.values():
            check_pattern(name, pattern)

    def _compare(self, expected: Any, request: RecordedRequest) -> str | None:
        for name, pattern in expected.items():
            value = request.headers.get(name.lower())
            if value is None:
                return f"there is no header {name!r}"
            if not acceptor(pattern)(value):
                return f"header {name!r}: {mismatch(pattern, value)}"
        return None


MATCHERS: dict[str, Matcher] = {
    "endpoint": _Endpoint(),
    "model": _Model(),
    "text": _Text("text"),
    "system": _Text("system"),
    "tool": _Tool(),
    "tool_result": _ToolResult(),
    "header": _Header(),
    "body": _Body(),
    "matches": _Callable(),
}
