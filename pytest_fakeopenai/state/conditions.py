"""Conditions on a request: what `when` waits for and `where` selects by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from .masking import mask_fields, mask_headers
from .matchers import MATCHERS, is_endpoint
from .patterns import show_pattern
from .request import RecordedRequest

# The endpoint that a name means, as requests are recorded with it; ValueError where it means none.
ResolveEndpoint = Callable[[str], str]
Pattern = str | re.Pattern[str] | Callable[[str], object]


class RequestConditions(TypedDict, total=False):
    """The keywords of `when` and `where`, for functions that pass them on.

    def critic(fake: FakeOpenAI, **conditions: Unpack[RequestConditions]) -> Rule:
        return fake.when(system="You are the critic", **conditions)
    """

    endpoint: Pattern
    model: Pattern
    text: Pattern
    system: Pattern
    tool: Pattern
    tool_result: Pattern
    header: Mapping[str, Pattern]
    body: Mapping[str, Any]
    matches: Callable[[RecordedRequest], object]


class Conditions:
    """A set of named conditions, all of which a request must meet; TypeError for one that is not known.

    A string is a whole name for `endpoint`, `model` and `tool`, and is contained in any other text; a compiled pattern
    matches by search, a callable by its answer. `header` takes a dict of such, `body` a dict matched as a subset,
    `matches` a callable on the request. ValueError for an endpoint that `resolve_endpoint` knows no operation of.
    """

    def __init__(self, conditions: Mapping[str, object], resolve_endpoint: ResolveEndpoint = str) -> None:
        for name, expected in conditions.items():
            _check(name, expected)
        self._written = {name: _MASKS.get(name, _as_it_is)(expected) for name, expected in conditions.items()}
        endpoint = conditions.get("endpoint")
        self.endpoint = resolve_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
        self._expected = {**self._written, "endpoint": self.endpoint} if endpoint is not None else self._written
        self._predicates = {name: MATCHERS[name].predicate(expected) for name, expected in self._expected.items()}

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
                return MATCHERS[name].difference(self._expected[name], request)
        return None

    def concern(self, endpoint: str) -> bool:
        """Whether a request to this endpoint can meet them."""
        return self.endpoint is None or is_endpoint(self.endpoint, endpoint)

    def cover(self, others: Conditions) -> bool:
        """Whether every request that meets the others meets these as well, as far as equal conditions show."""
        if self.endpoint != others.endpoint:
            return False
        expected = others._expected
        return all(name in expected and bool(each == expected[name]) for name, each in self._expected.items())

    def __repr__(self) -> str:
        return ", ".join(f"{name}={show_pattern(expected)}" for name, expected in self._written.items())


def _as_it_is(expected: Any) -> Any:
    return expected


# What hides the credentials that a condition may hold, where texts show it.
_MASKS: dict[str, Callable[[Any], Any]] = {"header": mask_headers, "body": mask_fields}


def _check(name: str, expected: object) -> None:
    """TypeError for a condition that is not known, with the one that may be meant, or for what it does not take."""
    if name not in MATCHERS:
        import difflib

        near = difflib.get_close_matches(name, MATCHERS, n=1)
        hint = f"; did you mean {near[0]}=?" if near else "."
        raise TypeError(f"unknown condition {name!r}{hint} Conditions are {', '.join(MATCHERS)}.")
    MATCHERS[name].check(name, expected)
