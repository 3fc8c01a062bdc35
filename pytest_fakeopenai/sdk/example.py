"""Examples of the SDK's types of answers: the smallest valid instance, with the values that are there already."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ..wire.nouns import referenced

Json = dict[str, Any]
_UNIONS = (Union, types.UnionType)
# The statuses of an object that has nothing to wait for, best first, so that a client that polls for one ends at once.
_FINISHED = ("completed", "succeeded", "processed", "ready", "active", "running", "delivered", "enabled", "idle")
_UNDECIDED = "pending"  # the status of what somebody has to decide, such as an invitation
_SECRETS = ("client_secret", "signing_secret", "value")
_NOTHING = object()  # stands for no value, since None is one
_WORD = re.compile(r"[A-Z][a-z]*")
_OPERATIONS = ("Create", "Retrieve", "Update", "List", "Response")  # words in the name of a type that name no object


@dataclass(frozen=True)
class ExampleFactory:
    """Makes instances of the SDK's types, as JSON.

    `identify` makes the id of an object from what it calls itself in `object`; `now` is the Unix time of creation.
    """

    identify: Callable[[str], str]
    now: int
    _is_complete: bool = False

    def complete(self, hint: Any, value: Json) -> Json:
        """An object of a type with every key that the type knows: null where it has no value; {} for another hint."""
        instance = replace(self, _is_complete=True).make(hint, value)
        return instance if isinstance(instance, dict) else {}

    def make(self, hint: Any, value: Any = _NOTHING, name: str = "") -> Any:
        """An instance of a type that keeps as much of a value as fits the type; `name` is that of its field."""
        hint = bare(hint)
        if value is not _NOTHING and (fitted := self._fit(hint, value, name)) is not _NOTHING:
            return fitted
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return next((state for state in (*_FINISHED, _UNDECIDED) if state in arguments), arguments[0])
        if origin in _UNIONS:
            return None if type(None) in arguments else self.make(arguments[0], name=name)
        if is_model(hint):
            return self._model(hint, value if isinstance(value, dict) else {})
        if origin is list:
            return []
        if origin is dict or hint in (dict, object, Any):
            return {}
        return self._plain(hint, name)

    def _plain(self, hint: Any, name: str) -> Any:
        if hint is str and name in _SECRETS:
            return self.identify(name)
        if hint is str:
            noun = name if name == "id" else referenced(name)
            return self.identify(noun) if noun else ""
        if hint in (int, float) and (name.endswith(("_at", "_time")) or name == "created"):
            return self.now
        if hint is int:
            return 0
        return {bool: False, float: 0.0}.get(hint)

    def _model(self, hint: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
        instance = {}
        for name, field in hint.model_fields.items():
            wire = field.alias or name
            if wire in values:
                instance[wire] = self.make(field.annotation, values[wire], wire)
            elif field.is_required():
                instance[wire] = self._required(hint, field.annotation, wire)
            elif wire == "metadata":  # which the API sends always
                instance[wire] = self.make(field.annotation, {}, wire)
            elif self._is_complete:
                instance[wire] = self._optional(field.annotation, wire)
        return instance

    def _required(self, owner: type[BaseModel], hint: Any, name: str) -> Any:
        return self.identify(_kind(owner)) if name == "id" and hint is str else self.make(hint, name=name)

    def _optional(self, hint: Any, name: str) -> Any:
        """Nothing; of what tells how an object stands, that it has nothing to wait for."""
        states = [each for each in get_args(hint) if get_origin(bare(each)) is Literal]
        return self.make(states[0], name=name) if name == "status" and states else None

    def _fit(self, hint: Any, value: Any, name: str) -> Any:
        """The part of a value that fits a type; _NOTHING where none does."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in _UNIONS:
            return self._fit_union(arguments, value, name)
        if hint is type(None):
            return None if value is None else _NOTHING
        if origin is Literal:
            return value if value in arguments else _NOTHING
        if is_model(hint):
            return self._model(hint, value) if isinstance(value, dict) and suits(hint, value) else _NOTHING
        if origin is list:
            return self._fit_list(arguments, value, name)
        if origin is dict or hint is dict:
            return value if isinstance(value, dict) else _NOTHING
        return _scalar(hint, value)

    def _fit_union(self, hints: tuple[Any, ...], value: Any, name: str) -> Any:
        """The value as the first member of the union that it fits, an object as the one that keeps most fields."""
        fitted = [each for hint in hints if (each := self._fit(bare(hint), value, name)) is not _NOTHING]
        if not fitted:
            return _NOTHING
        return max(fitted, key=lambda each: len(each.keys() & value.keys())) if isinstance(value, dict) else fitted[0]

    def _fit_list(self, arguments: tuple[Any, ...], value: Any, name: str) -> Any:
        if not isinstance(value, list):
            return _NOTHING
        hint = bare(arguments[0]) if arguments else Any
        items = [self._fit(hint, each, name) for each in value]
        return _NOTHING if _NOTHING in items else items


def bare(hint: Any) -> Any:
    """A hint without its annotations."""
    return bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def is_model(hint: Any) -> bool:
    """Whether a hint is one of the SDK's classes of objects."""
    return isinstance(hint, type(BaseModel))  # `list[str]` is an instance of `type` to Python 3.10


def _kind(owner: type[BaseModel]) -> str:
    """What a model calls itself in `object`, else the last word of its name that names no operation."""
    field = owner.model_fields.get("object")
    values = get_args(bare(field.annotation)) if field is not None else ()
    words = [word for word in _WORD.findall(owner.__name__) if word not in _OPERATIONS]
    return str(values[0]) if values else (words or ["obj"])[-1].lower()


def suits(hint: type[BaseModel], values: Mapping[str, Any]) -> bool:
    """Whether the values have none that contradicts a constant of the model, such as its `type`."""
    for name, field in hint.model_fields.items():
        annotation = bare(field.annotation)
        if get_origin(annotation) is Literal and name in values and values[name] not in get_args(annotation):
            return False
    return True


def _scalar(hint: Any, value: Any) -> Any:
    """A scalar in its type, read from text as well, for forms and queries hold text; _NOTHING where it does not fit."""
    if hint in (object, Any) or type(value) is hint:
        return value
    if hint is bool and isinstance(value, str):
        return {"true": True, "false": False}.get(value, _NOTHING)
    if hint not in (int, float) or not (isinstance(value, str) or (hint is float and type(value) is int)):
        return _NOTHING
    try:
        number = hint(value)
    except (ValueError, OverflowError):
        return _NOTHING
    return number if hint is int or math.isfinite(number) else _NOTHING
