"""Names of operations: each that the client's attribute path gives means what its request is recorded as, no other."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import string
import urllib.parse
from collections.abc import Iterator

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints import discover
from pytest_fakeopenai.pipeline.operate import operate
from pytest_fakeopenai.pipeline.operation import Operation
from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.server.names import EndpointNames
from pytest_fakeopenai.server.routes import Api, api

from ..sdk.test_catalogue import methods

NAMES = sorted({*(method.name for method in catalogue()), *(operation.endpoint for operation in discover())})
MISSPELLINGS = 200
# What the client has beside operations: connections by WebSocket, and what makes no request or several at once.
NO_OPERATION = {"connect", "prepare", "prepare_directory", "for_result", "unwrap", "verify_signature"}


def spellings(name: str) -> Iterator[str]:
    """An operation's name as a test may write it."""
    bare = name.removesuffix(".create")
    owner, _, method = name.rpartition(".")
    yield from (name, f"beta.{name}", bare, f"beta.{bare}")
    if owner:
        yield f"{owner}.with_raw_response.{method}"
        yield f"{owner}.with_streaming_response.{method}"


def recorded(fake: FakeOpenAI, method: Method) -> str:
    """The endpoint that a request of the method is recorded with, whatever becomes of it."""
    url = urllib.parse.urlsplit(fake.base_url)
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=30)
    path = re.sub(r"\{\w+\}", "x", method.path)
    connection.request(method.verb, f"{url.path}{path}", headers={"authorization": "Bearer x"})
    connection.getresponse()
    connection.close()
    return fake.requests.last.endpoint


@pytest.mark.fake_openai(transport="socket", unscripted="echo", unused="allow", validation="off")
def test_takes_every_name_of_every_operation_in_conditions(fake_openai: FakeOpenAI) -> None:
    for method in catalogue():
        endpoint = recorded(fake_openai, method)
        request = fake_openai.requests.last
        for spelling in spellings(method.name):
            assert request in fake_openai.requests[-1:].where(endpoint=spelling), spelling
            assert fake_openai.when(endpoint=spelling).conditions.met_by(request), spelling
        fake_openai._world.script.rules.clear()
        assert api().resolve_endpoint(endpoint) == endpoint


def test_takes_the_names_of_operations_that_only_a_family_has() -> None:
    own = {operation.endpoint for operation in discover()} - {method.name for method in catalogue()}

    assert {"chat.completions", "responses", "completions", "embeddings", "images.content"} <= own
    assert {api().resolve_endpoint(spelling) for name in own for spelling in spellings(name)} == own


@pytest.mark.parametrize("first", ["chat.completions.create", "embeddings.create", "moderations.create"])
def test_means_the_same_whichever_spelling_comes_first(first: str) -> None:
    names = EndpointNames()

    assert names.resolve(first) == names.resolve(first.removesuffix(".create")) == api().resolve_endpoint(first)


def test_takes_the_name_of_every_method_that_makes_a_request() -> None:
    unknown = set()
    for name, _ in methods():
        try:
            api().resolve_endpoint(name)
        except ValueError:
            unknown.add(name.rpartition(".")[2])

    assert unknown <= NO_OPERATION


@pytest.mark.parametrize(
    ("helper", "endpoint"),
    [
        ("chat.completions.parse", "chat.completions"),
        ("beta.chat.completions.parse", "chat.completions"),
        ("chat.completions.stream", "chat.completions"),
        ("responses.parse", "responses"),
        ("responses.stream", "responses"),
        ("beta.threads.runs.create_and_poll", "threads.runs.create"),
        ("beta.threads.runs.stream", "threads.runs.create"),
        ("beta.threads.runs.poll", "threads.runs.retrieve"),
        ("beta.threads.create_and_run_stream", "threads.create_and_run"),
        ("beta.threads.runs.submit_tool_outputs_and_poll", "threads.runs.submit_tool_outputs"),
        ("vector_stores.files.upload_and_poll", "vector_stores.files.create"),
        ("vector_stores.file_batches.create_and_poll", "vector_stores.file_batches.create"),
        ("files.wait_for_processing", "files.retrieve"),
        ("files.retrieve_content", "files.content"),
        ("uploads.upload_file_chunked", "uploads.create"),
    ],
)
def test_takes_a_helper_method_for_the_operation_that_it_begins_with(helper: str, endpoint: str) -> None:
    assert api().resolve_endpoint(helper) == endpoint


