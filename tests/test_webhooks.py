"""Webhooks: events that an application receives, and takes for OpenAI's."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, get_args

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.notices import FakeOpenAIWarning
from pytest_fakeopenai.webhooks import _connection, is_known, signature
from pytest_fakeopenai.wire.webhooks.event_types import EVENT_TYPES, SUBSCRIBABLE

from .receiving import Received, receiving

knows_webhooks = pytest.mark.skipif(not hasattr(openai.OpenAI, "webhooks"), reason="this SDK knows no webhooks")
DATA = {"id": "resp_1"}


@knows_webhooks
def test_tells_of_a_batch_that_has_ended(fake_openai: FakeOpenAI) -> None:
    seen: list[str] = []

    def answer(received: Received) -> int:
        with openai.OpenAI() as client:
            webhooks: Any = client.webhooks
            event = webhooks.unwrap(received.body.decode(), received.headers)
            seen.append(client.batches.retrieve(event.data.id).status)
        return 204

    batch = fake_openai.client.batches.create(
        input_file_id="file-x", endpoint="/v1/chat/completions", completion_window="24h"
    )
    with receiving(answer) as receiver:
        assert fake_openai.webhook("batch.failed", to=receiver.url, data={"id": batch.id}).status == 204
    assert seen == ["failed"]


@knows_webhooks
@pytest.mark.parametrize("secret", [None, "whsec_c2VjcmV0IG9mIG1pbmU=", "plain"])
def test_is_verified_with_the_secret_that_signed_it(fake_openai: FakeOpenAI, secret: str | None) -> None:
    client: Any = fake_openai.client
    with receiving() as receiver:
        fake_openai.webhook("batch.completed", to=receiver.url, data={"id": "batch_ü"}, secret=secret)
    (received,) = receiver.requests
    event = client.webhooks.unwrap(received.body, received.headers, secret=secret)
    assert (event.type, event.data.id) == ("batch.completed", "batch_ü")
    with pytest.raises(openai.InvalidWebhookSignatureError):
        client.webhooks.unwrap(received.body, received.headers, secret="whsec_b3RoZXI=")
    with pytest.raises(openai.InvalidWebhookSignatureError):
        client.webhooks.unwrap(received.body + b" ", received.headers, secret=secret)


def test_is_signed_as_standard_webhooks_has_it() -> None:
    """The example of the specification's own library."""
    signature_header = signature(
        b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    )
    assert signature_header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    plain = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").hex()
    assert signature(b"", plain, "msg", 1) != signature(b"", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg", 1)


def test_comes_as_from_openai(fake_openai: FakeOpenAI) -> None:
    with receiving() as receiver:
        delivered = fake_openai.webhook("response.completed", to=f"{receiver.url}/hook?a=b", data=DATA)
    (received,) = receiver.requests
    event = json.loads(received.body)
    assert event == delivered.event
    assert list(event) == ["id", "object", "created_at", "type", "data"]
    assert re.fullmatch(r"evt_[0-9A-Za-z]{24}", event["id"])
    assert {**event, "id": ""} == {
        "id": "",
        "object": "event",
        "created_at": 1767225600,
        "type": "response.completed",
        "data": DATA,
    }
    assert (received.path, received.headers["content-type"]) == ("/hook?a=b", "application/json")
    assert received.headers["user-agent"].startswith("OpenAI/")
    assert re.fullmatch(r"wh_[0-9a-f]{32}", received.headers["webhook-id"])
    assert re.fullmatch(r"v1,[0-9A-Za-z+/]{43}=", received.headers["webhook-signature"])
    assert abs(int(received.headers["webhook-timestamp"]) - time.time()) < 60


def test_has_an_id_for_each_event(fake_openai: FakeOpenAI) -> None:
    with receiving() as receiver:
        first = fake_openai.webhook("response.completed", to=receiver.url, data=DATA)
        fake_openai.webhook("response.completed", to=receiver.url, data=DATA)
        again = fake_openai.webhook(first.event, to=receiver.url)
    ids = [received.headers["webhook-id"] for received in receiver.requests]
    assert ids[0] == ids[2] != ids[1]
    assert again.event == first.event
    assert receiver.requests[0].body == receiver.requests[2].body


def test_takes_a_whole_event(fake_openai: FakeOpenAI) -> None:
    event = {"type": "eval.run.canceled", "data": {"id": "evalrun_1"}, "id": "evt_1", "created_at": 7, "more": True}
    with receiving() as receiver:
        fake_openai.webhook(event, to=receiver.url)
        fake_openai.webhook(event, to=receiver.url, data={"id": "evalrun_2"})
    sent = [json.loads(received.body) for received in receiver.requests]
    assert sent[0] == {"object": "event", **event}
    assert sent[1] == {"object": "event", **event, "data": {"id": "evalrun_2"}}


@pytest.mark.parametrize("status", [200, 302, 404, 503])
def test_gives_the_answer_whatever_it_is(fake_openai: FakeOpenAI, status: int) -> None:
    with receiving(lambda received: status) as receiver:
        delivered = fake_openai.webhook("response.failed", to=receiver.url, data=DATA)
    assert (delivered.status, delivered.headers["location"], len(receiver.requests)) == (status, "/elsewhere", 1)


@pytest.mark.parametrize(
    ("path", "arrives"), [("", "/"), ("/a b", "/a%20b"), ("/ü?q=ü", "/%C3%BC?q=%C3%BC"), ("/%2F?x=%26", "/%2F?x=%26")]
)
def test_goes_to_any_path(fake_openai: FakeOpenAI, path: str, arrives: str) -> None:
    with receiving() as receiver:
        fake_openai.webhook("response.completed", to=receiver.url + path, data=DATA)
    assert receiver.requests[0].path == arrives


@pytest.mark.parametrize(
    ("event", "data", "message"),
    [
        ("response.completed", None, r"webhook\('response.completed', …\) needs data="),
        ({"data": {}}, None, "an event has a type, a string, and data, a dict; got {'data': {}}"),
        ({"type": 3, "data": {}}, None, "an event has a type"),
        ({"type": "response.completed"}, None, "an event has a type"),
        ({"type": "response.completed", "data": "x"}, None, "an event has a type"),
    ],
)
def test_wants_a_type_and_data(fake_openai: FakeOpenAI, event: Any, data: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fake_openai.webhook(event, to="http://127.0.0.1:1", data=data)


@pytest.mark.parametrize("url", ["", "127.0.0.1", "ftp://127.0.0.1", "http://", "http:///path"])
def test_goes_to_urls_only(fake_openai: FakeOpenAI, url: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"a webhook goes to an http:// or https:// URL, got {url!r}")):
        fake_openai.webhook("response.completed", to=url, data=DATA)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://127.0.0.1/hook", "127.0.0.1", 80),
        ("https://localhost", "localhost", 443),
        ("http://[::1]/hook", "::1", 80),
        ("https://[::1]:8443/hook", "::1", 8443),
    ],
)
def test_goes_to_the_port_that_the_url_means(url: str, host: str, port: int) -> None:
    connection, _ = _connection(url, timeout=1)
    assert (connection.host, connection.port) == (host, port)


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket at which something may arrive, and nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def address(listener: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/hook"


def test_says_where_nobody_listens(fake_openai: FakeOpenAI) -> None:
    with listening() as listener:
        url = address(listener)
    message = f"the response.completed event could not be delivered to {url}: "
    with pytest.raises(ConnectionError, match=re.escape(message)):
        fake_openai.webhook("response.completed", to=url, data=DATA)


def test_says_where_there_is_no_such_host(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(ConnectionError, match=r"delivered to http://a\.\.b/: no host can have such a name$"):
        fake_openai.webhook("response.completed", to="http://a..b/", data=DATA)


def test_says_where_nobody_answers(fake_openai: FakeOpenAI) -> None:
    with listening() as listener:
        url = address(listener)
        message = f"{url} did not answer the response.completed event within 0.05 s. If the application runs in the"
        with pytest.raises(TimeoutError, match=re.escape(message)):
            fake_openai.webhook("response.completed", to=url, data=DATA, timeout=0.05)


@pytest.mark.parametrize(("scheme", "first"), [("http", b"POST /hook"), ("https", b"\x16\x03")])
def test_says_where_the_connection_is_closed(fake_openai: FakeOpenAI, scheme: str, first: bytes) -> None:
    """What arrives over TLS begins with a greeting."""
    got: list[bytes] = []

    def close(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            got.append(connection.recv(65536))

    with listening() as listener:
        thread = threading.Thread(target=close, args=(listener,))
        thread.start()
        with pytest.raises(ConnectionError, match=re.escape(f"delivered to {address(listener, scheme)}")):
            fake_openai.webhook("response.completed", to=address(listener, scheme), data=DATA)
        thread.join()
    assert got[0].startswith(first)


def test_warns_of_types_that_openai_is_not_known_to_send(fake_openai: FakeOpenAI) -> None:
    with receiving() as receiver:
        fake_openai.webhook("response.complete", to=receiver.url, data=DATA)
    with pytest.warns(FakeOpenAIWarning, match=r"OpenAI is not known to send webhooks of type 'response\.complete'"):
        fake_openai.check()
    assert len(receiver.requests) == 1


def test_is_sent_from_an_asynchronous_test(fake_openai: FakeOpenAI) -> None:
    """The application may run in the loop of the test, as long as the loop goes on."""
    got: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def main() -> Any:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}/hook"
            return await asyncio.to_thread(fake_openai.webhook, "response.completed", to=url, data=DATA)

    assert asyncio.run(main()).text == "ok"
    assert got[0].startswith(b"POST /hook HTTP/1.1\r\n")


def test_has_a_secret_in_the_environment(fake_openai: FakeOpenAI) -> None:
    assert os.environ["OPENAI_WEBHOOK_SECRET"] == fake_openai.webhook_secret == fake_openai.env["OPENAI_WEBHOOK_SECRET"]
    assert base64.b64decode(fake_openai.webhook_secret.removeprefix("whsec_"), validate=True)


@knows_webhooks
def test_knows_every_type_that_the_sdk_knows(fake_openai: FakeOpenAI) -> None:
    from openai.types.webhooks import UnwrapWebhookEvent

    classes = get_args(get_args(UnwrapWebhookEvent)[0])
    types = {get_args(each.model_fields["type"].annotation)[0]: each for each in classes}
    assert types.keys() - EVENT_TYPES == set()
    assert all(map(is_known, SUBSCRIBABLE))
    client: Any = fake_openai.client
    with receiving() as receiver:
        for kind in types:
            fake_openai.webhook(kind, to=receiver.url, data=DATA)
    unwrapped = [client.webhooks.unwrap(each.body, each.headers) for each in receiver.requests]
    assert [type(event) for event in unwrapped] == [*types.values()]
    assert [event.type for event in unwrapped] == [*types]
