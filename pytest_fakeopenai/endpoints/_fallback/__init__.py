"""The operations that have no module of their own: what the installed SDK says of them, and memory."""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionView
from ...pipeline.context import RequestContext
from ...pipeline.operation import Operation, operate
from ...pipeline.results import Result
from ...pipeline.validation import read_body
from ...sdk.catalogue import Method, catalogue
from ...sdk.signature import signature
from ...wire.protocol import errors
from .asked import Asked, without_files
from .choosing import act_of


def recall(verb: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that answers a request by what the SDK says of it, and the values in its path."""
    found = catalogue().find(verb, path)
    if found is None:
        return None
    method, values = found
    return Operation(verb, method.path, method.name, operate(lambda context: _done(context, method))), values


async def remembered(context: RequestContext) -> Result:
    """What memory answers to a request, for families that do something else beforehand."""
    method = catalogue().named(context.record.endpoint)
    if method is None:
        raise errors.unknown_url(context.record.method, context.record.path)
    return await _done(context, method)


async def _done(context: RequestContext, method: Method) -> Result:
    """The answer to a request, once all that its path goes through is found to be there."""
    act = await in_thread(lambda: act_of(method))
    body = without_files(await read_body(context)) if signature(method).body else {}
    for template, name in _owners(method):
        CollectionView(context, template).get(context.path[name])
    return act(Asked(context, method, body))


def is_known(path: str) -> bool:
    """Whether the SDK knows this path, with whatever verb."""
    return catalogue().knows(path)


def _owners(method: Method) -> Iterator[tuple[str, str]]:
    """The collections of the objects that the path goes through, as far as these can be asked for by themselves.

    Each with what the object is called in the path.
    """
    steps = method.path.split("/")
    for end in range(2, len(steps)):
        owner = catalogue().at("GET", "/".join(steps[:end]))
        if owner is not None and owner.is_item:
            yield "/".join(steps[: end - 1]), steps[end - 1][1:-1]
