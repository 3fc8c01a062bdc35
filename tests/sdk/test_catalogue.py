"""The catalogue against the client itself: whatever its methods ask for is in it, under their names."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from pytest_fakeopenai.sdk.catalogue import Catalogue, Method, anonymous, catalogue

VERBS = ("POST", "GET", "DELETE")
# Values that a method may take for what it requires, tried in turn.
VALUES: tuple[object, ...] = ("x", b"x", ["x"], {})
EXTRAS = ("extra_headers", "extra_query", "extra_body", "timeout", "stream", "kwargs")


class Requested(BaseException):
    """The request that a method makes, thrown instead of sent."""

    def __init__(self, verb: str, path: str) -> None:
        self.verb = verb
        self.path = path


class Catching(openai.DefaultHttpxClient):
    """An HTTP client that sends nothing."""

    def send(self, request: Any, **options: Any) -> Any:
        raise Requested(request.method, urlsplit(str(request.url)).path)


def resources(owner: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every resource of a client with its name, depth first."""
    for attribute in dir(owner):
        if attribute.startswith(("_", "with_")) or callable(getattr(type(owner), attribute, None)):
            continue
        resource = getattr(owner, attribute)
        if hasattr(resource, "_post"):
            inner = f"{name}.{attribute}".lstrip(".")
            yield inner, resource
            yield from resources(resource, inner)


def methods() -> Iterator[tuple[str, Any]]:
    """Every method of the client."""
    http = Catching()
    client = openai.OpenAI(api_key="k", http_client=http)
    if hasattr(client, "admin_api_key"):
        client.admin_api_key = "k"
    for name, resource in resources(client):
        for method in dir(type(resource)):
            bound = getattr(resource, method)
            if not method.startswith(("_", "with_")) and inspect.ismethod(bound):
                yield f"{name}.{method}".removeprefix("beta."), bound


def request_of(method: Any) -> Requested | None:
    """The request that a method makes, whatever it requires; some say so only when they are called."""
    parameters = [each for name, each in inspect.signature(method).parameters.items() if name not in EXTRAS]
    required = [each for each in parameters if each.default is each.empty]
    for needed, value in itertools.product((required, parameters), VALUES):
        arguments = {each.name: "x" if each.kind is each.POSITIONAL_OR_KEYWORD else value for each in needed}
        try:
            method(**arguments)
        except Requested as request:
            return request
        except Exception:
            continue
    return None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_knows_whatever_the_client_asks_for() -> None:
    all_requests = {name: request_of(method) for name, method in methods()}
    requests = {name: request for name, request in all_requests.items() if request is not None}
    matches = {name: catalogue().find(each.verb, each.path.removeprefix("/v1")) for name, each in requests.items()}
    assert [name for name, match in matches.items() if match is None] == []
    assert {match[0].name for match in matches.values() if match is not None} == {each.name for each in catalogue()}


def test_holds_nothing_twice() -> None:
    places = [(method.verb, anonymous(method.path)) for method in catalogue()]
    assert len(places) == len(set(places)) >= 79


@pytest.mark.parametrize(
    ("verb", "path", "name", "values"),
    [
        ("GET", "/files/file-1", "files.retrieve", {"file_id": "file-1"}),
        ("GET", "/files/file-1/content", "files.content", {"file_id": "file-1"}),
        ("GET", "/files", "files.list", {}),
        ("POST", "/vector_stores/vs_1/search", "vector_stores.search", {"vector_store_id": "vs_1"}),
        ("POST", "/threads/runs", "threads.create_and_run", {}),
        ("POST", "/threads/thread_1", "threads.update", {"thread_id": "thread_1"}),
    ],
)
def test_finds_the_method_of_a_request(verb: str, path: str, name: str, values: dict[str, str]) -> None:
    match = catalogue().find(verb, path)
    assert match is not None
    assert (match[0].name, match[1]) == (name, values)


@pytest.mark.parametrize("path", ["/files/", "/filing", "/files/file-1/contents", "/", ""])
def test_finds_nothing_for_what_no_method_asks_for(path: str) -> None:
    assert [catalogue().find(verb, path) for verb in VERBS] == [None] * 3
    assert not catalogue().knows(path)


def test_knows_a_path_whatever_the_verb() -> None:
    assert catalogue().find("PATCH", "/files/file-1") is None
    assert catalogue().knows("/files/file-1")


def method(name: str, *, deprecated: bool = False, beta: bool = False) -> Method:
    module = f"openai.resources.{'beta.' if beta else ''}{name.partition('.')[0]}"
    return Method(name, "GET", "/things/{thing_id}", module, "", deprecated)


@pytest.mark.parametrize(
    "old", [method("old.get", deprecated=True), method("old.get", beta=True), method("things.parse")]
)
def test_prefers_what_is_here_to_stay(old: Method) -> None:
    new = method("things.get")
    for order in ([old, new], [new, old]):
        methods = Catalogue(order)
        assert list(methods) == [new]
        assert methods.at("GET", "/things/{}") == methods.named("things.get") == new
        assert methods.named(old.name) == new
