"""The structure of the source: the graphs in ARCHITECTURE.md, the sizes of modules and functions, the names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

from .graph import GRAPHS, PAGE, drawn, mermaid
from .imports import PACKAGE, Import, parsed

ROOT = PACKAGE.parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# The graphs


def test_draws_what_the_source_imports() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert drawn(page) == page, "imports have changed: python -m tests.graph draws the graphs anew"


@pytest.mark.parametrize("name", GRAPHS)
def test_draws_every_graph_once(name: str) -> None:
    (block,) = re.findall(
        rf"<!-- graph: {name} -->\n```mermaid\nflowchart TD\n(.*?)```\n<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL
    )

    assert len(block.splitlines()) > 10


def test_leaves_out_what_other_arrows_reach_and_dots_what_is_lazy() -> None:
    own = [
        Import("high.a", "middle.b", True),
        Import("high.a", "low.c", True),
        Import("middle.b", "low.c", True, lazy=True),
        Import("middle.b", "middle.d", True),
        Import("high.e", "other.f", True, typing=True),
    ]

    assert mermaid(lambda module: module.partition(".")[0], own).splitlines()[2:-1] == [
        "    high --> middle",
        "    high -.-> other",
        "    middle -.-> low",
    ]


# Sizes


def sizes() -> dict[str, int]:
    """The lines of each module that holds more than a docstring, blank ones included."""
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines()) for path in sources(PACKAGE)}
    return {name: count for name, count in lines.items() if count > 1}


def test_keeps_modules_small() -> None:
    assert median(sizes().values()) <= 100
    assert {name: count for name, count in sizes().items() if count > 400} == {}


def lengths() -> list[int]:
    """The lines of each function from its `def` to its end, docstring and decorators apart, in order."""
    functions = [node for tree in parsed().values() for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return sorted(length(node) for node in functions)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from its `def` to its end, without those of its docstring."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_keeps_functions_short() -> None:
    assert median(lengths()) <= 6
    assert quantiles(lengths(), n=20)[-1] <= 15


def test_counts_the_lines_of_a_function_without_those_of_its_docstring() -> None:
    source = '@cache\ndef f(\n    x: int,\n) -> int:\n    """One.\n\n    Two.\n    """\n    return x\n'
    (function,) = ast.parse(source).body

    assert isinstance(function, ast.FunctionDef)
    assert length(function) == 4


# Assertions: Python leaves them out with -O, so they tell a type checker what is so anyway, and do nothing else.


def properties() -> set[str]:
    """The names of all properties, whose code runs when they are read."""
    return {
        node.name
        for tree in parsed().values()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and any("property" in ast.unparse(each) for each in node.decorator_list)
    }


def narrows(test: ast.expr, computed: set[str]) -> bool:
    """Whether a condition only narrows the type of a name or attribute: `isinstance(x, T)`, `x is not None`."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, _]):
            pass
        case ast.Compare(left=subject, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            pass
        case _:
            return False
    attributes = {node.attr for node in ast.walk(subject) if isinstance(node, ast.Attribute)}
    return not attributes & computed and not any(isinstance(node, ast.Call) for node in ast.walk(subject))


def test_asserts_only_what_a_type_checker_needs() -> None:
    computed = properties()
    assertions = [
        (name, ast.unparse(node.test))
        for name, tree in parsed().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and not narrows(node.test, computed)
    ]

    assert assertions == []


@pytest.mark.parametrize(
    ("condition", "narrow"),
    [
        ("x is not None", True),
        ("isinstance(self._x, A)", True),
        ("self.p is not None", False),
        ("f() is not None", False),
    ],
)
def test_sees_what_an_assertion_does(condition: str, narrow: bool) -> None:
    assert narrows(ast.parse(condition, mode="eval").body, {"p"}) is narrow


# Names: data is called by the noun of what it holds, and things by the words of their field.

PARTICIPLES = {"answered", "asked", "found", "given", "heard", "known", "made", "offered", "said", "spoken", "stated"}
PARTICIPLES |= {"told", "wanted"}
RIDDLES = {"abilities", "admit", "amending", "announce", "blame", "breach", "breaches", "break_off", "errand", "expel"}
RIDDLES |= {"fall_silent", "gatekeeper", "hold", "last_words", "let_in", "mishap", "performance", "rounds", "shelf"}
RIDDLES |= {"specimen", "stage"}
# Of classes, whose names are words of other things elsewhere.
CLASSES = {"Deciding", "Delivery", "Exchange", "Maker", "Memory", "Register", "StandingWorld", "Voice"}


def sources(folder: Path) -> list[Path]:
    """The modules in a folder and those below it."""
    return sorted(folder.rglob("*.py"))


def bound(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something: functions, classes, parameters, variables, attributes, aliases."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str(name)):
                yield name


def misnamed(tree: ast.AST) -> set[str]:
    """The names of a module that say less than they could."""
    names = set(bound(tree))
    return {name for name in names if name.strip("_").lower() in PARTICIPLES | RIDDLES or name.strip("_") in CLASSES}


def test_calls_data_and_things_by_their_nouns() -> None:
    paths = [path for folder in (PACKAGE, ROOT / "tests") for path in sources(folder)]
    names = {path: misnamed(ast.parse(path.read_text("utf-8"))) for path in paths}

    assert {str(path.relative_to(ROOT)): words for path, words in names.items() if words} == {}


def test_sees_names_wherever_they_are_bound() -> None:
    source = """
from a import b as told
class Errand:
    said: str = ""
async def asked(given): self.made = [found for found in (_heard := b)]
"""
    assert misnamed(ast.parse(source)) == {"told", "Errand", "said", "asked", "given", "made", "found", "_heard"}
