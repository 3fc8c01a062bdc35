"""The layers: imports go one way, and nothing heavy is loaded before it is asked for."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .imports import NAME, PACKAGE, Import, circles, graph, imports, parsed

# What each layer may import when it is loaded: the layers named, and itself. A layer is a module or a folder.
LAYERS: dict[str, set[str]] = {
    "settings": set(),
    "unpatched": set(),
    "notices": set(),
    "replies": set(),
    "wire": {"replies"},
    "sdk": {"unpatched", "wire"},
    "webhooks": {"wire"},
    "state": {"replies", "settings", "unpatched", "wire"},
    "pipeline": {"replies", "sdk", "state", "unpatched", "wire"},
    "endpoints": {"pipeline", "replies", "sdk", "state", "unpatched", "webhooks", "wire"},
    "server": {"endpoints", "pipeline", "sdk", "settings", "state", "unpatched"},
    "clients": {"notices", "server", "settings", "unpatched"},
    "extending": {"pipeline", "replies", "sdk", "wire"},
    "app": {"pipeline", "replies", "server", "settings", "state"},
    "fake": {"clients", "notices", "replies", "settings", "state"},
    "fake_server": {"fake", "settings"},
    "demo": {"fake", "replies"},
    "cli": {"", "replies", "settings", "state"},
    "__main__": {"cli"},
    "plugin": {"settings"},
    "": set(),
}

# What a function may import on top of that when it is called, and a type checker.
LAZY: dict[str, set[str]] = {
    "fake": {"server", "webhooks"},
    "fake_server": {"server"},
    "plugin": {"clients", "fake", "fake_server", "notices", "server", "state"},
    "cli": {"app", "demo", "server"},
}

# What each room of `wire/` may import of the others. A room is a module or a folder of it.
WIRE: dict[str, set[str]] = {
    "models": set(),
    "vectors": set(),
    "jsonschema": {"json_values"},
    "nouns": set(),
    "json_values": set(),
    "protocol": {"models"},
    "tokens": {"models"},
    "moderation": {"protocol"},
    "resources": {"protocol"},
    "realtime": {"protocol"},
    "media": {"protocol"},
    "webhooks": {"protocol"},
    "evaluation": {"protocol", "vectors"},
    "billing": {"json_values", "media", "models", "protocol", "tokens"},
    "contract": {"billing", "json_values", "jsonschema", "models", "protocol", "tokens"},
}

# Which family of endpoints may import from which other, and why. Any other two share only what lies below them.
FAMILIES: dict[tuple[str, str], str] = {
    ("assistants", "files"): "tool_resources list files, which must exist",
    ("assistants", "vector_stores"): "tool_resources create vector stores of the files that they list",
    ("batches", "files"): "a batch reads its lines from a file, and writes its results into files",
    ("containers", "files"): "a container takes copies of uploaded files",
    ("containers", "skills"): "a container is made with skills, whose bundles it unpacks",
    ("conversations", "responses"): "a conversation's items are those of the Responses API, and are kept the same way",
    ("evals", "chat_completions"): "a data source can be the stored chat completions",
    ("evals", "files"): "a data source can be an uploaded file",
    ("evals", "responses"): "a data source can be the stored responses",
    ("fine_tuning", "files"): "a job reads its examples from a file, and writes its metrics into one",
    ("images", "files"): "an image to edit can be an uploaded file",
    ("private", "images"): "the URLs of generated images lie below a path of our own",
    ("responses", "vector_stores"): "the tool file_search searches them",
    ("skills", "files"): "a bundle is kept as the content of a file is",
    ("threads", "assistants"): "a run takes its settings and tools from its assistant",
    ("threads", "chat_completions"): "a run's messages and answers are counted as a chat completion's are",
    ("threads", "vector_stores"): "the tool file_search searches them",
    ("uploads", "files"): "a completed upload is a file",
    ("vector_stores", "files"): "a store is filled with uploaded files",
}

# Families that answer by the SDK's types, and only add something before or after.
BY_TYPES = {"agents", "evals", "fine_tuning"}

# Who may import what from elsewhere.
HEAVY = {
    "pytest": {"plugin"},
    "openai": {"clients", "demo", "sdk"},
    "starlette": {"app", "endpoints", "pipeline", "server"},
    "uvicorn": {"server"},
}

OWN = [each for each in imports() if each.is_own]


def layer_of(module: str) -> str:
    """The layer that a module of the package belongs to; the package itself is the empty one."""
    return module.partition(".")[0]


def room_of(module: str, layer: str) -> str:
    """The module or folder within a layer that a module belongs to; empty for what is not in the layer."""
    first, *rest = module.split(".")
    return rest[0] if first == layer and rest else ""


def between_rooms(layer: str) -> dict[tuple[str, str], list[Import]]:
    """The imports from one room of a layer into another."""
    arrows: dict[tuple[str, str], list[Import]] = {}
    for each in OWN:
        start, end = room_of(each.importer, layer), room_of(each.module, layer)
        if start and end and start != end:
            arrows.setdefault((start, end), []).append(each)
    return arrows


def test_knows_every_layer_and_every_layer_is_there() -> None:
    assert {layer_of(module) for module in parsed()} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_downwards_only(layer: str) -> None:
    own = [each for each in OWN if layer_of(each.importer) == layer and not (layer == "" and each.typing)]
    at_once = {layer_of(each.module) for each in own if not each.lazy}
    lazily = {layer_of(each.module) for each in own if each.lazy}

    assert at_once - {layer} - LAYERS[layer] - LAZY.get(layer, set()) == set()
    assert lazily - {layer} - LAYERS[layer] - LAZY.get(layer, set()) == set()


@pytest.mark.parametrize("layer", LAZY)
def test_loads_lazily_what_it_must_not_load_at_once(layer: str) -> None:
    own = [each for each in OWN if layer_of(each.importer) == layer]

    assert {layer_of(each.module) for each in own if each.lazy or each.typing} >= LAZY[layer]
    assert {layer_of(each.module) for each in own if not (each.lazy or each.typing)} & LAZY[layer] == set()
    assert LAZY[layer] & LAYERS[layer] == set()


def test_has_no_circle_among_its_layers() -> None:
    assert circles(LAYERS) == set()


def test_has_no_circle_of_files_whenever_and_for_whomever_they_import() -> None:
    assert circles(graph((each.importer, each.module) for each in OWN)) == set()


def test_orders_the_rooms_of_the_wire() -> None:
    rooms = {room_of(module, "wire") for module in parsed()} - {""}
    forbidden = {arrow: edges for arrow, edges in between_rooms("wire").items() if arrow[1] not in WIRE[arrow[0]]}

    assert rooms == set(WIRE)
    assert circles(WIRE) == set()
    assert forbidden == {}


def test_imports_from_another_family_only_for_a_reason() -> None:
    arrows = {arrow for arrow in between_rooms("endpoints") if "_fallback" not in arrow}

    assert arrows == set(FAMILIES)


def test_answers_by_types_where_that_is_known() -> None:
    arrows = {arrow for arrow in between_rooms("endpoints") if "_fallback" in arrow}

    assert arrows == {(family, "_fallback") for family in BY_TYPES}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_nothing_that_another_layer_keeps_to_itself(layer: str) -> None:
    private = [
        each
        for each in OWN
        if layer_of(each.importer) == layer != layer_of(each.module)
        if any(is_private(part) for part in (*each.module.split("."), *each.names))
    ]

    assert private == []


def is_private(name: str) -> bool:
    """Whether a name begins with an underscore, and is not one of Python's own."""
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("heavy", HEAVY)
def test_loads_other_packages_in_few_places_only(heavy: str) -> None:
    importers = {
        layer_of(each.importer) for each in imports() if each.module.partition(".")[0] == heavy and not each.typing
    }

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
    for module, tree in parsed().items():
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
    names = {part for module in parsed() for part in module.split(".")}

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
    bare = [module for module, tree in parsed().items() if tree.body and not ast.get_docstring(tree)]
    bare += [
        f"{module}.{node.name}"
        for module, tree in parsed().items()
        for node in public(tree)
        if not ast.get_docstring(node)
    ]

    assert bare == []
