"""Whatever is sent is answered, as the API would or with an error of its form; and the server lives on.

A few hundred random requests by default. FUZZ_EXAMPLES=10000 in the environment makes it so many. What fails is kept
in `.hypothesis/` and tried first from then on.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import urllib.parse
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import SearchStrategy

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.fake import VerdictError

from .. import fuzzing
from ..fuzzing import CHAT_ID, KEY, RESPONSE_ID, Sent, noise, requests
from ..fuzzing_operations import FIRST, LAST, walks
from ..fuzzing_scenarios import scenarios

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
random = settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
# What fails may be long to print.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
every_level = pytest.mark.parametrize("validation", ["known", "strict", "off"])
_LAST = ("response.completed", "response.incomplete", "response.failed")


class Target:
    """A fake to be shot at, over bare sockets."""

    def __init__(self, fake: FakeOpenAI) -> None:
        self.fake = fake
        url = urllib.parse.urlsplit(fake.base_url.removesuffix("/v1"))
        self.root, self._address = url.path, (url.hostname, int(url.port or 0))
        self._steady = http.client.HTTPConnection(url.netloc, timeout=10)

    def stock(self) -> dict[str, str]:
        """Store a completion and a response; the ids of both."""
        completion = {"messages": [{"role": "user", "content": "Hi"}], "store": True}
        return {
            CHAT_ID: self._ask("POST", "chat/completions", {"model": "gpt-4o", **completion})["id"],
            RESPONSE_ID: self._ask("POST", "responses", {"model": "gpt-4o", "input": "Hi", "background": True})["id"],
        }

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body)
        self._steady.request(method, f"{self.root}/v1/{path}", data, {"authorization": f"Bearer {KEY}"})
        response = self._steady.getresponse()
        answer = json.loads(response.read())
        assert response.status == 200, answer
        return answer

    def dial(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(self._address, timeout=10)

    @contextlib.contextmanager
    def response(self, sent: Sent) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request on a connection of its own."""
        with self.dial() as peer:
            peer.sendall(sent.over(self.root))
            with contextlib.closing(http.client.HTTPResponse(peer, method=sent.method)) as response:
                response.begin()
                yield response

    def judge(self) -> None:
        """The server still answers, and nothing is left that would fail a test.

        Warnings there may be, and what cannot be echoed: a demanded schema that no value satisfies.
        """
        assert self._ask("GET", "models/gpt-4o")["id"] == "gpt-4o"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.fake.check()
            except VerdictError as verdict:
                if "no echo fits the schema" not in str(verdict):
                    raise

    def close(self) -> None:
        """Hang up."""
        self._steady.close()


@contextlib.contextmanager
def targeted(validation: Any, *, assume_exists: bool = False) -> Iterator[Target]:
    """A fake that answers whatever it is asked."""
    with FakeOpenAI(
        validation=validation, unscripted="echo", unused="allow", api_keys=[KEY], assume_exists=assume_exists
    ) as fake:
        with contextlib.closing(Target(fake)) as target:
            yield target
        fake.reset()


def check_answer(response: http.client.HTTPResponse, method: str) -> None:
    """The answer is an error of the API's form, or what it says that it is."""
    body = response.read()
    kind = response.headers["content-type"]
    if response.status == 200 and kind.startswith("text/event-stream"):
        check_stream(body.decode())
        return
    assert response.status == 200 or 400 <= response.status < 500, (response.status, body)
    assert kind == "application/json" or (kind, response.status >= 400) == ("application/json; charset=utf-8", True)
    if method == "HEAD":
        return
    body_json = json.loads(body.decode(), parse_constant=pytest.fail)
    if response.status >= 400:
        assert body_json.keys() == {"error"}
        assert list(body_json["error"]) == ["message", "type", "param", "code"]
        assert all(isinstance(body_json["error"][name], str) for name in ("message", "type"))


def check_stream(text: str) -> None:
    """The events are JSON, and end with the one that says so."""
    *blocks, rest = text.split("\n\n")
    assert rest == ""
    events = [block.rpartition("data: ")[2] for block in blocks]
    if text.startswith("event: "):
        assert json.loads(events[-1])["type"] in _LAST
    else:
        assert events.pop() == "[DONE]"
    for event in events:
        json.loads(event, parse_constant=pytest.fail)


def check_any(response: http.client.HTTPResponse) -> str | None:
    """The answer is an error of the API's form, or what it says that it is; the id of what it tells of."""
    body, kind = response.read(), response.headers.get("content-type", "")
    assert 200 <= response.status < 300 or 400 <= response.status < 500, (response.status, body)
    if kind.startswith("text/event-stream"):
        check_events(body.decode())
    if not kind.startswith("application/json") or not body:
        return None
    body_json = json.loads(body.decode(), parse_constant=pytest.fail)
    if response.status >= 400:
        assert list(body_json["error"])[:4] == ["message", "type", "param", "code"]
    key = body_json.get("id")
    return key if isinstance(key, str) else None


def check_events(text: str) -> None:
    """The events are JSON, but for what ends them."""
    *blocks, rest = text.split("\n\n")
    assert rest == ""
    for block in blocks:
        data = block.rpartition("data: ")[2]
        assert data == "[DONE]" or json.loads(data, parse_constant=pytest.fail)


@every_level
def test_answers_any_request(validation: str) -> None:
    with targeted(validation) as target:

        @random
        @example(fuzzing.NO_ROLE)
        @example(fuzzing.UNHASHABLE_IDS)
        @example(fuzzing.INFINITE)
        @example(fuzzing.CONTROL_IN_MODEL)
        @example(fuzzing.ASTRAL_MODEL)
        @given(requests)
        def shoot(sent: Sent) -> None:
            target.fake.reset()
            with target.response(sent.naming(target.stock() if sent.needs_store else {})) as response:
                check_answer(response, sent.method)
            target.judge()

        shoot()


@pytest.mark.parametrize("assume_exists", [False, True], ids=["strangers", "assumed"])
@pytest.mark.parametrize("validation", ["known", "off"])
@pytest.mark.parametrize("requests_made", [walks, scenarios], ids=["walks", "scenarios"])
def test_answers_any_series_of_requests(
    requests_made: SearchStrategy[list[Sent]], validation: str, assume_exists: bool
) -> None:
    with targeted(validation, assume_exists=assume_exists) as target:

        @random
        @given(requests_made)
        def shoot(series: list[Sent]) -> None:
            target.fake.reset()
            keys: list[str] = []
            for sent in series:
                ids = {FIRST: keys[0], LAST: keys[-1]} if keys else {}
                with target.response(sent.naming(ids)) as response:
                    keys += filter(None, [check_any(response)])
            target.judge()

        shoot()


def test_outlives_what_is_no_request() -> None:
    with targeted("known") as target:

        @random
        @given(noise)
        def shoot(data: bytes) -> None:
            target.fake.reset()
            with target.dial() as peer:
                # The server may hang up before it has read all.
                with contextlib.suppress(ConnectionError):
                    peer.sendall(data)
                with contextlib.suppress(OSError):
                    peer.shutdown(socket.SHUT_WR)
                received = read_all(peer)
            assert not received or received.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200 ", b"HTTP/1.1 100 ")), received
            target.judge()

        shoot()


def read_all(peer: socket.socket) -> bytes:
    """All that is said until the connection ends."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while piece := peer.recv(65536):
            received += piece
    return received
