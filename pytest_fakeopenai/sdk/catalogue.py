"""The operations of the installed SDK, read from its source, so that a new release brings its operations with it.

The source is searched, not imported: some ten milliseconds, at the first request to an operation without a module here.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from ..unpatched import Files

_REQUEST = re.compile(
    r"self\._(post|get|put|patch|delete|get_api_list)\("
    r"\s*(?:#[^\n]*\s*)?"  # a comment for type checkers
    r'(?:path_template\(\s*)?f?"(/[^"?]*)[^"]*"'
)
_METHOD = re.compile(r"^    def (\w+)\(", re.M)
_METHOD_END = re.compile(r"^(?:class |    @|    def )", re.M)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Parameters: TypeAlias = dict[str, str]


class Method(NamedTuple):
    """A method of the client that makes one request: `path` is a template, `code` the method's source.

    `name` is where the client has it, without `beta.`: `vector_stores.files.create`.
    """

    name: str
    verb: str
    path: str
    module: str
    code: str
    deprecated: bool

    @property
    def parameters(self) -> list[str]:
        """The names of the path's placeholders."""
        return _PLACEHOLDER.findall(self.path)

    @property
    def is_item(self) -> bool:
        """Whether the path ends in a placeholder."""
        return self.path.endswith("}")


class Catalogue:
    """Methods by verb and path; of several for the same request, the plain one that is not deprecated."""

    def __init__(self, methods: Sequence[Method]) -> None:
        self._methods: dict[tuple[str, str], Method] = {}
        for method in sorted(methods, key=_preference):
            self._methods.setdefault((method.verb, anonymous(method.path)), method)
        self._by_name = {method.name: self._methods[method.verb, anonymous(method.path)] for method in methods}
        self._by_length: dict[int, list[Method]] = {}
        for method in sorted(self._methods.values(), key=lambda each: len(each.parameters)):
            self._by_length.setdefault(method.path.count("/"), []).append(method)

    def __iter__(self) -> Iterator[Method]:
        return iter(self._methods.values())

    def at(self, verb: str, template: str) -> Method | None:
        """The method for a path template, whatever its placeholders are called."""
        return self._methods.get((verb, anonymous(template)))

    def named(self, name: str) -> Method | None:
        """The method of this name, `files.create`, or the one that is preferred to it for the same request."""
        return self._by_name.get(name)

    def find(self, verb: str, path: str) -> tuple[Method, Parameters] | None:
        """The method that makes this request, a path without placeholders first, and the values of its placeholders."""
        for method in self._by_length.get(path.count("/"), ()):
            if method.verb == verb and (values := _match(method.path, path)) is not None:
                return method, values
        return None

    def knows(self, path: str) -> bool:
        """Whether some method requests this path, whatever its verb."""
        return any(_match(method.path, path) is not None for method in self._by_length.get(path.count("/"), ()))


def _preference(method: Method) -> tuple[bool, ...]:
    """The sort key by which one of the methods for a request is preferred: not deprecated, not beta, not parsing."""
    return method.deprecated, ".beta." in method.module, method.name.endswith(".parse")


def anonymous(template: str) -> str:
    """A path template without the names of its placeholders: `/files/{}`."""
    return _PLACEHOLDER.sub("{}", template)


def _match(template: str, path: str) -> Parameters | None:
    """The values of a template's placeholders in a path of as many segments; None where it does not fit."""
    values = {}
    for segment, value in zip(template.split("/"), path.split("/"), strict=True):
        if segment.startswith("{"):
            if not value:
                return None
            values[segment[1:-1]] = value
        elif segment != value:
            return None
    return values


@cache
def catalogue() -> Catalogue:
    """The operations of the installed SDK's client; its source is read at the first call."""
    import openai

    (root,) = openai.__path__
    return Catalogue([method for module in _modules(root, "resources") for method in _methods(root, module)])


def _modules(root: str, folder: str) -> Iterator[str]:
    """The paths below the root of the modules in a folder and in those within it."""
    for name in Files.names(f"{root}/{folder}"):
        if name.endswith(".py"):
            yield f"{folder}/{name}"
        elif name.isidentifier() and not name.startswith("__"):
            yield from _modules(root, f"{folder}/{name}")


def _methods(root: str, path: str) -> Iterator[Method]:
    """The methods of a module's synchronous classes that make a request."""
    text = Files.text(f"{root}/{path}").partition("\nclass Async")[0]
    places, owner = _places(path), _owner(path)
    starts = [*_METHOD.finditer(text)]
    begins = [start.start() for start in starts]
    for request in _REQUEST.finditer(text):
        start = starts[bisect(begins, request.start()) - 1]
        ending = _METHOD_END.search(text, start.end())
        code = text[start.start() : ending.start() if ending else len(text)]
        yield Method(
            name=f"{owner}.{start[1]}",
            verb=_verb(request[1], code),
            path=request[2],
            module=".".join(("openai.resources", *places)),
            code=code,
            deprecated=_is_deprecated(text, start.start()),
        )


def _places(path: str) -> list[str]:
    """The segments of a module's path below `resources`."""
    return path.removesuffix(".py").split("/")[1:]


def _owner(path: str) -> str:
    """The attribute path of the resource that a module defines, without `beta.`: `chat.completions`."""
    places = _places(path)
    return ".".join(places[:-1] if places[-2:-1] == places[-1:] else places).removeprefix("beta.")


def has_method(owner: str, method: str) -> bool:
    """Whether the client's resource with this attribute path has the method, whatever requests that makes."""
    import openai

    (root,) = openai.__path__
    texts = (Files.text(f"{root}/{path}") for path in _modules(root, "resources") if _owner(path) == owner)
    return any(f"    def {method}(" in text for text in texts)


def _verb(call: str, code: str) -> str:
    if call != "get_api_list":
        return call.upper()
    return "POST" if 'method="post"' in code else "GET"


def _is_deprecated(text: str, start: int) -> bool:
    """Whether a decorator right before a method marks it as deprecated."""
    return "deprecated(" in text[max(0, start - 400) : start].rpartition("\n\n")[2]
