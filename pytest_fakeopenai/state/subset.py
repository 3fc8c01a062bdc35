"""Whether a JSON value holds what another demands."""

from __future__ import annotations

from collections.abc import Mapping

from .summaries import shorten


def subset_difference(expected: object, actual: object, path: str) -> str | None:
    """In words, the first place in which `actual` lacks what `expected` holds; None where it holds everything.

    Dicts are compared by the keys of `expected`, anything else as a whole. `path` names the values compared: `body`,
    then `body['model']`.
    """
    if not isinstance(expected, Mapping):
        return None if _equal(expected, actual) else _unequal(expected, actual, path)
    if not isinstance(actual, dict):
        return _unequal(expected, actual, path)
    for key, value in expected.items():
        if key not in actual:
            return f"{path} has no {key!r}"
        if difference := subset_difference(value, actual[key], f"{path}[{key!r}]"):
            return difference
    return None


def _equal(expected: object, actual: object) -> bool:
    """Whether two values are equal in JSON, where true is not 1; a matcher such as `mock.ANY` decides by itself."""
    numbers = isinstance(expected, (int, float)) and isinstance(actual, (int, float))
    return expected == actual and not (numbers and isinstance(expected, bool) != isinstance(actual, bool))


def _unequal(expected: object, actual: object, path: str) -> str:
    return f"{path} is {shorten(repr(actual))}, not {shorten(repr(expected))}"
