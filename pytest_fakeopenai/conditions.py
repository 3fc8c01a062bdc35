"""Conditions on a request: what `when` waits for and `where` selects by."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .journal import RecordedRequest

_SHOWN = 120


def shorten(text: str, width: int = _SHOWN) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _accepts(wanted: object, value: str) -> bool:
    if isinstance(wanted, str):
        return wanted in value
    if isinstance(wanted, re.Pattern):
        return wanted.search(value) is not None
    return bool(wanted(value))  # type: ignore[operator]  # checked when the condition was made


def _differs(wanted: object, value: str) -> str:
    shown = repr(shorten(value))
    if isinstance(wanted, str):
        return f"{shown} does not contain {wanted!r}"
    if isinstance(wanted, re.Pattern):
        return f"{shown} does not match {wanted.pattern!r}"
    return f"{_name(wanted)} said no to {shown}"


def _name(wanted: object) -> str:
    return getattr(wanted, "__name__", None) or repr(wanted)


def _text(field: str) -> Callable[[object, RecordedRequest], str | None]:
    def difference(wanted: object, request: RecordedRequest) -> str | None:
        value = getattr(request, field)
        return None if _accepts(wanted, value) else f"{field} {_differs(wanted, value)}"

    return difference


def _any_text(field: str, what: str) -> Callable[[object, RecordedRequest], str | None]:
    def difference(wanted: object, request: RecordedRequest) -> str | None:
        values: Iterable[str] = getattr(request, field)
        if any(_accepts(wanted, value) for value in values):
            return None
        shown = ", ".join(repr(shorten(value)) for value in values) or "none"
        return f"{what}: wanted {_shown(wanted)}, got {shown}"

    return difference


def _is_endpoint(wanted: object, endpoint: str) -> bool:
    return wanted == endpoint if isinstance(wanted, str) else _accepts(wanted, endpoint)


def _endpoint(wanted: object, request: RecordedRequest) -> str | None:
    return None if _is_endpoint(wanted, request.endpoint) else f"endpoint is {request.endpoint!r}, not {_shown(wanted)}"


def _header(wanted: Any, request: RecordedRequest) -> str | None:
    for name, value in wanted.items():
        got = request.headers.get(name.lower())
        if got is None:
            return f"there is no header {name!r}"
        if not _accepts(value, got):
            return f"header {name!r}: {_differs(value, got)}"
    return None


def _body(wanted: Any, request: RecordedRequest) -> str | None:
    return subset_difference(wanted, request.json if request.form is None else request.form, "body")


def _matches(wanted: Any, request: RecordedRequest) -> str | None:
    return None if wanted(request) else f"{_name(wanted)}(request) said no"


def subset_difference(wanted: object, got: object, path: str) -> str | None:
    """The first place in which `got` lacks what `wanted` holds; dicts are compared by the keys wanted."""
    if not isinstance(wanted, Mapping):
        return None if _equal(wanted, got) else _unequal(wanted, got, path)
    if not isinstance(got, dict):
        return _unequal(wanted, got, path)
    for key, value in wanted.items():
        if key not in got:
            return f"{path} has no {key!r}"
        if difference := subset_difference(value, got[key], f"{path}[{key!r}]"):
            return difference
    return None


def _equal(wanted: object, got: object) -> bool:
    """Whether two values are equal in JSON, where true is not 1; a matcher such as `mock.ANY` decides by itself."""
    numbers = isinstance(wanted, (int, float)) and isinstance(got, (int, float))
    return wanted == got and not (numbers and isinstance(wanted, bool) != isinstance(got, bool))


def _unequal(wanted: object, got: object, path: str) -> str:
    return f"{path} is {shorten(repr(got))}, not {shorten(repr(wanted))}"


def _shown(wanted: object) -> str:
    if isinstance(wanted, re.Pattern):
        return f"re.compile({wanted.pattern!r})"
    return _name(wanted) if callable(wanted) else repr(wanted)


_Difference = Callable[[Any, "RecordedRequest"], "str | None"]
_KINDS: dict[str, _Difference] = {
    "endpoint": _endpoint,
    "model": _text("model"),
    "text": _text("text"),
    "system": _text("system"),
    "tool": _any_text("tool_names", "tools offered"),
    "tool_result": _any_text("tool_outputs", "tool results"),
    "header": _header,
    "body": _body,
    "matches": _matches,
}


class Conditions:
    """A set of named conditions, all of which a request must meet; TypeError for one that is not known.

    A string matches as a substring (an endpoint's name as a whole), a compiled pattern by search, a callable by its
    answer. `header` takes a dict of such, `body` a dict matched as a subset, `matches` a callable on the request.
    """

    def __init__(self, conditions: Mapping[str, object]) -> None:
        for name, wanted in conditions.items():
            _check(name, wanted)
        self.wanted = dict(conditions)
        self._tests = [(_KINDS[name], wanted) for name, wanted in conditions.items()]

    def difference(self, request: RecordedRequest) -> str | None:
        """The first thing in which the request differs, or None when it meets every condition."""
        for test, wanted in self._tests:
            difference = test(wanted, request)
            if difference is not None:
                return difference
        return None

    @property
    def endpoint(self) -> object:
        """The endpoint that is asked for by name, or None."""
        return self.wanted.get("endpoint")

    def concern(self, endpoint: str) -> bool:
        """Whether a request to this endpoint can meet them."""
        wanted = self.endpoint
        return wanted is None or _is_endpoint(wanted, endpoint)

    def __repr__(self) -> str:
        return ", ".join(f"{name}={_shown(wanted)}" for name, wanted in self.wanted.items())


def _check(name: str, wanted: object) -> None:
    if name not in _KINDS:
        near = difflib.get_close_matches(name, _KINDS, n=1)
        hint = f"; did you mean {near[0]}=?" if near else "."
        raise TypeError(f"unknown condition {name!r}{hint} Conditions are {', '.join(_KINDS)}.")
    if name in ("header", "body"):
        if not isinstance(wanted, Mapping):
            raise TypeError(f"{name}= takes a dict, got {wanted!r}")
        if name == "header":
            for value in wanted.values():
                _check_text("header", value)
    elif name == "matches":
        if not callable(wanted):
            raise TypeError(f"matches= takes a callable on the request, got {wanted!r}")
    else:
        _check_text(name, wanted)


def _check_text(name: str, wanted: object) -> None:
    if isinstance(wanted, re.Pattern) and isinstance(wanted.pattern, bytes):
        raise TypeError(f"{name}= takes a pattern of str, got one of bytes: {wanted!r}")
    if not (isinstance(wanted, (str, re.Pattern)) or callable(wanted)):
        raise TypeError(f"{name}= takes a string, a compiled pattern or a callable, got {wanted!r}")
