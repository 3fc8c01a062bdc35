"""One module per URL family; each exports its `ROUTES`, a list of operations.

A family that the script answers is a folder with a module `surface`, which exports its `SURFACES`.

A family is named after the segments that its URLs begin with, so that a URL tells which one to load: the first request
to an API of many families waits for one of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

from ..pipeline.context import RequestContext
from ..pipeline.operation import Operation
from ..pipeline.surface import Surface
from ..unpatched import Files
from ..wire.protocol import errors

_FOLDER = __path__[0]
FAMILIES = frozenset(name.removesuffix(".py") for name in Files.names(_FOLDER) if not name.startswith("_"))


def family_of(path: str) -> str:
    """The family that a URL's path belongs to, or nothing: that of its first two segments, or of the first."""
    first, _, rest = path.lstrip("/").partition("/")
    both = f"{first}_{rest.partition('/')[0]}"
    return next((name for name in (both, first) if name in FAMILIES), "")


def operations(family: str) -> list[Operation]:
    """The operations of a family, in no order."""
    routes: list[Operation] = importlib.import_module(f"{__name__}.{family}").ROUTES
    return routes


def surfaces() -> Iterator[Surface]:
    """The endpoints that the script answers, family by family, each loaded when it is reached."""
    for family in sorted(FAMILIES):
        if _has_surfaces(family):
            yield from importlib.import_module(f"{__name__}.{family}.surface").SURFACES


def _has_surfaces(family: str) -> bool:
    try:
        return "surface.py" in Files.names(f"{_FOLDER}/{family}")
    except OSError:  # it is a module
        return False


def discover() -> list[Operation]:
    """The operations of every family, fixed paths before those with parameters."""
    return arrange(operation for family in sorted(FAMILIES) for operation in operations(family))


def arrange(operations: Iterable[Operation]) -> list[Operation]:
    """Operations in the order in which they are matched; ValueError for two with the same method and path."""
    seen: set[tuple[str, str]] = set()
    arranged = sorted(operations, key=lambda operation: operation.path.count("{"))
    for operation in arranged:
        key = (operation.method, operation.path)
        if key in seen:
            raise ValueError(f"two operations answer {operation.method} {operation.path}")
        seen.add(key)
    return arranged


def fallback(verb: str, path: str, other_verb: bool) -> tuple[Operation, dict[str, str]]:
    """The operation for a request that no family answers, and the values in its path, by placeholder.

    It answers by the SDK's types where the SDK has such an operation. Else it raises the API's 405, where a family or
    the SDK has the path with another verb, or its 404 for an unknown URL.
    """
    from ._fallback import find_operation, is_known  # loaded with the first such request

    if (match := find_operation(verb, path)) is not None:
        return match
    refuse = errors.wrong_method if other_verb or is_known(path) else errors.unknown_url

    async def handler(context: RequestContext) -> None:
        raise refuse(context.record.method, context.record.path)

    return Operation(verb, path, "", handler), {}
