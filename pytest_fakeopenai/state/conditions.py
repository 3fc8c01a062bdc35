"""Conditions on a request: what `when` waits for and `where` selects by."""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .journal import RecordedRequest

Predicate = Callable[["RecordedRequest"], object]
_SHOWN = 120


class _Kind(Protocol):
    """A kind of condition: what decides it, made once, and what is said of a request that does not meet it."""

    def predicate(self, wanted: object) -> Predicate: ...
    def difference(self, wanted: object, request: RecordedRequest) -> str: ...


def shorten(text: str, width: int = _SHOWN) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _acceptor(wanted: Any) -> Callable[[str], object]:
    """What tells whether a text is the one that is wanted."""
    if isinstance(wanted, str):
        return lambda value: wanted in value
    accepts: Callable[[str], object] = wanted.search if isinstance(wanted, re.Pattern) else wanted
    return accepts


def _differs(wanted: object, value: str) -> str:
    shown = repr(shorten(value))
    if isinstance(wanted, str):
        return f"{shown} does not contain {wanted!r}"
    if isinstance(wanted, re.Pattern):
        return f"{shown} does not match {wanted.pattern!r}"
    return f"{_name(wanted)} said no to {shown}"


def _name(wanted: object) -> str:
    return getattr(wanted, "__name__", None) or repr(wanted)


class _Text:
    """A condition on one text of a request."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._value = operator.attrgetter(field)

    def predicate(self, wanted: object) -> Predicate:
        value, accepts = self._value, _acceptor(wanted)
        return lambda request: accepts(value(request))

    def difference(self, wanted: object, request: RecordedRequest) -> str:
        return f"{self._field} {_differs(wanted, self._value(request))}"


class _AnyText:
    """A condition that one of several texts meets."""

    def __init__(self, field: str, what: str) -> None:
        self._what = what
        self._values = operator.attrgetter(field)

    def predicate(self, wanted: object) -> Predicate:
        values, accepts = self._values, _acceptor(wanted)
        return lambda request: any(accepts(value) for value in values(request))

    def difference(self, wanted: object, request: RecordedRequest) -> str:
        shown = ", ".join(repr(shorten(value)) for value in self._values(request)) or "none"
        return f"{self._what}: wanted {_shown(wanted)}, got {shown}"


class _Endpoint:
    """The endpoint, by its whole name, a pattern or a callable."""

    def predicate(self, wanted: object) -> Predicate:
        return lambda request: _is_endpoint(wanted, request.endpoint)

    def difference(self, wanted: object, request: RecordedRequest) -> str:
        return f"endpoint is {request.endpoint!r}, not {_shown(wanted)}"


def _is_endpoint(wanted: object, endpoint: str) -> bool:
    return wanted == endpoint if isinstance(wanted, str) else bool(_acceptor(wanted)(endpoint))


class _Matches:
    """What a callable of the test's own says to the whole request; it is not asked again for words."""

    def predicate(self, wanted: Any) -> Predicate:
        accepts: Predicate = wanted
        return accepts

    def difference(self, wanted: object, request: RecordedRequest) -> str:
        return f"{_name(wanted)}(request) said no"


class _Compared:
    """A condition that finds the first difference by comparing."""

    def __init__(self, compare: Callable[[Any, RecordedRequest], str | None]) -> None:
        self._compare = compare

    def predicate(self, wanted: object) -> Predicate:
        return lambda request: self._compare(wanted, request) is None

    def difference(self, wanted: object, request: RecordedRequest) -> str:
        return self._compare(wanted, request) or ""


def _header(wanted: Any, request: RecordedRequest) -> str | None:
    for name, value in wanted.items():
        got = request.headers.get(name.lower())
        if got is None:
            return f"there is no header {name!r}"
        if not _acceptor(value)(got):
            return f"header {name!r}: {_differs(value, got)}"
    return None


def _body(wanted: Any, request: RecordedRequest) -> str | None:
    return subset_difference(wanted, request.json if request.form is None else request.form, "body")


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


_KINDS: dict[str, _Kind] = {
    "endpoint": _Endpoint(),
    "model": _Text("model"),
    "text": _Text("text"),
    "system": _Text("system"),
    "tool": _AnyText("tool_names", "tools offered"),
    "tool_result": _AnyText("tool_outputs", "tool results"),
    "header": _Compared(_header),
    "body": _Compared(_body),
    "matches": _Matches(),
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
        self._predicates = {name: _KINDS[name].predicate(wanted) for name, wanted in conditions.items()}

    def met_by(self, request: RecordedRequest) -> bool:
        """Whether the request meets every condition."""
        for predicate in self._predicates.values():  # noqa: SIM110  # a generator would cost as much as the conditions
            if not predicate(request):
                return False
        return True

    def difference(self, request: RecordedRequest) -> str | None:
        """The first thing in which the request differs, in words, or None when it meets every condition."""
        for name, predicate in self._predicates.items():
            if not predicate(request):
                return _KINDS[name].difference(self.wanted[name], request)
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
