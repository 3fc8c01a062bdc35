"""What an operation does, told by its path and its verb, and by what else there is at that path."""

from __future__ import annotations

from functools import cache

from ...sdk.catalogue import Method, catalogue
from ...sdk.signature import Signature, signature
from . import lists, objects, passing, several, singletons
from .asked import Act
from .creations import create, item_of
from .usage_reports import is_report

# The acts that remember nothing: what they answer is made up from the types.
EXAMPLES: tuple[Act, ...] = (passing.content, passing.stream, passing.example)


@cache
def act_of(method: Method) -> Act:
    """What an operation does, told by its path and its verb, and by what else there is at that path."""
    types = signature(method)
    if method.verb == "GET" and not method.is_item:
        return _get_act(types)
    if method.is_item:
        return {"GET": objects.retrieve, "DELETE": objects.delete}.get(method.verb, objects.update)
    if method.verb == "DELETE":
        return singletons.delete
    return _post_act(method, types)


def _get_act(types: Signature) -> Act:
    if types.page:
        return lists.page
    if types.binary:
        return passing.content
    if types.events:
        return passing.stream
    return passing.report if is_report(types.answer) else singletons.retrieve


def _post_act(method: Method, types: Signature) -> Act:
    if types.page:
        return several.create if item_of(method) is not None else several.act
    if types.answer is None or types.binary:
        return passing.example
    there = catalogue().at("GET", method.path)
    if item_of(method) is not None or (there is not None and signature(there).page):
        return create
    if there is not None:
        return singletons.update
    return objects.act if _acts_on_its_owner(method, types) else passing.example


def _acts_on_its_owner(method: Method, types: Signature) -> bool:
    """Whether a path is that of an object with a verb behind it, and the answer such an object."""
    owner = method.path.rpartition("/")[0]
    makers = (catalogue().at("GET", owner), catalogue().at("POST", owner.rpartition("/")[0]))
    return owner.endswith("}") and any(each and signature(each).answer == types.answer for each in makers)
