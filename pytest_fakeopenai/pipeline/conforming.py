"""Answers brought in line with the SDK's types, for a server that follows them where the API's own answers do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..sdk.catalogue import catalogue
from ..sdk.example import ExampleFactory
from ..sdk.signature import signature
from ..wire.protocol.call import Json
from .collections import example_factory
from .context import RequestContext
from .results import Response, Result


def conforming(context: RequestContext, result: Result) -> Result:
    """The result of an endpoint, with an instance of its type in place of each field that does not fit the type."""
    method = catalogue().named(context.record.endpoint)
    if method is None or signature(method).answer is None:
        return result
    factory, hint = example_factory(context), signature(method).answer
    if isinstance(result, Response) and isinstance(result.body, dict):
        return replace(result, body=_fitted(factory, hint, result.body))
    return _fitted(factory, hint, result) if isinstance(result, dict) else result


def _fitted(factory: ExampleFactory, hint: Any, body: Json) -> Json:
    if "data" in body and body.get("object") == "list" and "data" not in getattr(hint, "model_fields", {}):
        return {**body, "data": [_fitted(factory, hint, each) for each in body["data"]]}
    fitted = factory.make(hint, body)
    return {**body, **fitted} if isinstance(fitted, dict) else body
