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


def conforming(context: RequestContext, stated: Result) -> Result:
    """What an endpoint says, with an instance of its type in place of what does not fit the type."""
    method = catalogue().named(context.record.endpoint)
    if method is None or signature(method).answer is None:
        return stated
    made = example_factory(context)
    if isinstance(stated, Response) and isinstance(stated.body, dict):
        return replace(stated, body=_fitted(made, signature(method).answer, stated.body))
    return _fitted(made, signature(method).answer, stated) if isinstance(stated, dict) else stated


def _fitted(made: ExampleFactory, hint: Any, body: Json) -> Json:
    if "data" in body and body.get("object") == "list" and "data" not in getattr(hint, "model_fields", {}):
        return {**body, "data": [_fitted(made, hint, each) for each in body["data"]]}
    fitted = made.make(hint, body)
    return {**body, **fitted} if isinstance(fitted, dict) else body
