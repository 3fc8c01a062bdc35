"""Both transports through the official client: what it gets, what is recorded, and what fails the test are the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import openai
import pytest

from pytest_fakeopenai import (
    Chunks,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    Overloaded,
    Pace,
    RateLimit,
    RecordedRequest,
    Reply,
    ServerError,
    Timeout,
    ToolCall,
)

from .closing import call_when_closed
from .plugin.support import run
from .programs import complaints

TRANSPORTS: Any = ("socket", "memory")
KINDS = ("sync", "asyncio", "trio")
MESSAGES: Any = [{"role": "user", "content": "Hi"}]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_transport = pytest.mark.parametrize("transport", TRANSPORTS)

SCRIPTS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "a reply": lambda: ("Hello there!",),
    "headers": lambda: (Reply("Hello", headers={"X-A": "b", "x-request-id": "req_mine"}),),
    "pieces": lambda: (Reply(Chunks("a", "b", "c"), pace=Pace(between=0.001)),),
    "a wait": lambda: (Reply(Delay(0.001), "a", Delay(0.001), "b"),),
    "retries": lambda: (RateLimit(), Overloaded(), "at last"),
    "an error": lambda: (ServerError(), ServerError(), ServerError()),
    "an error in mid-stream": lambda: (Reply("One", ServerError()),),
    "a cut": lambda: (Disconnect(),),
    "a cut in mid-stream": lambda: (Reply("One two", Disconnect()),),
    "garbage": lambda: (Garbage("{oops"),),
    "garbage in mid-stream": lambda: (Reply("One", Garbage("data: {oops\n\n"), "two"),),
    "silence": lambda: (Timeout(),),
    "silence in mid-stream": lambda: (Reply("One", Timeout()),),
    "a function": lambda: (lambda request: f"{request.text}, you",),
    "a generator": lambda: (piecemeal,),
    "a broken function": lambda: (lambda request: 1 / 0,),
    "an asynchronous function": lambda: (slowly,),
    "what does not fit": lambda: (ToolCall("lookup"),),
    "nothing": lambda: (),
}


async def slowly(request: RecordedRequest) -> str:
    await asyncio.sleep(0.001)
    return "slowly"


def piecemeal(request: RecordedRequest) -> Iterator[str]:
    yield from ("a", "b")


def causes(error: BaseException | None) -> list[tuple[str, str]]:
    """An exception and what it came of."""
    chain = []
    while error is not None and not type(error).__module__.startswith("httpcore"):
        chain.append((type(error).__name__, str(error)))
        error = error.__cause__
    return chain


def client_outcome(fake: FakeOpenAI, kind: str, timeout: float, retries: int, **request: Any) -> Any:
    """What a chat completion says, its headers, and how it fails."""
    options: Any = {"model": "gpt-4o", "messages": MESSAGES, **request}
    patience: Any = {"timeout": timeout, "max_retries": retries}
    results: list[object] = []

    def begin(raw: Any) -> Any:
        headers = raw.headers.multi_items()
        results.append([(name, value) for name, value in headers if name != "openai-processing-ms"])
        return raw.parse()

    async def main() -> None:
        client = fake.async_client.with_options(**patience)
        parsed = begin(await client.chat.completions.with_raw_response.create(**options))
        if not options.get("stream"):
            results.append(parsed.to_dict())
            return
        async for chunk in parsed:
            results.append(chunk.to_dict())

    def sync() -> None:
        client = fake.client.with_options(**patience)
        parsed = begin(client.chat.completions.with_raw_response.create(**options))
        results.extend([chunk.to_dict() for chunk in parsed] if options.get("stream") else [parsed.to_dict()])

    try:
        anyio.run(main, backend=kind) if kind != "sync" else sync()
    except Exception as error:
        return results, causes(error)
    return results, []


def recorded(request: RecordedRequest) -> dict[str, object]:
    """A request and its outcome, without what a run makes its own."""
    names = ("method", "path", "endpoint", "query", "body", "attempt", "status", "events", "response", "disconnected")
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    return {
        **{name: getattr(request, name) for name in names},
        "headers": headers,
        "ended": request.duration is not None,
    }


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> threading.Condition:
    """Notified when a request has come to its end, on the server's side."""
    condition = threading.Condition()

    def notify() -> None:
        with condition:
            condition.notify_all()

    call_when_closed(monkeypatch, notify)
    return condition


