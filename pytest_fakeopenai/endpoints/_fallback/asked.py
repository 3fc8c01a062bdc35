"""A request to an operation of the catalogue, and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...pipeline.collections import CollectionView, example_factory
from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.results import Result
from ...sdk.catalogue import Method
from ...sdk.signature import Signature, signature
from ...wire.protocol.call import Json

GIVEN = "given"  # what is kept of the request that created an object

Act = Callable[["Asked"], Result]


class Asked:
    """A request to an operation of the catalogue."""

    def __init__(self, context: RequestContext, method: Method, body: Json) -> None:
        self.context = context
        self.method = method
        self.body = body

    @property
    def types(self) -> Signature:
        """The operation's types."""
        return signature(self.method)

    def memory(self, template: str) -> CollectionView:
        """The collection at a path of the request's."""
        return CollectionView(self.context, template)

    def make(self, given: Json) -> Json:
        """An answer of the operation's type that keeps what fits of what is given, and of the ids in the path.

        What is given may be an object of another kind: the type says what the answer calls itself.
        """
        known = {name: value for name, value in {**self.context.path, **given}.items() if name != "object"}
        made = example_factory(self.context).make(self.types.answer, known)
        if not isinstance(made, dict):
            return {}
        return {**made, "object": given["object"]} if made.get("object") == "" and "object" in given else made


def without_files(value: Any) -> Any:
    """What a form holds besides files, which no answer repeats."""
    if isinstance(value, dict):
        return {name: without_files(each) for name, each in value.items() if not isinstance(each, Upload)}
    if isinstance(value, list):
        return [without_files(each) for each in value if not isinstance(each, Upload)]
    return value
