"""How long names, texts, lists and metadata may be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict
from ..protocol import errors

_NAME = "^[a-zA-Z0-9_-]+$"
_is_name = re.compile(r"[a-zA-Z0-9_-]+").fullmatch
_is_short_name = re.compile(r"[a-zA-Z0-9_-]{1,64}").fullmatch

LONGEST_TEXT = 10_485_760
_LONGEST_NAME = 64
_MOST_PAIRS, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
_MOST_STOPS = 4


def is_name(value: object) -> bool:
    """Whether a name is fine, or nothing that could be one: for those that come by the hundred."""
    return not isinstance(value, str) or _is_short_name(value) is not None


def is_too_long(value: object) -> bool:
    """Whether this is a text longer than any may be."""
    return isinstance(value, str) and len(value) > LONGEST_TEXT


def name(path: str, value: object, most: int = _LONGEST_NAME) -> Iterator[ApiError]:
    """A name that the model has to write: of a function, a tool or a format."""
    if isinstance(value, str):
        if not value:
            yield errors.empty_string(path)
        elif not _is_name(value):
            yield errors.pattern_broken(path, _NAME)
        yield from text(path, value, most)


def text(path: str, value: object, most: int = LONGEST_TEXT) -> Iterator[ApiError]:
    """A string of limited length."""
    if isinstance(value, str) and len(value) > most:
        yield errors.string_too_long(path, len(value), most)


def array(path: str, value: object, most: int) -> Iterator[ApiError]:
    """A list of limited length."""
    if isinstance(value, list) and len(value) > most:
        yield errors.array_too_long(path, len(value), most)


def stop(value: object) -> Iterator[ApiError]:
    """The stop sequences."""
    return array("stop", value, _MOST_STOPS)


def metadata(value: object) -> Iterator[ApiError]:
    """The metadata of a request: few pairs, short keys, values of a line or two."""
    return pairs("metadata", value)


def pairs(path: str, value: object) -> Iterator[ApiError]:
    """An object with keys of the user's own."""
    mapping = as_dict(value)
    if len(mapping) > _MOST_PAIRS:
        yield errors.too_many_properties(path, len(mapping), _MOST_PAIRS)
    for key, item in mapping.items():
        yield from text(f"{path}.{key}", key, _LONGEST_KEY)
        yield from text(f"{path}.{key}", item, _LONGEST_VALUE)
