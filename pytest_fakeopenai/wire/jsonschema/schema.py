"""Reading a JSON Schema that may be any JSON at all: a malformed or unknown keyword has no effect."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from ..json_values import as_dict, as_list, is_finite, is_number

# By name: what a value of the type is called, and whether a value is of it.
TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("a string", lambda value: isinstance(value, str)),
    "object": ("an object", lambda value: isinstance(value, dict)),
    "array": ("an array", lambda value: isinstance(value, list)),
    "integer": ("an integer", lambda value: is_finite(value) and value == math.floor(value)),
    "number": ("a number", is_number),
    "boolean": ("a boolean", lambda value: isinstance(value, bool)),
    "null": ("null", lambda value: value is None),
}


def exact(number: int | float) -> Fraction:
    """A number as it is written in decimal: 0.3 is a multiple of 0.1 in JSON, though not in binary."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def types(argument: object) -> list[str]:
    """The types that a `type` keyword allows; [], which means any, if it names an unknown one."""
    names = as_list(argument) or [argument]
    allowed = [name for name in names if isinstance(name, str) and name in TYPES]
    return allowed if len(allowed) == len(names) else []


def resolve(root: object, ref: str) -> object:
    """The schema that a $ref within this document points to; LookupError where there is none."""
    outside, _, pointer = ref.partition("#")
    if outside or pointer[:1] not in ("", "/"):
        raise LookupError(ref)
    target = root
    for part in unquote(pointer).split("/")[1:]:
        inside = {str(i): item for i, item in enumerate(target)} if isinstance(target, list) else as_dict(target)
        target = inside[part.replace("~1", "/").replace("~0", "~")]
    return target


def child(path: str, name: str) -> str:
    """The path of a property: `$.city`, or `$['first name']`."""
    return f"{path}.{name}" if name.isidentifier() else f"{path}[{name!r}]"


_ESCAPE_OR_SET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE_OR_DOUBLE = re.compile(r"\\.|(?<=^\[)\[|(?<=^\[\^)\[|(?<=-)-|(?<=&)&|(?<=~)~|(?<=\|)\|", re.DOTALL)


def python_pattern(pattern: str) -> str:
    """A pattern without the `[[`, `--`, `&&`, `~~` and `||` that Python warns of in a set: warnings can be errors."""

    def escaped(match: re.Match[str]) -> str:
        return match[0] if len(match[0]) == 2 else "\\" + match[0]

    return _ESCAPE_OR_SET.sub(lambda match: _ESCAPE_OR_DOUBLE.sub(escaped, match[0]), pattern)


def compiled(pattern: object) -> re.Pattern[str] | None:
    """The compiled pattern of a `pattern` keyword, or None if it is none that Python can compile."""
    try:
        return re.compile(python_pattern(pattern)) if isinstance(pattern, str) else None
    except (re.error, ValueError, OverflowError, RecursionError, Warning):
        return None


def is_additional(schema: dict[str, object], name: str) -> bool:
    """Whether additionalProperties is about a property of this name."""
    patterns = map(compiled, as_dict(schema.get("patternProperties")))
    return name not in as_dict(schema.get("properties")) and not any(each and each.search(name) for each in patterns)