def misspelt(name: str, draw: random.Random) -> str:
    """A name with one thing wrong: a character lost, doubled, changed, swapped or added, a part lost or another's."""
    at, letter = draw.randrange(len(name)), draw.choice(string.ascii_lowercase + "._")
    parts = name.split(".")
    part, other = draw.randrange(len(parts)), draw.choice(NAMES).split(".")
    return draw.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            name[:at] + letter + name[at:],
            ".".join([*parts[:part], *parts[part + 1 :]]),
            ".".join([*parts[:part], draw.choice(other), *parts[part + 1 :]]),
            name.replace(".", "_") if "." in name else name.upper(),
            name.title(),
            f"/{name.replace('.', '/')}",
        ]
    )


def misspellings(seed: int) -> Iterator[str]:
    """Names that mean no operation, with what they were made of left to chance."""
    draw = random.Random(seed)
    right = {spelling for name in NAMES for spelling in spellings(name)} | {name for name, _ in methods()}
    while True:
        name = misspelt(draw.choice(draw.choice([NAMES, sorted(right)])), draw)
        if name.removeprefix("beta.") not in right and name not in right:
            yield name


@pytest.mark.parametrize("seed", range(2))
def test_refuses_every_misspelling_with_names_that_are_near(fake_openai: FakeOpenAI, seed: int) -> None:
    near = 0
    judges = itertools.cycle((fake_openai.when, fake_openai.requests.where))
    for name, judge, _ in zip(misspellings(seed), judges, range(MISSPELLINGS), strict=False):
        with pytest.raises(ValueError, match=f"^endpoint={re.escape(repr(name))} names no operation") as caught:
            judge(endpoint=name)
        meant = re.findall(r"'([\w.]+)'", str(caught.value).partition("did you mean ")[2].partition("?")[0])
        near += bool(meant)
        assert [each for each in meant if api().resolve_endpoint(each) != each] == []

    assert near > MISSPELLINGS / 2


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("chat.completion", "'chat.completions'"),
        ("chat.completions.craete", "'chat.completions', 'chat.completions.retrieve', 'chat.completions.update'"),
        ("models", "'models.delete', 'models.list', 'models.retrieve'"),
        ("image", "'images.edit'"),
        ("", None),
        ("qqq", None),
    ],
)
def test_says_what_may_be_meant(fake_openai: FakeOpenAI, name: str, near: str | None) -> None:
    with pytest.raises(ValueError, match="names no operation") as caught:
        fake_openai.when(endpoint=name)

    assert near is None or f"; did you mean {near}" in str(caught.value)
    assert (near is None) == ("did you mean" not in str(caught.value))
    assert "'chat.completions', 'files.list'" in str(caught.value)


FORECAST = Operation("POST", "/forecast", "forecast.create", operate(lambda context: {}))
SIGHT = Operation("GET", "/forecast/{city}", "forecast.sights.look", operate(lambda context: {}))


def test_takes_the_names_of_operations_from_outside() -> None:
    outside = Api([FORECAST, SIGHT])

    assert {outside.resolve_endpoint(name) for name in spellings("forecast.create")} == {"forecast.create"}
    assert outside.resolve_endpoint("forecast.sights.look") == "forecast.sights.look"
    assert outside.resolve_endpoint("responses.create") == "responses"
    with pytest.raises(ValueError, match=r"did you mean 'forecast\.sights\.look'\?"):
        outside.resolve_endpoint("forecast.sights")
    with pytest.raises(ValueError, match="'forecast' names no operation"):
        api().resolve_endpoint("forecast")


def test_leaves_patterns_and_callables_to_the_name_that_is_recorded(fake_openai: FakeOpenAI) -> None:
    fake_openai.client.embeddings.create(model="text-embedding-3-small", input="Hi")
    requests = fake_openai.requests

    for met in (re.compile("^embeddings$"), re.compile("bed"), lambda name: name == "embeddings"):
        assert len(requests.where(endpoint=met)) == 1
    for unmet in (re.compile("^embeddings.create$"), lambda name: name == "embeddings.create"):
        assert len(requests.where(endpoint=unmet)) == 0
