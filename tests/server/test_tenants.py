"""From a URL to its world: every spelling of a path, URLs whose test is over, and answers that are cut with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from starlette.types import Message, Receive, Scope, Send

from pytest_fakeopenai import Chunks, Gate, Reply, Timeout
from pytest_fakeopenai.clients import pool
from pytest_fakeopenai.pipeline.scope import TRANSPORT
from pytest_fakeopenai.server.host import Host
from pytest_fakeopenai.server.middleware import TenantMiddleware, cancel_all
from pytest_fakeopenai.server.routes import api
from pytest_fakeopenai.server.tenants import NoWorld, SingleTenant, TenantRegistry
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.world import World
from pytest_fakeopenai.wire.models import resolved

from .peers import dial, fetch, read_until, serving

FOREIGN = "fake-00000000-7"
CHAT: dict[str, object] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}


def world(name: str = "") -> World:
    return World(Settings(), name=name)


@pytest.fixture
def registry() -> TenantRegistry:
    return TenantRegistry()


@pytest.fixture
def url(registry: TenantRegistry) -> Iterator[str]:
    with serving(TenantMiddleware(api(), registry)) as served:
        yield served


@pytest.fixture
def host() -> Iterator[Host]:
    """A host of its own, so that no fake of the process is in the way."""
    host = Host()
    host.lease()
    yield host
    host.release()


@pytest.mark.parametrize(
    ("path", "inner"),
    [("", "/"), ("/", "/"), ("/v1/models", "/v1/models"), ("/models", "/models"), ("/v1/fake-x", "/v1/fake-x")],
)
def test_finds_the_world_of_a_prefix(registry: TenantRegistry, path: str, inner: str) -> None:
    first, second = world(), world()
    keys = registry.open(first), registry.open(second)
    assert [registry.find(f"/{key}{path}") for key in keys] == [(first, inner), (second, inner)]


@pytest.mark.parametrize("path", ["/v1/models", "/", "/fake-/v1/models", f"/{FOREIGN}x/models", f"/v1/{FOREIGN}"])
def test_finds_the_newest_open_world_where_there_is_no_prefix(registry: TenantRegistry, path: str) -> None:
    first, second = world(), world()
    registry.open(first)
    key = registry.open(second)
    assert registry.find(path) == (second, path)
    registry.close(key)
    assert registry.find(path) == (first, path)


def test_never_gives_a_prefix_twice(registry: TenantRegistry) -> None:
    keys = []
    for _ in range(3):
        keys.append(registry.open(world()))
        registry.close(keys[-1])
    keys.append(TenantRegistry().open(world()))
    assert len(set(keys)) == 4


def test_lists_the_open_worlds_oldest_first(registry: TenantRegistry) -> None:
    first, second, third = world(), world(), world()
    registry.open(first)
    key = registry.open(second)
    registry.open(third)
    registry.close(key)
    assert registry.worlds() == [first, third]


def prefix_of_an_ended_test(registry: TenantRegistry) -> str:
    key = registry.open(world("test_ended"))
    registry.close(key)
    return f"/{key}"


@pytest.mark.parametrize(
    ("prefix", "owner", "refusal", "late"),
    [
        pytest.param(
            prefix_of_an_ended_test,
            "test_ended",
            "fake_openai refuses a request to /v1/models: it belongs to test_ended, which has ended.",
            "a request to /v1/models came after test_ended had ended; it was answered 410. "
            "Does a background task outlive its test?",
            id="ended",
        ),
        pytest.param(
            lambda registry: f"/{FOREIGN}",
            "another process",
            "fake_openai refuses a request to /v1/models: it belongs to another process, which has ended.",
            "a request to /v1/models came after another process had ended; it was answered 410. "
            "Does a background task outlive its test?",
            id="unknown",
        ),
        pytest.param(
            lambda registry: "",
            "",
            "fake_openai refuses a request to /v1/models: no fake_openai is active.",
            "a request to /v1/models came while no fake_openai was active; it was answered 410. "
            "Does a background task outlive its test?",
            id="no world",
        ),
    ],
)
def test_refuses_and_remembers_a_request_of_no_open_world(
    registry: TenantRegistry, url: str, prefix: Callable[[TenantRegistry], str], owner: str, refusal: str, late: str
) -> None:
    response = fetch(url, f"{prefix(registry)}/v1/models")
    error = {"message": refusal, "type": "invalid_request_error", "param": None, "code": "test_is_over"}
    assert (response.status, response.json) == (410, {"error": error})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-should-retry"] == "false"
    assert [(each.owner, each.path, str(each)) for each in registry.take_late()] == [(owner, "/v1/models", late)]
    assert registry.take_late() == []


@pytest.mark.parametrize("ended", ["prefix_of_an_ended_test", "unknown"])
def test_keeps_late_requests_out_of_the_world_that_is_open(registry: TenantRegistry, url: str, ended: str) -> None:
    prefix = prefix_of_an_ended_test(registry) if ended == "prefix_of_an_ended_test" else f"/{FOREIGN}"
    present = world()
    registry.open(present)
    assert fetch(url, f"{prefix}/v1/chat/completions", CHAT).status == 410
    assert len(present.journal.requests()) == 0


def test_refuses_a_late_client_once(registry: TenantRegistry, url: str) -> None:
    late = pool.client(url + prefix_of_an_ended_test(registry)).with_options(max_retries=3)
    with pytest.raises(openai.APIStatusError, match="it belongs to test_ended, which has ended") as raised:
        late.models.list()
    assert raised.value.status_code == 410
    assert len(registry.take_late()) == 1


@pytest.mark.parametrize("prefixed", [True, False], ids=["prefixed", "bare"])
@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/chat/completions", "gpt-4o"),
        ("/chat/completions", "gpt-4o"),
        ("/openai/v1/chat/completions", "gpt-4o"),
        ("/openai/chat/completions", "gpt-4o"),
        ("/openai/deployments/mine/chat/completions", "mine"),
        ("/v1/deployments/mine/chat/completions?api-version=2024-10-21", "mine"),
        ("/v1/openai/deployments/mine/chat/completions?api-version=2024-10-21", "mine"),
        ("/openai/v1/deployments/mine/chat/completions", "mine"),
        ("/deployments/mine/chat/completions", "mine"),
        ("/openai/deployments/gpt-4.1%20x/chat/completions?api-version=2024-10-21", "gpt-4.1 x"),
    ],
)
def test_serves_every_spelling_of_a_path(
    registry: TenantRegistry, url: str, prefixed: bool, path: str, model: str
) -> None:
    own = world()
    key = registry.open(own)
    response = fetch(url, (f"/{key}" if prefixed else "") + path, CHAT)
    request = own.journal.requests().only
    assert (response.status, response.json["model"]) == (200, resolved(model))
    assert (request.endpoint, request.model) == ("chat.completions", model)
    assert request.path == urlsplit(path).path.replace("%20", " ")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v2/models", "/openai/deployments", "/", "/v1/v1/models"])
def test_answers_an_unknown_path_as_the_api_does(registry: TenantRegistry, url: str, path: str) -> None:
    own = world()
    response = fetch(url, f"/{registry.open(own)}{path}")
    error = {"message": f"Invalid URL (GET {path})", "type": "invalid_request_error", "param": None, "code": None}
    assert (response.status, response.json) == (404, {"error": error})
    assert own.journal.requests().only.path == path


def raw_request(key: str, body: dict[str, object]) -> bytes:
    """A chat completion request, to be sent over a bare connection."""
    data = json.dumps(body)
    head = ["host: x", "authorization: Bearer any", f"content-length: {len(data)}"]
    return "\r\n".join([f"POST /{key}/v1/chat/completions HTTP/1.1", *head, "", data]).encode()


class Hanging:
    """A stream that has begun and waits at its gate."""

    def __init__(self, host: Host, stack: contextlib.ExitStack) -> None:
        self.world = world()
        self.gate = Gate()
        self.world.script.add([Reply(Chunks("begun"), self.gate, "ended")])
        self.key = host.open(self.world)
        stack.callback(self.gate.open)
        self.peer = stack.enter_context(dial(host.url))
        self.peer.sendall(raw_request(self.key, {**CHAT, "stream": True}))
        assert b"begun" in read_until(self.peer, b"begun")

    def rest(self) -> bytes:
        """What is still said until the stream, or the connection, ends."""
        with contextlib.suppress(ConnectionResetError):
            return read_until(self.peer, b"[DONE]")
        return b""


def test_cuts_the_answers_of_a_world_that_closes_and_of_no_other(host: Host) -> None:
    with contextlib.ExitStack() as stack:
        closing, staying = Hanging(host, stack), Hanging(host, stack)
        host.close(closing.key, closing.world)
        assert b"ended" not in closing.rest()
        assert closing.world.journal.requests().only.duration is not None
        staying.gate.open()
        assert b"ended" in staying.rest()
        host.close(staying.key, staying.world)


def test_cuts_an_answer_that_has_not_begun(host: Host) -> None:
    waiting = world()
    gate = Gate()
    waiting.script.add([Reply(gate, Timeout())])
    key = host.open(waiting)
    with dial(host.url) as peer:
        peer.sendall(raw_request(key, CHAT))
        gate.wait_reached()
        host.close(key, waiting)
        with contextlib.suppress(ConnectionResetError):
            assert read_until(peer, b"\r\n") == b""
    request = waiting.journal.requests().only
    assert (request.status, waiting.problems) == (None, [])


def hanging(begun: asyncio.Event) -> Any:
    """An application that never answers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await asyncio.Event().wait()

    return app


