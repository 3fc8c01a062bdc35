"""What keeps a JSON value from being an instance of one of the SDK's types of answers, in words."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from .example import bare, is_model, suits

_UNIONS = (Union, types.UnionType)
_SCALARS: dict[Any, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}
# Fields that the types require and some of the API's own answers do not have.
_SOMETIMES_ABSENT = frozenset(
    {"cache_write_tokens", "category_applied_input_types", "parallel_tool_calls", "usage_bytes", "incomplete_details"}
)


@dataclass(frozen=True)
class TypeChecker:
    """Finds what is wrong with a value by a type; a null is never wrong, for the API has more of them than the types.

    `closed` tells whether every unknown key of an object is wrong, or only one that looks like a known one misspelt.
    """

    closed: bool = False

    def problems(self, hint: Any, value: Any, path: str = "") -> Iterator[str]:
        """What is wrong with a value, and what is inside of it, the first thing first."""
        hint = bare(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if value is None:
            return
        if origin in _UNIONS:
            yield from self._union(arguments, value, path)
        elif origin is Literal:
            yield from _literal(arguments, value, path)
        elif is_model(hint):
            yield from self._model(hint, value, path)
        elif origin is list:
            yield from self._items(arguments[0], value, path)
        elif hint in _SCALARS and not _is_scalar(hint, value):
            yield f"{path} is {value!r}, not of type {hint.__name__}"

    def _union(self, hints: tuple[Any, ...], value: Any, path: str) -> Iterator[str]:
        """The problems of the member that has the fewest, an object's first by the constants that tell it."""
        members = [bare(hint) for hint in hints if hint is not type(None)]
        if value == {} and len(members) < len(hints) and any(map(is_model, members)):
            return  # as which the API sends some objects that are not there
        if isinstance(value, dict):
            members = [hint for hint in members if is_model(hint) and suits(hint, value)] or members
        yield from min(([*self.problems(hint, value, path)] for hint in members), key=len, default=())

    def _model(self, hint: Any, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path or hint.__name__} is {value!r}, not an object"
            return
        fields = {field.alias or name: field for name, field in hint.model_fields.items()}
        missing = [name for name, field in fields.items() if name not in value and field.is_required()]
        if missing := [name for name in missing if name not in _SOMETIMES_ABSENT]:
            yield f"{hint.__name__} needs {', '.join(_inside(path, name) for name in missing)}"
        yield from self._unknown(hint, fields, value, path)
        for name in value.keys() & fields.keys():
            yield from self.problems(fields[name].annotation, value[name], _inside(path, name))

    def _unknown(self, hint: Any, fields: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
        for name in value.keys() - fields.keys():
            near = _near(name, fields.keys() - value.keys() if not self.closed else fields.keys())
            if near or self.closed:
                yield f"{hint.__name__} has no {_inside(path, name)}{near}"

    def _items(self, hint: Any, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} is {value!r}, not a list"
            return
        for position, item in enumerate(value):
            yield from self.problems(hint, item, f"{path}[{position}]")


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_scalar(hint: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, _SCALARS[hint]) or (hint is int and isinstance(value, float) and value.is_integer())


def _literal(values: tuple[Any, ...], value: Any, path: str) -> Iterator[str]:
    if value not in values:
        near = _near(value, values) if isinstance(value, str) else ""
        yield f"{path} is {value!r}, not one of {', '.join(map(repr, values))}{near}"


def _near(name: str, names: Any) -> str:
    """The question whether another of some names is meant; "" where none is near."""
    matches = difflib.get_close_matches(
        name, sorted(filter(lambda each: isinstance(each, str), names)), n=1, cutoff=0.75
    )
    return f"; did you mean {matches[0]!r}?" if matches else ""
