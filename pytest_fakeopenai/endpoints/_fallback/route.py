"""Which handler answers an operation, by its verb and path, its types, and what else there is at that path."""

from __future__ import annotations

from functools import cache

from ...sdk.catalogue import Method, catalogue
from ...sdk.signature import Signature, signature
from . import bulk, collection, singleton, stub
from .relations import item_method
from .request import Handler
from .usage_reports import is_report

# The handlers that neither store nor read an object: they answer with an example of the type.
EXAMPLES: tuple[Handler, ...] = (stub.content, stub.stream, stub.example)


@cache
def handler_of(method: Method) -> Handler:
    """The handler of an operation.

    A path that ends in a placeholder is that of one object; GET of another path is a list, bytes, a stream, a report or
    a singleton, by the type of its answer; POST creates, sets a singleton, or acts on the object that its path names.
    """
    types = signature(method)
    if method.verb == "GET" and not method.is_item:
        return _handler_of_get(types)
    if method.is_item:
        return {"GET": collection.retrieve, "DELETE": collection.delete}.get(method.verb, collection.update)
    if method.verb == "DELETE":
        return singleton.delete
    return _handler_of_post(method, types)


def _handler_of_get(types: Signature) -> Handler:
    if types.page:
        return collection.list_objects
    if types.binary:
        return stub.content
    if types.events:
        return stub.stream
    return stub.report if is_report(types.answer) else singleton.retrieve


def _handler_of_post(method: Method, types: Signature) -> Handler:
    if types.page:
        return bulk.create if item_method(method.path) is not None else bulk.act
    if types.answer is None or types.binary:
        return stub.example
    retrieval = catalogue().at("GET", method.path)
    if item_method(method.path) is not None or (retrieval is not None and signature(retrieval).page):
        return collection.create
    if retrieval is not None:
        return singleton.update
    return collection.act if _acts_on_its_owner(method, types) else stub.example


def _acts_on_its_owner(method: Method, types: Signature) -> bool:
    """Whether a path is that of an object with a verb behind it, and the answer such an object."""
    owner = method.path.rpartition("/")[0]
    methods = (catalogue().at("GET", owner), catalogue().at("POST", owner.rpartition("/")[0]))
    return owner.endswith("}") and any(each and signature(each).answer == types.answer for each in methods)