class Cutter:
    """Stands for a connection's transport."""

    def __init__(self) -> None:
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


async def nothing() -> Message:
    return {"type": "http.request"}


async def serve_hanging(own: World, extensions: dict[str, object]) -> asyncio.Task[None]:
    begun = asyncio.Event()

    async def send(message: Message) -> None:
        raise AssertionError(f"nothing is to be sent: {message}")

    scope: Scope = {"type": "http", "path": "/v1/models", "extensions": extensions}
    task = asyncio.ensure_future(TenantMiddleware(hanging(begun), SingleTenant(own))(scope, nothing, send))
    await begun.wait()
    return task


@pytest.mark.asyncio
async def test_aborts_the_connection_of_a_cancelled_answer() -> None:
    closing, staying = world(), world()
    cutter = Cutter()
    cut, kept = await serve_hanging(closing, {TRANSPORT: cutter}), await serve_hanging(staying, {})
    cancel_all(closing)
    await cut
    assert (cutter.aborted, closing.answering) == (True, set())
    assert staying.answering == {kept}
    kept.cancel()
    await asyncio.wait({kept})


@pytest.mark.asyncio
async def test_cancels_an_answer_where_the_server_offers_no_transport() -> None:
    own = world()
    task = await serve_hanging(own, {})
    cancel_all(own)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert own.answering == set()


@pytest.mark.asyncio
async def test_takes_part_in_the_life_of_any_server() -> None:
    coming = iter(["lifespan.startup", "lifespan.shutdown"])
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": next(coming)}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await TenantMiddleware(hanging(asyncio.Event()), SingleTenant(world()))({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_has_one_world_for_every_url_outside_tests() -> None:
    own = world()
    single = SingleTenant(own)
    paths = ["/v1/models", "/", f"/{FOREIGN}/v1/models"]
    assert [single.find(path) for path in paths] == [(own, path) for path in paths]


def test_says_why_a_world_is_not_to_be_found(registry: TenantRegistry) -> None:
    with pytest.raises(NoWorld, match=r"^fake_openai refuses a request to /x: no fake_openai is active\.$"):
        registry.find("/x")