@pytest.fixture(scope="module")
def loaded() -> None:
    """What a first request loads is there, so that a client with little patience gets its answer in time."""
    for transport in TRANSPORTS:
        with FakeOpenAI(transport=transport) as fake:
            for stream in (False, True):
                client_outcome(fake, "sync", 20.0, 0, stream=stream)


def settled(fake: FakeOpenAI, closing: threading.Condition) -> list[dict[str, object]]:
    """The records, once there are any and the last answer has ended; a first request may take a while to come."""

    def have_ended() -> bool:
        return len(fake.requests) > 0 and all(request.duration is not None for request in fake.requests)

    with closing:
        assert closing.wait_for(have_ended, 20)
    return [recorded(request) for request in fake.requests]


@pytest.mark.filterwarnings("ignore::pytest_fakeopenai.FakeOpenAIWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK leaves its generators to trio
@pytest.mark.usefixtures("loaded")
@each_kind
@pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])
@pytest.mark.parametrize("case", SCRIPTS)
def test_makes_no_difference(closing: threading.Condition, case: str, stream: bool, kind: str) -> None:
    outcomes = []
    patience = 0.1 if "silence" in case else 20.0, 0 if "silence" in case or "cut" in case else 2
    for transport in TRANSPORTS:
        with FakeOpenAI(transport=transport) as fake:
            fake.script(*SCRIPTS[case]())
            results = client_outcome(fake, kind, *patience, stream=stream)
            records = settled(fake, closing)
            problems = [problem.text for problem in fake._world.problems]
            outcomes.append((results, records, problems))
            fake.reset()
    (results, records, problems), in_memory = outcomes
    assert in_memory[0] == results
    assert in_memory[1] == records
    assert in_memory[2] == problems
    assert records


@each_transport
def test_is_where_it_says(transport: Any) -> None:
    with FakeOpenAI(transport=transport) as fake:
        host = {"socket": "http://127.0.0.1:", "memory": "http://in-memory.fake-openai.invalid/fake-"}[transport]
        assert fake.base_url.startswith(host)
        assert repr(fake) == f"<FakeOpenAI at {fake.base_url.removesuffix('/v1')}, 0 requests>"


@each_transport
def test_cuts_what_is_unanswered_when_it_ends(transport: Any) -> None:
    def ask(fake: FakeOpenAI) -> str:
        try:
            fake.client.with_options(max_retries=0).responses.create(model="gpt-4o", input="Hi")
        except openai.APIConnectionError as error:
            return str(error.__cause__)
        return "answered"

    with ThreadPoolExecutor(1) as pool:
        with FakeOpenAI(transport=transport) as fake:
            gate = fake.gate()
            fake.script(Reply(gate, "Hello"))
            asking = pool.submit(ask, fake)
            gate.wait_reached()
        assert asking.result(20) == "Server disconnected without sending a response."
    assert fake.requests.only.disconnected


def test_cuts_what_is_answered_on_another_transport(fake_openai: FakeOpenAI) -> None:
    # A URL without a prefix belongs to the fake opened last, whatever its transport.
    with FakeOpenAI() as outer, ThreadPoolExecutor(1) as pool:
        with FakeOpenAI(transport="memory") as newest:
            gate = newest.gate()
            newest.script(Reply(gate, "Hello"))
            root = outer.base_url.partition("/fake-")[0]
            client = fake_openai.client.with_options(base_url=f"{root}/v1", max_retries=0)
            asking = pool.submit(client.responses.create, model="gpt-4o", input="Hi")
            gate.wait_reached()
        with pytest.raises(openai.APIConnectionError):
            asking.result(20)
    assert newest.requests.only.disconnected


@each_transport
def test_hears_a_function_that_asks_the_fake_itself(transport: Any) -> None:
    with FakeOpenAI(transport=transport) as fake:

        async def translated(request: RecordedRequest) -> str:
            answer = await fake.async_client.responses.create(model="gpt-4o", input=f"{request.text} in French")
            return answer.output_text

        fake.when(text="French").always("Bonjour")
        fake.otherwise(translated)
        assert fake.client.responses.create(model="gpt-4o", input="Hello").output_text == "Bonjour"


