"""The layers: imports go one way, and nothing heavy is loaded before it is asked for."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pytest_fakeopenai

NAME = "pytest_fakeopenai"
PACKAGE = Path(pytest_fakeopenai.__file__).parent

# What each layer may import when it is loaded: the layers named, and itself. A layer is a module or a folder.
LAYERS: dict[str, set[str]] = {
    "settings": set(),
    "replies": set(),
    "wire": {"replies"},
    "sdk": {"wire"},
    "webhooks": {"wire"},
    "state": {"replies", "settings", "wire"},
    "pipeline": {"replies", "sdk", "state", "wire"},
    "endpoints": {"pipeline", "replies", "sdk", "state", "webhooks", "wire"},
    "server": {"endpoints", "pipeline", "settings", "state", "wire"},
    "clients": {"server", "settings"},
    "app": {"pipeline", "replies", "server", "state"},
    "fake": {"clients", "replies", "settings", "state"},
    "demo": {"fake", "replies"},
    "cli": {"", "replies", "settings", "state"},
    "__main__": {"cli"},
    "plugin": {"settings"},
    "": set(),
}

# What a function may import on top of that when it is called.
LAZY: dict[str, set[str]] = {
    "fake": {"server", "webhooks"},
    "plugin": {"clients", "fake", "server", "state"},
    "cli": {"app", "demo", "server"},
}

# Who may import what from elsewhere.
HEAVY = {
    "pytest": {"plugin"},
    "openai": {"clients", "demo", "sdk"},
    "starlette": {"app", "endpoints", "pipeline", "server"},
    "uvicorn": {"server"},
}


@dataclass(frozen=True)
class Import:
    """One import: who imports what, and whether only a function that is called, or a type checker, does."""

    importer: str
    module: str
    lazy: bool
    typing: bool

    @property
    def layer(self) -> str:
        """The layer that is imported, of a module of the package."""
        return self.module.removeprefix(NAME).strip(".").partition(".")[0]

    @property
    def is_own(self) -> bool:
        """Whether the module imported is one of the package."""
        return self.module.partition(".")[0] == NAME


def parsed() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package: its dotted name, folders included, and its tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = [NAME, *path.relative_to(PACKAGE).with_suffix("").parts]
        yield ".".join(parts), ast.parse(path.read_text(encoding="utf-8"))


def imports_of(module: str, tree: ast.AST, lazy: bool = False, typing: bool = False) -> Iterator[Import]:
    """Every import in a tree."""
    for node in ast.iter_child_nodes(tree):
        inside = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        checked = typing or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(layer_of(module), name.name, lazy, typing)
        elif isinstance(node, ast.ImportFrom):
            for target in targets(module, node):
                yield Import(layer_of(module), target, lazy, typing)
        yield from imports_of(module, node, inside, checked)


def targets(module: str, node: ast.ImportFrom) -> list[str]:
    """The modules that a `from … import …` names, as absolute names."""
    if not node.level:
        return [node.module or ""]
    package = module.split(".")[: -node.level]
    if node.module:
        return [".".join([*package, node.module])]
    base = ".".join(package)
    return [base if name.name.startswith("__") else f"{base}.{name.name}" for name in node.names]


def layer_of(module: str) -> str:
    """The layer that a module belongs to; the package itself is the empty one."""
    layer = module.split(".")[1]
    return "" if layer == "__init__" else layer


IMPORTS = [edge for module, tree in parsed() for edge in imports_of(module, tree)]


def test_knows_every_layer_and_every_layer_is_there() -> None:
    assert {layer_of(module) for module, _ in parsed()} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_downwards_only(layer: str) -> None:
    imports = [each for each in IMPORTS if each.importer == layer and each.is_own and not each.typing]
    at_once = {each.layer for each in imports if not each.lazy}
    lazily = {each.layer for each in imports if each.lazy}

    assert at_once - {layer} - LAYERS[layer] == set()
    assert lazily - {layer} - LAYERS[layer] - LAZY.get(layer, set()) == set()


@pytest.mark.parametrize("layer", LAZY)
def test_loads_lazily_what_it_must_not_load_at_once(layer: str) -> None:
    lazily = {each.layer for each in IMPORTS if each.importer == layer and each.is_own and each.lazy}

    assert lazily >= LAZY[layer]
    assert LAZY[layer] & LAYERS[layer] == set()


def test_has_no_circle_among_its_layers() -> None:
    done: set[str] = set()
    open_layers = dict(LAYERS)
    while ready := {layer for layer, below in open_layers.items() if below <= done}:
        done |= ready
        open_layers = {layer: below for layer, below in open_layers.items() if layer not in ready}

    assert open_layers == {}


@pytest.mark.parametrize("heavy", HEAVY)
def test_loads_other_packages_in_few_places_only(heavy: str) -> None:
    imports = [each for each in IMPORTS if each.module.partition(".")[0] == heavy and not each.typing]
    importers = {each.importer for each in imports}

    assert importers
    assert importers - HEAVY[heavy] == set()


@pytest.mark.parametrize("module", [NAME, f"{NAME}.plugin"])
def test_loads_nothing_but_pytest_before_a_fixture_is_used(module: str) -> None:
    code = (
        "import json, sys, pytest; before = set(sys.modules); "
        f"import {module}; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    names = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    loaded = {name.partition(".")[0] for name in json.loads(names)}
    assert loaded - {NAME} - sys.stdlib_module_names == set()
    assert NAME in loaded


def decorated() -> Iterator[tuple[str, str]]:
    """Every decorated function of the package with the text of its decorator."""
    for module, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for decorator in node.decorator_list:
                    yield f"{module}.{node.name}", ast.unparse(decorator)


def test_has_no_autouse_fixture() -> None:
    fixtures = {name: text for name, text in decorated() if "fixture" in text}

    assert {name for name, text in fixtures.items() if "autouse" in text} == set()
    assert {name.rpartition(".")[2] for name in fixtures} == {
        "fake_openai",
        "fake_openai_server",
        "openai_client",
        "async_openai_client",
    }


def test_names_no_module_for_everything() -> None:
    names = {part for module, _ in parsed() for part in module.split(".")}

    assert names & {"utils", "util", "core", "helpers", "helper", "common", "misc"} == set()


def test_exports_routes_from_every_family_of_endpoints() -> None:
    folder = PACKAGE / "endpoints"
    families = [path for path in folder.iterdir() if not path.name.startswith("_")]
    bare = [path.name for path in families if "ROUTES" not in assigned(path)]

    assert bare == []
    assert len(families) > 3


def assigned(path: Path) -> set[str]:
    """The names that a module, or the package in a folder, assigns at its top."""
    source = path / "__init__.py" if path.is_dir() else path
    nodes = ast.parse(source.read_text(encoding="utf-8")).body
    plain = {ast.unparse(target) for node in nodes if isinstance(node, ast.Assign) for target in node.targets}
    return plain | {ast.unparse(node.target) for node in nodes if isinstance(node, ast.AnnAssign)}


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The public functions and classes of a module, and the public methods of its public classes."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, definitions) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                methods = (each for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))
                yield from (each for each in methods if not each.name.startswith("_") and not is_variant(each))


def is_variant(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method is an overload or a setter, which its twin documents."""
    return any(ast.unparse(each) == "overload" or ast.unparse(each).endswith(".setter") for each in node.decorator_list)


def test_documents_every_module_and_every_public_function() -> None:
    bare = [module for module, tree in parsed() if tree.body and not ast.get_docstring(tree)]
    bare += [
        f"{module}.{node.name}" for module, tree in parsed() for node in public(tree) if not ast.get_docstring(node)
    ]

    assert bare == []
