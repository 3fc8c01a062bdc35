"""A request to an operation that only the SDK's catalogue describes, as its handler sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...pipeline.collections import CollectionPath, CollectionView, example_factory
from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.results import Result
from ...sdk.catalogue import Method
from ...sdk.signature import Signature, signature
from ...wire.protocol.call import Json

Handler = Callable[["FallbackRequest"], Result]


@dataclass(frozen=True)
class Creation:
    """What is stored beside an object that was made from types: the body of the request that created it."""

    request: Json


class FallbackRequest:
    """A request with the SDK's method for it; `body` is its JSON or its form without files, {} where it has none."""

    def __init__(self, context: RequestContext, method: Method, body: Json) -> None:
        self.context = context
        self.method = method
        self.body = body

    @property
    def types(self) -> Signature:
        """The types of the operation's parameters and of its answer."""
        return signature(self.method)

    def collection(self, template: str) -> CollectionView[object]:
        """The collection at a path template, whose placeholders are those of the request's path.

        It may be that of a family, which stores what it likes beside its objects.
        """
        return CollectionPath[object](template).view(self.context)

    def example(self, fields: Json) -> Json:
        """An answer of the operation's type with those of the fields, and of the ids in the path, that fit it.

        The fields may be those of an object of another type: what the answer's type says of `object` has precedence.
        """
        values = {name: value for name, value in {**self.context.path, **fields}.items() if name != "object"}
        body = example_factory(self.context, str(values.get("id") or "")).make(self.types.answer, values)
        if not isinstance(body, dict):
            return {}
        return {**body, "object": fields["object"]} if body.get("object") == "" and "object" in fields else body


def without_files(value: Any) -> Any:
    """The fields of a form without its files, which no answer repeats."""
    if isinstance(value, dict):
        return {name: without_files(each) for name, each in value.items() if not isinstance(each, Upload)}
    if isinstance(value, list):
        return [without_files(each) for each in value if not isinstance(each, Upload)]
    return value