@each_transport
@pytest.mark.parametrize("cls", [openai.OpenAI, openai.AsyncOpenAI, openai.AzureOpenAI, openai.AsyncAzureOpenAI])
def test_takes_clients_that_were_there_before(transport: Any, cls: Any) -> None:
    azure = {"azure_endpoint": "https://mine.openai.azure.com", "api_version": "2024-10-21"}
    client = cls(api_key="sk-1", **(azure if "Azure" in cls.__name__ else {}))
    with FakeOpenAI(transport=transport) as fake:
        answer = fake.adopt(client).chat.completions.create(model="gpt-4o", messages=MESSAGES)
        answer = answer if "Async" not in cls.__name__ else asyncio.run(_result(answer))
        assert answer.choices[0].message.content == "Hi"
        assert fake.requests.only.path.endswith("/chat/completions")
    closed = client.close()
    if closed is not None:
        asyncio.run(_result(closed))


async def _result(awaitable: Any) -> Any:
    return await awaitable


NO_SOCKETS = """
import socket

def forbidden(*args, **options):
    raise AssertionError("a socket was made")

class Forbidden(socket.socket):
    def __new__(cls, *args, **options):
        forbidden()

socket.socket = Forbidden
socket.create_connection = socket.create_server = socket.getaddrinfo = forbidden
"""


def test_makes_no_socket_and_loads_no_server() -> None:
    script = f"""{NO_SOCKETS}
import sys
from pytest_fakeopenai import FakeOpenAI

for _ in range(2):
    with FakeOpenAI(transport="memory") as fake:
        fake.script("one", "two")
        print(fake.client.responses.create(model="gpt-4o", input="Hi").output_text)
        stream = fake.azure_client.chat.completions.create(
            model="gpt-4o", messages=[{{"role": "user", "content": "Hi"}}], stream=True
        )
        print("".join(chunk.choices[0].delta.content or "" for chunk in stream))
print(*(name for name in ("uvicorn", "httptools") if name in sys.modules))
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (result.stdout, complaints(result.stderr)) == ("one\ntwo\none\ntwo\n\n", [])


SUITE = """
import asyncio

def test_sync(fake_openai, openai_client, fake_openai_server):
    fake_openai.script("Hello")
    assert say(openai_client, "Hi").choices[0].message.content == "Hello"
    assert fake_openai.base_url.startswith(fake_openai_server.url)
    with openai.OpenAI() as client:
        assert client.models.retrieve("gpt-4o").id == "gpt-4o"

def test_open(fake_openai_server):
    with fake_openai_server.open() as fake:
        assert say(fake.client, "Hi").choices[0].message.content == "Hi"

async def ask(client):
    return (await client.responses.create(model="gpt-4o", input="Hi")).output_text

def test_async(fake_openai, async_openai_client):
    loop = Loop()
    try:
        assert loop.run_until_complete(ask(async_openai_client)) == "Hi"
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()

from pytest_fakeopenai.server.loop import SocketlessLoop as Loop
"""


def test_serves_a_suite_that_forbids_sockets(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(NO_SOCKETS)
    inner = run(pytester, SUITE, ini="fake_openai_transport = memory", where="subprocess")
    assert inner.outcomes == {"passed": 3}, inner.output


def test_opens_a_socket_where_a_marker_asks_for_one(pytester: pytest.Pytester) -> None:
    source = """
    @pytest.mark.fake_openai(transport="socket")
    def test_it(fake_openai, fake_openai_server):
        assert fake_openai.base_url.startswith("http://127.0.0.1:")
        assert not fake_openai.base_url.startswith(fake_openai_server.url)
        assert say(fake_openai.client, "Hi")
    """
    inner = run(pytester, source, ini="fake_openai_transport = memory")
    assert inner.outcomes == {"passed": 1}, inner.output


def test_complains_of_a_transport_that_there_is_not(pytester: pytest.Pytester) -> None:
    inner = run(pytester, "def test_it(fake_openai): pass", ini="fake_openai_transport = memry")
    assert inner.outcomes == {"failed": 1}
    assert "transport= takes 'socket' or 'memory', got 'memry'" in inner.failure().longreprtext


def test_reports_a_late_request(pytester: pytest.Pytester) -> None:
    source = """
    kept = []

    def test_it(fake_openai):
        kept.append(openai.OpenAI(max_retries=0))

    def test_later(fake_openai):
        with kept[0] as client, pytest.raises(openai.APIStatusError):
            client.models.list()
    """
    inner = run(pytester, source, "-W", "default", ini="fake_openai_transport = memory")
    assert inner.outcomes == {"passed": 2, "warnings": 1}
    inner.result.stdout.fnmatch_lines(["*a request to /v1/models came after test_it.py::test_it had ended*"])
