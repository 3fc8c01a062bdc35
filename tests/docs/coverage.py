"""The page that tells what is covered, made from the code: `python -m tests.docs.coverage` writes it anew.

What becomes of a request's field is found by watching which fields the package looks at while it answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import openai

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints import discover
from pytest_fakeopenai.endpoints._fallback.route import EXAMPLES, handler_of
from pytest_fakeopenai.pipeline.context import RequestContext
from pytest_fakeopenai.pipeline.operation import Operation
from pytest_fakeopenai.sdk.catalogue import Method, anonymous, catalogue
from pytest_fakeopenai.wire.contract.checked import Checked
from pytest_fakeopenai.wire.contract.shapes import Object

from ..families import check

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
VERSION = "The fields are those of openai "
Json = dict[str, Any]

# A request to each endpoint that takes one, with what makes the package look at every field that it knows.
REQUESTS: dict[str, tuple[str, list[Json]]] = {
    "chat.completions": (
        "/chat/completions",
        [
            {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]},
            {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "store": True, "logprobs": True},
            {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "stream": True},
        ],
    ),
    "responses": (
        "/responses",
        [{"model": "gpt-4o", "input": "Hi"}, {"model": "gpt-5", "input": "Hi", "stream": True}],
    ),
    "completions": (
        "/completions",
        [{"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"}, {"model": "m", "prompt": "Hi", "stream": True}],
    ),
    "embeddings": ("/embeddings", [{"model": "text-embedding-3-small", "input": "Hi"}]),
}


class Watched(dict[str, Any]):
    """A body that notes which of its fields are looked at."""

    def __init__(self, body: Json, seen: set[str]) -> None:
        super().__init__(body)
        self._seen = seen

    def get(self, key: str, default: Any = None) -> Any:
        self._seen.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self._seen.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._seen.add(str(key))
        return super().__contains__(key)


def treatment(endpoint: str) -> dict[str, str]:
    """What becomes of each field of a request: `used` where an answer depends on it, else `checked`."""
    seen, _ = _answers(endpoint)
    shape = check(endpoint).shape
    assert isinstance(shape, Object)
    return {name: "used" if name in seen else "checked" for name in sorted(shape.fields)}


def sent(endpoint: str) -> list[str]:
    """The fields of an answer, by their paths."""
    _, answers = _answers(endpoint)
    return sorted({path for answer in answers for path in _paths(answer)})


def _answers(endpoint: str) -> tuple[set[str], list[Any]]:
    path, bodies = REQUESTS[endpoint]
    seen: set[str] = set()
    plain = RequestContext.json

    def watched(context: RequestContext) -> Json:
        return Watched(plain(context), seen)

    # The check of a body's types reads every field of it.
    unchecked = mock.patch.object(Checked, "fits", return_value=True)
    with mock.patch.object(RequestContext, "json", watched), unchecked, FakeOpenAI(validation="off") as fake:
        for body in bodies:
            fake.client.post(path, body=body, cast_to=object)
        return seen, [request.response for request in fake.requests]


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _paths(value[0], f"{path}[]")
    else:
        yield path


def page() -> str:
    """The whole page."""
    return "\n".join([*_head(), *_operations(), *_fields(), *_sent()]).rstrip("\n") + "\n"


def _head() -> Iterator[str]:
    yield "# What is covered"
    yield ""
    yield "Made from the code by `python -m tests.docs.coverage`; the tests fail when it is out of date."
    yield ""


def _operations() -> Iterator[str]:
    yield "## Operations"
    yield ""
    yield "- `scripted`: the test's replies answer."
    yield "- `behaviour`: the fake does what the operation is there for."
    yield "- `memory`: objects are kept, listed, changed and deleted. Their fields are what the request gives, and the"
    yield "  smallest that the SDK's types allow."
    yield "- `example`: the smallest answer that the SDK's types allow, with the request's fields laid over it."
    yield ""
    yield "Every operation can be scripted by its endpoint: `fake_openai.when(endpoint=…)`."
    yield f"They are those of openai {openai.__version__}: {_figures()}."
    yield ""
    yield "| operation | endpoint | answered by |"
    yield "| --- | --- | --- |"
    for (method, path), (endpoint, kind) in operations().items():
        yield f"| {method} `{path}` | `{endpoint}` | {kind} |"
    yield ""


def operations() -> dict[tuple[str, str], tuple[str, str]]:
    """By method and path: the endpoint, and what answers it."""
    own = {(each.method, _plain(each.path)): (each.endpoint, _kind(each)) for each in discover()}
    places = {(method, anonymous(path)) for method, path in own}
    others = {
        (each.verb, each.path): (each.name, _fallback(each))
        for each in catalogue()
        if (each.verb, anonymous(each.path)) not in places
    }
    return dict(sorted({**own, **others}.items(), key=lambda row: (row[0][1], row[0][0])))


def _figures() -> str:
    counted = Counter(kind for _, kind in operations().values())
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))


def _plain(path: str) -> str:
    return path.replace(":path}", "}")


def _kind(operation: Operation) -> str:
    return "scripted" if operation.surface else "behaviour"


def _fallback(method: Method) -> str:
    return "example" if handler_of(method) in EXAMPLES else "memory"


def _fields() -> Iterator[str]:
    yield "## Fields of requests"
    yield ""
    yield "`used`: the answer depends on the field or repeats it. `checked`: its type is checked, and its bounds where"
    yield "they are known; nothing else comes of it. A field that is not listed is refused."
    yield f"{VERSION}{openai.__version__}; with another release of it those of that release are checked."
    yield ""
    for endpoint in REQUESTS:
        fields = treatment(endpoint)
        yield f"### `{endpoint}`"
        yield ""
        for kind in ("used", "checked"):
            names = ", ".join(f"`{name}`" for name, each in fields.items() if each == kind)
            yield f"- {kind}: {names or 'none'}"
        yield ""


def _sent() -> Iterator[str]:
    yield "## Fields of answers"
    yield ""
    for endpoint in REQUESTS:
        yield f"### `{endpoint}`"
        yield ""
        yield ", ".join(f"`{path}`" for path in sent(endpoint))
        yield ""


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
