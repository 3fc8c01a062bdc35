"""What the modules of the package import, read from their source: at once, by a function, or for a type checker."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest_fakeopenai

NAME = "pytest_fakeopenai"
PACKAGE = Path(pytest_fakeopenai.__file__).parent


@dataclass(frozen=True)
class Import:
    """One import: who imports what, and whether only a function that is called, or a type checker, does.

    Modules of the package are named below it, `state.world`; the package itself is the empty name. `module` is what is
    loaded, `names` what is taken from it.
    """

    importer: str
    module: str
    is_own: bool
    names: tuple[str, ...] = ()
    lazy: bool = False
    typing: bool = False


@cache
def parsed() -> dict[str, ast.Module]:
    """Every module of the package by its name below the package, and its tree."""
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_package(module: str) -> bool:
    """Whether a module of the package is a folder's `__init__`."""
    return (PACKAGE.joinpath(*module.split(".")) / "__init__.py").is_file()


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package."""
    return tuple(each for module, tree in parsed().items() for each in _imports_in(module, tree))


def _imports_in(module: str, node: ast.AST, lazy: bool = False, typing: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(module, alias.name, False, (), lazy, typing) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            targets = _own(module, child) if child.level else {child.module or "": _aliases(child)}
            yield from (
                Import(module, target, bool(child.level), names, lazy, typing) for target, names in targets.items()
            )
        else:
            called = lazy or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            checked = typing or (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING")
            yield from _imports_in(module, child, called, checked)


def _aliases(node: ast.ImportFrom) -> tuple[str, ...]:
    return tuple(alias.name for alias in node.names)


def _own(module: str, node: ast.ImportFrom) -> dict[str, tuple[str, ...]]:
    """The modules of the package that a relative import loads, and the names that it takes from each."""
    parts = [*module.split("."), ""] if is_package(module) else module.split(".")
    base = ".".join(filter(None, [*parts[: -node.level], node.module]))
    targets: dict[str, tuple[str, ...]] = {}
    for name in _aliases(node):
        submodule = ".".join(filter(None, [base, name]))
        target = submodule if submodule in parsed() else base
        targets[target] = (*targets.get(target, ()), name)
    return targets


Graph = Mapping[str, Collection[str]]


def graph(edges: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each node, those that its arrows lead to; arrows to itself are left out."""
    nodes: dict[str, set[str]] = {}
    for start, end in edges:
        nodes.setdefault(start, set())
        nodes.setdefault(end, set())
        if start != end:
            nodes[start].add(end)
    return nodes


def circles(nodes: Graph) -> set[str]:
    """The nodes that lie on a circle, or between two; none where the graph has an order."""
    left = {node: set(ends) for node, ends in nodes.items()}
    while loose := {node for node, ends in left.items() if not ends} | (set(left) - set().union(*left.values())):
        left = {node: ends - loose for node, ends in left.items() if node not in loose}
    return set(left)
