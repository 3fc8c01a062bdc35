"""One module per URL family; each exports its `ROUTES`, a list of operations."""

from __future__ import annotations

import importlib
import pkgutil

from ._exchange import Operation


def discover() -> list[Operation]:
    """The operations of every module in this folder, fixed paths before those with parameters."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    operations: list[Operation] = []
    for name in names:
        operations += importlib.import_module(f"{__name__}.{name}").ROUTES
    return arrange(operations)


def arrange(operations: list[Operation]) -> list[Operation]:
    """Operations in the order in which they are matched; ValueError for two with the same method and path."""
    seen: set[tuple[str, str]] = set()
    for operation in operations:
        key = (operation.method, operation.path)
        if key in seen:
            raise ValueError(f"two operations answer {operation.method} {operation.path}")
        seen.add(key)
    return sorted(operations, key=lambda operation: operation.path.count("{"))
