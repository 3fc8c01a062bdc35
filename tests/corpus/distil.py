"""The bodies of requests in the SDK's source distribution and in OpenAI's API description, as files of this corpus.

    python -m tests.corpus.distil FOLDER [openapi.json]

FOLDER is the unpacked source distribution. Requests of which every argument is written out are taken. What was marked
as `refused` stays marked.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_fakeopenai.sdk.catalogue import Method, catalogue

Json = dict[str, Any]

FOLDER = Path(__file__).parent
_BLOCK = re.compile(r"```(?:py|python)\n(.*?)```", re.DOTALL)
_DATA = re.compile(r"(?:-d|--data|--data-raw)\s+'(.*?)'\s*(?:\\|\||$)", re.DOTALL | re.MULTILINE)
_VIEWS = {"with_raw_response", "with_streaming_response", "beta"}
# Arguments of methods that are no part of a body.
_OPTIONS = {"extra_headers", "extra_query", "timeout", "betas", "idempotency_key", "tool_handlers"}


def main(source: Path, description: Path | None) -> None:
    """Write the files anew."""
    write(FOLDER / "sdk.json", of_sdk(source))
    if description is not None:
        write(FOLDER / "documentation.json", of_description(json.loads(description.read_text())))


def write(path: Path, requests: Iterator[Json]) -> None:
    """Write each request once, with the marks that the file has."""
    before = json.loads(path.read_text()) if path.exists() else []
    marks = {identity(each): each["refused"] for each in before if "refused" in each}
    unique = {identity(each): each for each in requests}
    for key, request in unique.items():
        if key in marks:
            request["refused"] = marks[key]
    path.write_text(json.dumps([*unique.values()], indent=1, ensure_ascii=False) + "\n")


def identity(request: Json) -> str:
    """What tells requests apart, wherever they were seen."""
    return json.dumps([request["path"], request["body"]], sort_keys=True)


# ---- the SDK


def of_sdk(source: Path) -> Iterator[Json]:
    """The requests of the pages, the examples, the docstrings and the tests of the SDK."""
    for path, code in blocks(source):
        for name, call in calls(code):
            method = catalogue().named(name) or catalogue().named(f"beta.{name}")
            if method is not None and method.verb == "POST" and (request := request_of(method, call)):
                yield {"source": str(path.relative_to(source)), **request}


def blocks(source: Path) -> Iterator[tuple[Path, str]]:
    """Every piece of code, with the file that it stands in."""
    for path in sorted(source.glob("*.md")):
        yield from ((path, block) for block in _BLOCK.findall(path.read_text()))
    for folder in ("examples", "tests/api_resources", "tests/lib"):
        yield from ((path, path.read_text()) for path in sorted((source / folder).rglob("*.py")))
    for path in sorted((source / "src").rglob("*.py")):
        yield from ((path, textwrap.dedent(block)) for block in _BLOCK.findall(path.read_text()))


def calls(code: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of methods of a client, by the names of the methods."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    tree = Literals(tree).visit(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _, *names = ast.unparse(node.func).split(".")
            yield ".".join(name for name in names if name not in _VIEWS), node


class Literals(ast.NodeTransformer):
    """Puts what names stand for in their place, where it is written out; a text is filled in with it, or with "x"."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, ast.expr] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_written_out(node.value):
                self._values[node.targets[0].id] = node.value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """What a name stands for."""
        return self._values.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """A text that is filled in."""
        values = (each.value if isinstance(each, ast.FormattedValue) else each for each in node.values)
        texts = (self.visit(each) for each in values)
        return ast.Constant("".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in texts))


def is_written_out(value: ast.expr) -> bool:
    """Whether an expression is made of constants."""
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def request_of(method: Method, call: ast.Call) -> Json | None:
    """The request that a call makes; None where an argument is not written out, or an id is empty."""
    if any(isinstance(each, ast.Constant) and each.value is ... for each in call.args):
        return None
    try:
        arguments = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
        ids = {name: arguments.pop(name) if name in arguments else name for name in method.parameters}
        arguments |= arguments.pop("extra_body", None) or {}
        written = json.dumps({name: arguments[name] for name in arguments if name not in _OPTIONS})
        body = json.loads(written.replace('"async_":', '"async":'))
    except (ValueError, TypeError):
        return None
    return {"method": "POST", "path": method.path.format(**ids), "body": body} if all(ids.values()) else None


# ---- the description of the API


def of_description(document: Json) -> Iterator[Json]:
    """The requests with JSON bodies that the description shows as examples."""
    for path, operations in document["paths"].items():
        examples = operations.get("post", {}).get("x-oaiMeta", {}).get("examples") or []
        for example in examples if isinstance(examples, list) else [examples]:
            request = example.get("request", {})
            body = body_of(request.get("curl", "") if isinstance(request, dict) else request)
            if body is not None:
                plain = re.sub(r"\{(\w+)\}", r"\1", path)
                yield {"source": "openapi.json", "method": "POST", "path": plain, "body": body}


def body_of(command: str) -> Json | None:
    """The JSON that a command of curl sends, if it is written out."""
    data = _DATA.search(command)
    try:
        body = json.loads(data[1]) if data else None
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
