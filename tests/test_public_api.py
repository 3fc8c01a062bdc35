"""The public names: complete, sorted, documented, and the version as the changelog has it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

import pytest_fakeopenai
from pytest_fakeopenai import _HOMES, __all__, __version__, extending, plugin

PACKAGE = Path(pytest_fakeopenai.__file__).parent
CHANGELOG = PACKAGE.parent / "CHANGELOG.md"


def imported_for_type_checkers() -> dict[str, str]:
    """The names that `__init__.py` imports for type checkers, and the modules that they come from."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert len(imports) == len(block.body)
    return {name.asname or name.name: node.module or "" for node in imports for name in node.names}


def test_lists_its_names_sorted_and_once() -> None:
    assert __all__ == sorted(set(__all__))


def test_finds_at_run_time_what_type_checkers_see() -> None:
    assert imported_for_type_checkers() == _HOMES
    assert sorted(_HOMES) == __all__


def test_offers_its_names_to_dir_and_star() -> None:
    namespace: dict[str, object] = {}
    exec("from pytest_fakeopenai import *", namespace)

    assert sorted(namespace.keys() - {"__builtins__"}) == __all__
    assert set(dir(pytest_fakeopenai)) == {*__all__, "__version__"}


@pytest.mark.parametrize("name", __all__)
def test_exports_what_its_home_defines_with_a_docstring(name: str) -> None:
    value = getattr(pytest_fakeopenai, name)

    assert value.__module__ == f"pytest_fakeopenai.{_HOMES[name]}"
    assert value.__name__ == name
    assert is_documented(value), f"{name} needs a docstring of its own whose first line is a sentence"


def is_documented(value: object) -> bool:
    """Whether the value has a docstring of its own that begins with a sentence, or with the head of a list."""
    doc = inspect.cleandoc((vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__) or "")
    summary = " ".join(doc.partition("\n\n")[0].split())
    return re.match(r"[A-Z`\d].*[.:]$", summary) is not None


def test_has_no_other_attribute() -> None:
    with pytest.raises(AttributeError, match=r"^module 'pytest_fakeopenai' has no attribute 'Nothing'$"):
        _ = pytest_fakeopenai.Nothing


def modules() -> Iterator[ModuleType]:
    """Every module of the package."""
    yield pytest_fakeopenai
    for module in pkgutil.walk_packages(pytest_fakeopenai.__path__, f"{pytest_fakeopenai.__name__}."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def own_classes() -> Iterator[type]:
    """Every public class that the package defines."""
    for module in modules():
        for name, value in vars(module).items():
            if inspect.isclass(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                yield value


def test_documents_every_public_class() -> None:
    classes = list(own_classes())

    assert [cls.__qualname__ for cls in classes if not is_documented(cls)] == []
    assert len(classes) > len(__all__)


def test_documents_the_members_of_its_public_classes() -> None:
    bare = [
        f"{name}.{member}"
        for name in __all__
        if inspect.isclass(cls := getattr(pytest_fakeopenai, name))
        for member, value in vars(cls).items()
        if not member.startswith("_") and (callable(value) or isinstance(value, property))
        if not (inspect.getdoc(value) or "").strip()
    ]

    assert bare == []


# The modules from which users import: for tests, and for families of their own.
PUBLIC = [pytest_fakeopenai, extending]
# What a user gets and never makes.
HANDED_OUT = {"FakeOpenAIServer", "RecordedRequest", "Requests", "Rule", "WebhookDelivery", "Upload"}


def signatures(value: Any) -> Iterator[Any]:
    """What a user of a public name calls or reads: functions with hints, and classes whose fields have them."""
    if not inspect.isclass(value):
        yield value
        return
    yield value
    for name, member in vars(value).items():
        if name.startswith("_") and (name != "__init__" or value.__name__ in HANDED_OUT):
            continue
        function = getattr(member, "fget", None) or getattr(member, "func", None) or member
        if inspect.isfunction(function):
            yield function


def names_for_type_checkers(module: ModuleType) -> dict[str, Any]:
    """What a module imports for type checkers only."""
    names: dict[str, Any] = dict(vars(module))
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            exec("\n".join(map(ast.unparse, node.body)), names)
    return names


def own_types(hint: Any) -> Iterator[str]:
    """The names of the package's own classes in a type hint."""
    if inspect.isclass(hint) and hint.__module__.partition(".")[0] == pytest_fakeopenai.__name__:
        yield hint.__name__
    for argument in get_args(hint):
        for inner in argument if isinstance(argument, list) else [argument]:
            yield from own_types(inner)


def types_in(signature: Any) -> set[str]:
    """The names of the package's own classes in what a signature takes and gives, and in public fields."""
    hints = get_type_hints(signature, names_for_type_checkers(sys.modules[signature.__module__]))
    return {name for field, hint in hints.items() if not field.startswith("_") for name in own_types(hint)}


FIXTURES = ("fake_openai", "fake_openai_server", "openai_client", "async_openai_client")


def test_offers_every_type_that_a_public_signature_names() -> None:
    fixtures = [inspect.unwrap(getattr(plugin, name)) for name in FIXTURES]
    values = [getattr(pytest_fakeopenai, name) for name in __all__]
    walked = [signature for value in (*values, *fixtures) for signature in signatures(value)]
    hinted = {name: signature.__qualname__ for signature in walked for name in types_in(signature)}

    public = {name for module in PUBLIC for name in module.__all__}
    assert {name: where for name, where in hinted.items() if name not in public} == {}
    assert len(walked) > len(__all__)
    assert hinted.keys() >= {"Rule", "Gate", "Pace", "Requests", "WebhookDelivery", "FakeOpenAI", "RecordedRequest"}


def test_has_a_version_that_the_changelog_knows() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?(?: |$)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)

    assert __version__ in headings
    assert headings == sorted(headings, key=lambda version: [*map(int, version.split("."))], reverse=True)


def test_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
