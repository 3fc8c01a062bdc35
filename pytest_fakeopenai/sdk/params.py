"""What the installed SDK takes for an endpoint's request, as a check: a new release is known without one of ours."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ..wire.contract import Violation
from ..wire.contract.alternatives import Tagged
from ..wire.contract.checked import Checked
from ..wire.contract.overrides import Override, overridden
from ..wire.contract.shapes import Object, Shape
from ..wire.protocol import errors
from .catalogue import catalogue
from .hints import HintReader
from .signature import signature


@dataclass(frozen=True, eq=False)
class Parameters:
    """Where an endpoint's parameters are described.

    `type` names the SDK's type for them below `openai.types`, `completion_create_params.CompletionCreateParamsBase`;
    without it the type is that of the SDK's method that is called like the endpoint. `overrides` are what is known of
    the API beyond that type. `shape` is the whole of an endpoint that the SDK does not have.
    """

    type: str = ""
    overrides: Sequence[Override] = ()
    shape: Shape | None = None


OF_METHOD = Parameters()
_MODEL = frozenset({"model"})


def violations(
    endpoint: str, body: dict[str, Any], parameters: Parameters = OF_METHOD, *, older: bool = False
) -> list[Violation]:
    """What of a request's body the types of this endpoint's parameters do not allow, in the order of the document.

    `older` marks the front end that names all unknown arguments in one error.
    """
    broken = check(endpoint, parameters).violations(body)
    if not broken:
        return broken
    return [_regraded(violation, older=older) for violation in (_older(broken) if older else broken)]


@cache
def is_current() -> bool:
    """Whether the installed SDK is of the newest major; what an older one does not name, today's API may well know."""
    import openai

    return int(openai.VERSION.partition(".")[0]) >= 3


def _regraded(violation: Violation, *, older: bool) -> Violation:
    """What is known of fields inside others that no type names: the older endpoints ignore them, others may."""
    if violation.error.code != "unknown_parameter" or violation.grade == "ignored" or _is_unknown_argument(violation):
        return violation
    return violation._replace(grade="ignored" if older else "typed")


def _older(broken: list[Violation]) -> Iterator[Violation]:
    """The older endpoints name every unknown argument at once, before they look at any other."""
    unknown = [violation for violation in broken if _is_unknown_argument(violation)]
    if unknown:
        yield Violation(errors.unknown_arguments(violation.error.param or "" for violation in unknown))
    yield from (violation for violation in broken if violation not in unknown)


def _is_unknown_argument(violation: Violation) -> bool:
    param = violation.error.param or ""
    return violation.error.code == "unknown_parameter" and not {".", "["} & {*param}


@cache
def check(endpoint: str, parameters: Parameters = OF_METHOD) -> Checked:
    """The compiled check of an endpoint, made when its first request comes: it costs 10 to 60 milliseconds.

    An endpoint that the installed SDK does not know takes anything.
    """
    if parameters.shape is not None:
        return Checked(_whole(parameters.shape, _MODEL), {})
    reader = HintReader()
    hint, elsewhere = _named(parameters.type) if parameters.type else _of_method(endpoint)
    shape = _whole(reader.shape(hint), elsewhere)
    return Checked(overridden(shape, parameters.overrides or _overrides(endpoint)), reader.definitions)


def _overrides(endpoint: str) -> Sequence[Override]:
    """What is known beyond the SDK's types of an endpoint that answers by itself."""
    from ..wire.contract.overrides.self_answering import OVERRIDES  # loaded with the first such endpoint

    return OVERRIDES.get(endpoint, ())


def _whole(shape: Shape, elsewhere: frozenset[str]) -> Shape:
    """The shape of a body, of which every argument is known to be looked at; some of them are looked at elsewhere."""
    if isinstance(shape, Tagged):
        return replace(shape, choices={tag: _whole(each, elsewhere) for tag, each in shape.choices.items()})
    if not isinstance(shape, Object):
        return shape
    fields = {name: Shape() if name in elsewhere else each for name, each in shape.fields.items()}
    return replace(shape, fields=fields, required=shape.required - elsewhere, doubted=frozenset(), unknown="known")


def _named(type_: str) -> tuple[Any, frozenset[str]]:
    """A type below `openai.types`; the model is looked at beforehand, and on Azure stands in the URL."""
    module, _, name = type_.rpartition(".")
    return getattr(importlib.import_module(f"openai.types.{module}"), name), _MODEL


def _of_method(endpoint: str) -> tuple[Any, frozenset[str]]:
    """The type of the body of an endpoint's method, and the parameters that stand in its path."""
    method = catalogue().named(endpoint)
    if method is None:
        return Any, frozenset()
    return signature(method).body or Any, frozenset(method.parameters)
