"""What the installed SDK takes for an endpoint's request, as a check: a new release is known without one of ours."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from ..wire.contract import Violation
from ..wire.contract.overrides import OVERRIDES
from ..wire.contract.overriding import overridden
from ..wire.contract.shapes import Checked, Object, Shape, Tagged
from ..wire.models import OLDER
from ..wire.protocol import errors
from .catalogue import catalogue
from .hints import HintReader
from .signature import signature

# Where the parameter type of each endpoint stands that is not called by the name of its method.
_TYPES = {
    "chat.completions": ("chat.completion_create_params", "CompletionCreateParamsBase"),
    "responses": ("responses.response_create_params", "ResponseCreateParamsBase"),
    "completions": ("completion_create_params", "CompletionCreateParamsBase"),
    "embeddings": ("embedding_create_params", "EmbeddingCreateParams"),
}


def violations(endpoint: str, body: dict[str, Any]) -> list[Violation]:
    """What of a request's body the types of this endpoint's parameters do not allow, in the order of the document."""
    found = check(endpoint).violations(body)
    if not found:
        return found
    return [_doubted(violation) for violation in (_older(found) if endpoint in OLDER else found)]


@cache
def is_current() -> bool:
    """Whether the installed SDK is of the newest major; what an older one does not name, today's API may well know."""
    import openai

    return int(openai.VERSION.partition(".")[0]) >= 3


def _doubted(violation: Violation) -> Violation:
    if is_current() or violation.error.code != "unknown_parameter" or _is_unknown_argument(violation):
        return violation
    return replace(violation, known=False)


def _older(found: list[Violation]) -> Iterator[Violation]:
    """The older endpoints name every unknown argument at once, before they look at any other."""
    unknown = [violation for violation in found if _is_unknown_argument(violation)]
    if unknown:
        yield Violation(errors.unknown_arguments(violation.error.param or "" for violation in unknown))
    yield from (violation for violation in found if violation not in unknown)


def _is_unknown_argument(violation: Violation) -> bool:
    param = violation.error.param or ""
    return violation.error.code == "unknown_parameter" and not {".", "["} & {*param}


@cache
def check(endpoint: str) -> Checked:
    """The compiled check of an endpoint, made when its first request comes: it costs 10 to 60 milliseconds.

    An endpoint that the installed SDK does not know takes anything.
    """
    reader = HintReader()
    hint, elsewhere = _type(endpoint)
    shape = _without(reader.shape(hint), elsewhere)
    return Checked(overridden(shape, OVERRIDES.get(endpoint, ())), reader.definitions)


def _without(shape: Shape, elsewhere: frozenset[str]) -> Shape:
    """The shape of a body that need not have these parameters."""
    if isinstance(shape, Tagged):
        return replace(shape, choices={tag: _without(each, elsewhere) for tag, each in shape.choices.items()})
    return replace(shape, required=shape.required - elsewhere) if isinstance(shape, Object) else shape


def _type(endpoint: str) -> tuple[Any, frozenset[str]]:
    """The type of an endpoint's parameters, and those of them that do not, or need not, stand in the body."""
    if endpoint in _TYPES:
        module, name = _TYPES[endpoint]
        # The model is looked at beforehand, and on Azure stands in the URL.
        return getattr(importlib.import_module(f"openai.types.{module}"), name), frozenset({"model"})
    method = catalogue().named(endpoint)
    if method is None:
        return Any, frozenset()
    return signature(method).body or Any, frozenset(method.parameters)
