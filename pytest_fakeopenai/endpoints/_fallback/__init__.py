"""The operations that have no module of their own: answered by the SDK's types of them, from stored objects."""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.results import Result
from ...pipeline.validation import read_body
from ...sdk.catalogue import Method, catalogue
from ...sdk.signature import signature
from ...wire.protocol import errors
from .relations import owners
from .request import FallbackRequest, without_files
from .route import handler_of


def find_operation(verb: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that answers a request by what the SDK says of it, and the values in its path, by placeholder.

    None where no method of the SDK makes such a request.
    """
    match = catalogue().find(verb, path)
    if match is None:
        return None
    method, values = match
    return Operation(verb, method.path, method.name, operate(lambda context: _handle(context, method))), values


async def answer_by_types(context: RequestContext) -> Result:
    """The answer of an operation's types, for the families that only add something before or after it.

    Raises the API's error for an unknown URL where the installed SDK does not have the operation.
    """
    method = catalogue().named(context.record.endpoint)
    if method is None:
        raise errors.unknown_url(context.record.method, context.record.path)
    return await _handle(context, method)


async def _handle(context: RequestContext, method: Method) -> Result:
    """The handler's answer; the API's 404 where an object that the path goes through is not there."""
    handler = await in_thread(lambda: handler_of(method))
    body = without_files(await read_body(context)) if signature(method).body else {}
    for template, placeholder in owners(method):
        CollectionPath[object](template).view(context).get(context.path[placeholder])
    return handler(FallbackRequest(context, method, body))


def is_known(path: str) -> bool:
    """Whether some method of the SDK asks for this path, whatever its verb."""
    return catalogue().knows(path)
