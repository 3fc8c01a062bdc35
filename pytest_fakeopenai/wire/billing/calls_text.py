"""Calls of tools and their results as models read them.

Several calls in one message of chat completions are one call of a tool that calls others. It gets

    {"tool_uses":[{"recipient_name":"functions.lamp","parameters":{"room":"hall"}},…]}

and gives the results in the notation of Python's `json.dumps`:

    ["on", {"rung": true}]
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..protocol.call import ToolUse


def recipient(name: str) -> str:
    """The tool that a call goes to, or that a result comes from, behind the namespace: `.lamp`."""
    return f".{name}"


def compact(arguments: str) -> str:
    """The arguments of a call without blanks; those that are no JSON as they are."""
    try:
        text = json.dumps(json.loads(arguments), separators=(",", ":"), ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        return arguments
    return text


def wrapped_calls(calls: Iterable[ToolUse]) -> str:
    """Several calls as the arguments of the one that makes them."""
    uses = (f'{{"recipient_name":"functions.{each.name}","parameters":{compact(each.arguments)}}}' for each in calls)
    return f'{{"tool_uses":[{",".join(uses)}]}}'


def wrapped_results(results: Iterable[str]) -> str:
    """The results of several calls as the result of the one that made them."""
    return json.dumps([*map(_value, results)])


def _value(result: str) -> object:
    """A result that is JSON by what it means, any other as a text."""
    try:
        value = json.loads(result)
    except (ValueError, RecursionError):
        return result
    return result if isinstance(value, str) else value
