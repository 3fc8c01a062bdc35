"""What CONTRIBUTING and the noxfile name is there."""

from __future__ import annotations

import ast
import re

from .blocks import ROOT

NOXFILE = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def sessions() -> dict[str, str]:
    """The sessions of the noxfile by name, with what each says that it does."""
    functions = [node for node in NOXFILE.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    return {_name(node): ast.get_docstring(node) or "" for node in functions}


def _name(function: ast.FunctionDef) -> str:
    (decorator,) = function.decorator_list
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return next((ast.literal_eval(each.value) for each in keywords if each.arg == "name"), function.name)


def test_the_fast_session_runs_tests_that_are_there() -> None:
    (paths,) = (
        ast.literal_eval(node.value)
        for node in NOXFILE.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FAST"
    )
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_session_is_described_and_named() -> None:
    text = CONTRIBUTING.partition("`nox --list` names")[2].partition("\n\n")[0]
    assert {*re.findall(r"`(\w+)`", text), "fast"} == sessions().keys()
    assert all(sessions().values())


def test_the_folders_of_tests_are_there() -> None:
    folders = re.findall(r"`(tests/\w+)/`", CONTRIBUTING)
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
