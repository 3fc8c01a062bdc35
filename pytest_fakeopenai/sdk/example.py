"""The smallest valid instance of a type of the SDK's answers, with what is already known of it laid over."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_UNIONS = (Union, types.UnionType)
# The states that a thing has once all is well with it, best first: whoever waits for one need not wait.
_FINISHED = ("completed", "succeeded", "processed", "ready", "active", "running", "delivered", "enabled", "idle")
_UNDECIDED = "pending"  # what else waits for somebody
_SECRETS = ("client_secret", "signing_secret", "value")
_NOTHING = object()
_WORD = re.compile(r"[A-Z][a-z]*")


@dataclass(frozen=True)
class ExampleFactory:
    """Makes instances: `identify` gives the id of a model for its `object` name, `now` is the second of creation."""

    identify: Callable[[str], str]
    now: int

    def make(self, hint: Any, given: Any = _NOTHING, name: str = "") -> Any:
        """An instance of a type, as JSON, that keeps as much of `given` as fits; `name` is that of its field."""
        hint = _bare(hint)
        if given is not _NOTHING and (kept := self._kept(hint, given, name)) is not _NOTHING:
            return kept
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return next((state for state in (*_FINISHED, _UNDECIDED) if state in arguments), arguments[0])
        if origin in _UNIONS:
            return None if type(None) in arguments else self.make(arguments[0], name=name)
        if _is_model(hint):
            return self._model(hint, given if isinstance(given, dict) else {})
        if origin is list:
            return []
        if origin is dict or hint in (dict, object, Any):
            return {}
        return self._plain(hint, name)

    def _plain(self, hint: Any, name: str) -> Any:
        if hint is str and name in _SECRETS:
            return self.identify(name)
        if hint is str:
            return self.identify(name.removesuffix("_id")) if name == "id" or name.endswith("_id") else ""
        if hint is int:
            return self.now if name.endswith(("_at", "_time")) or name == "created" else 0
        return {bool: False, float: 0.0}.get(hint)

    def _model(self, hint: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
        made = {}
        for name, field in hint.model_fields.items():
            wire = field.alias or name
            if wire in given:
                made[wire] = self.make(field.annotation, given[wire], wire)
            elif field.is_required():
                made[wire] = self._required(hint, field.annotation, wire)
            elif wire == "metadata":  # which the API sends always
                made[wire] = self.make(field.annotation, {}, wire)
        return made

    def _required(self, owner: type[BaseModel], hint: Any, name: str) -> Any:
        return self.identify(_kind(owner)) if name == "id" and hint is str else self.make(hint, name=name)

    def _kept(self, hint: Any, given: Any, name: str) -> Any:
        """What of a value fits a type; _NOTHING where none of it does."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in _UNIONS:
            return self._kept_in_union(arguments, given, name)
        if hint is type(None):
            return None if given is None else _NOTHING
        if origin is Literal:
            return given if given in arguments else _NOTHING
        if _is_model(hint):
            return self._model(hint, given) if isinstance(given, dict) and _suits(hint, given) else _NOTHING
        if origin is list:
            return self._kept_list(arguments, given, name)
        if origin is dict or hint is dict:
            return given if isinstance(given, dict) else _NOTHING
        return _scalar(hint, given)

    def _kept_in_union(self, hints: tuple[Any, ...], given: Any, name: str) -> Any:
        """The value as the first member of the union that keeps it, of objects the one that keeps most of it."""
        kept = [each for hint in hints if (each := self._kept(_bare(hint), given, name)) is not _NOTHING]
        if not kept:
            return _NOTHING
        return max(kept, key=lambda each: len(each.keys() & given.keys())) if isinstance(given, dict) else kept[0]

    def _kept_list(self, arguments: tuple[Any, ...], given: Any, name: str) -> Any:
        if not isinstance(given, list):
            return _NOTHING
        hint = _bare(arguments[0]) if arguments else Any
        kept = [self._kept(hint, each, name) for each in given]
        return _NOTHING if _NOTHING in kept else kept


def _bare(hint: Any) -> Any:
    return _bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _kind(owner: type[BaseModel]) -> str:
    """What a model calls itself in `object`, or else the last word of its name."""
    field = owner.model_fields.get("object")
    values = get_args(_bare(field.annotation)) if field is not None else ()
    return str(values[0]) if values else _WORD.findall(owner.__name__.removesuffix("Response"))[-1].lower()


def _suits(hint: type[BaseModel], given: Mapping[str, Any]) -> bool:
    """Whether no constant of a model, such as its type, is another in the value."""
    for name, field in hint.model_fields.items():
        annotation = _bare(field.annotation)
        if get_origin(annotation) is Literal and name in given and given[name] not in get_args(annotation):
            return False
    return True


def _scalar(hint: Any, given: Any) -> Any:
    """A plain value of a type; numbers and truths also as the texts that forms and queries hold them as."""
    if hint in (object, Any) or type(given) is hint:
        return given
    if hint is bool and isinstance(given, str):
        return {"true": True, "false": False}.get(given, _NOTHING)
    if hint not in (int, float) or not (isinstance(given, str) or (hint is float and type(given) is int)):
        return _NOTHING
    try:
        found = hint(given)
    except (ValueError, OverflowError):
        return _NOTHING
    return found if hint is int or math.isfinite(found) else _NOTHING
