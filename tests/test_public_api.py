"""The public names: complete, sorted, documented, and the version as the changelog has it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import pytest_fakeopenai
from pytest_fakeopenai import _HOMES, __all__, __version__

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


def test_has_a_version_that_the_changelog_knows() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?(?: |$)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)

    assert __version__ in headings
    assert headings == sorted(headings, key=lambda version: [*map(int, version.split("."))], reverse=True)


def test_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
