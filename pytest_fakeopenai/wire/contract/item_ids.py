"""The ids of input items: how each type of item's must look, and that none is there twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...replies.faults import ApiError
from . import lengths

# What the ids of an item's type begin with, of those that the API is known to check.
_PREFIXES = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "function_call_output": "fc",
    "custom_tool_call": "ctc",
}
_LONGEST = 64
_is_plain = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_begins_like_an_id = re.compile(r"[a-z]+_").match


def malformed(path: str, item: dict[str, object]) -> Iterator[ApiError]:
    """What is wrong with the ids of an item; one that has nothing but an id refers to another, whatever its type."""
    if "call_id" in item:
        yield from lengths.text(f"{path}.call_id", item["call_id"], _LONGEST)
    if isinstance(value := item.get("id"), str):
        kind = item.get("type") or ("message" if "role" in item else None)
        yield from lengths.text(f"{path}.id", value, _LONGEST)
        yield from _misfit(f"{path}.id", value, _PREFIXES.get(str(kind)))


def _misfit(path: str, value: str, prefix: str | None) -> Iterator[ApiError]:
    if prefix is None:
        return
    if _is_plain(value) and not value.startswith(prefix):
        yield _no_id(path, value, f"begins with '{prefix}'")
    elif not (_is_plain(value) and _begins_like_an_id(value)):
        plain = "contains letters, numbers, underscores, or dashes"
        yield _no_id(path, value, f"{plain}, but this value contained additional characters")


def _no_id(path: str, value: str, what: str) -> ApiError:
    return ApiError(400, f"Invalid '{path}': '{value}'. Expected an ID that {what}.", param=path, code="invalid_value")


def repeated(items: list[dict[str, object]]) -> Iterator[ApiError]:
    """An item that is in the input already."""
    seen: set[str] = set()
    for item in items:
        key = item.get("id")
        if isinstance(key, str):
            if key in seen:
                message = f"Duplicate item found with id {key}. Remove duplicate items from your input and try again."
                yield ApiError(400, message, param="input")
            seen.add(key)
