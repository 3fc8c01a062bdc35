"""Webhook endpoints: secrets, deliveries on trial, and the types of events."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints.webhook_endpoints import _is_local
from pytest_fakeopenai.sdk.catalogue import catalogue
from pytest_fakeopenai.wire.webhooks.event_types import SUBSCRIBABLE
from tests.receiving import Received, receiving

from ._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.skipif(
    catalogue().named("webhooks.create") is None, reason="this SDK knows no webhook endpoints"
)
URL = "/v1/webhook_endpoints"
HOOK: dict[str, Any] = {"name": "mine", "url": "https://example.com/hook", "event_types": ["batch.completed"]}


def create(fake: FakeOpenAI, kind: str = "sync", **more: Any) -> dict[str, Any]:
    endpoint: dict[str, Any] = call_method(fake, kind, "webhooks.create", **{**HOOK, **more}).to_dict()
    return endpoint


@both_clients
def test_tells_the_secret_once(fake_openai: FakeOpenAI, kind: str) -> None:
    endpoint = create(fake_openai, kind)
    secret = endpoint.pop("signing_secret")
    assert re.fullmatch(r"whsec_[0-9A-Za-z+/]{43}=", secret)
    assert re.fullmatch(r"whe_[0-9A-Za-z]{24}", endpoint["id"])
    assert endpoint == {
        **HOOK,
        "id": endpoint["id"],
        "object": "webhook_endpoint",
        "created_at": 1767225600,
        "updated_at": 1767225600,
        "signing_secret_hint": f"whsec_...{secret[-4:]}",
    }
    assert call_method(fake_openai, kind, "webhooks.retrieve", endpoint["id"]).to_dict() == endpoint
    assert [each.to_dict() for each in call_method(fake_openai, kind, "webhooks.list").data] == [endpoint]
    for path in (URL, f"{URL}/{endpoint['id']}"):
        assert b'"signing_secret"' not in send(fake_openai, "GET", path).body


def test_gives_each_its_own_secret(fake_openai: FakeOpenAI) -> None:
    assert create(fake_openai)["signing_secret"] != create(fake_openai)["signing_secret"]


@both_clients
def test_is_changed_and_deleted(fake_openai: FakeOpenAI, kind: str) -> None:
    endpoint = create(fake_openai, kind)
    secret = endpoint.pop("signing_secret")
    changed = call_method(fake_openai, kind, "webhooks.update", endpoint["id"], name="other").to_dict()
    assert changed == {**endpoint, "name": "other", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > endpoint["updated_at"]
    assert call_method(fake_openai, kind, "webhooks.update", endpoint["id"], name="other").to_dict() == changed
    assert call_method(fake_openai, kind, "webhooks.retrieve", endpoint["id"]).to_dict() == changed
    assert secret.endswith(changed["signing_secret_hint"][-4:])
    gone = call_method(fake_openai, kind, "webhooks.delete", endpoint["id"]).to_dict()
    assert gone == {"id": endpoint["id"], "object": "webhook_endpoint.deleted", "deleted": True}
    with pytest.raises(openai.NotFoundError):
        call_method(fake_openai, kind, "webhooks.retrieve", endpoint["id"])


@both_clients
def test_has_its_secret_rotated(fake_openai: FakeOpenAI, kind: str) -> None:
    endpoint = create(fake_openai, kind)
    rotated = call_method(fake_openai, kind, "webhooks.rotate_secret", endpoint["id"]).to_dict()
    new = rotated["signing_secret"]
    assert new != endpoint["signing_secret"]
    changes = {"signing_secret": new, "signing_secret_hint": f"whsec_...{new[-4:]}"}
    assert rotated == {**endpoint, **changes, "updated_at": rotated["updated_at"]}
    assert rotated["updated_at"] > endpoint["updated_at"]


def verify(fake: FakeOpenAI, received: Received, secret: str) -> Any:
    client: Any = fake.client
    return client.webhooks.unwrap(received.body, received.headers, secret=secret)


@both_clients
@pytest.mark.parametrize("status", [200, 500])
def test_is_tried_with_an_event(fake_openai: FakeOpenAI, kind: str, status: int) -> None:
    with receiving(lambda received: status) as receiver:
        endpoint = create(fake_openai, kind, url=f"{receiver.url}/hook")
        tried = call_method(
            fake_openai, kind, "webhooks.test", endpoint["id"], event_type="response.completed"
        ).to_dict()
    assert tried == {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": endpoint["id"],
        "event_type": "response.completed",
        "status_code": status,
        "success": True,
    }
    (received,) = receiver.requests
    event = verify(fake_openai, received, endpoint["signing_secret"])
    assert (event.type, received.path) == ("response.completed", "/hook")
    assert re.fullmatch(r"resp_[0-9a-f]{48}", event.data.id)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("batch.failed", r'{"id": "batch_[0-9a-f]{32}"}'),
        ("fine_tuning.job.succeeded", r'{"id": "ftjob-[0-9A-Za-z]{24}"}'),
        ("realtime.call.incoming", r'{"call_id": "rtc_[0-9a-f]{32}", "sip_headers": \[\]}'),
    ],
)
def test_is_tried_with_what_such_an_event_tells(fake_openai: FakeOpenAI, kind: Any, data: str) -> None:
    with receiving() as receiver:
        endpoint = create(fake_openai, url=receiver.url)
        call_method(fake_openai, "sync", "webhooks.test", endpoint["id"], event_type=kind)
    assert re.fullmatch(data, json.dumps(json.loads(receiver.requests[0].body)["data"]))


@pytest.mark.parametrize("keep", [False, True])
def test_signs_with_the_old_secret_where_it_is_kept(fake_openai: FakeOpenAI, keep: bool) -> None:
    with receiving() as receiver:
        endpoint = create(fake_openai, url=receiver.url)
        old = endpoint["signing_secret"]
        more = {"keep_old_secret_active_for_24_hours": keep}
        new = call_method(fake_openai, "sync", "webhooks.rotate_secret", endpoint["id"], **more).signing_secret
        call_method(fake_openai, "sync", "webhooks.test", endpoint["id"], event_type="batch.failed")
    (received,) = receiver.requests
    assert verify(fake_openai, received, new).type == "batch.failed"
    if keep:
        assert verify(fake_openai, received, old).type == "batch.failed"
    else:
        with pytest.raises(openai.InvalidWebhookSignatureError):
            verify(fake_openai, received, old)


def test_sends_nothing_elsewhere(fake_openai: FakeOpenAI) -> None:
    endpoint = create(fake_openai, url="https://hooks.invalid/x")
    tried = call_method(fake_openai, "sync", "webhooks.test", endpoint["id"], event_type="batch.failed")
    assert (tried.status_code, tried.success) == (200, True)


def test_says_that_nobody_listens(fake_openai: FakeOpenAI) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    endpoint = create(fake_openai, url=url)
    with pytest.raises(openai.BadRequestError, match=f"could not be reached: .* delivered to {url}"):
        call_method(fake_openai, "sync", "webhooks.test", endpoint["id"], event_type="batch.failed")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/hook", True),
        ("https://127.8.9.1", True),
        ("http://localhost", True),
        ("http://[::1]:80/", True),
        ("http://10.0.0.1", False),
        ("https://example.com", False),
        ("ftp://127.0.0.1", False),
        ("http://127.0.0.1:99999", False),
        ("http://[", False),
        ("http://", False),
        ("", False),
    ],
)
def test_knows_the_urls_of_this_machine(url: str, local: bool) -> None:
    assert _is_local(url) is local


@both_clients
def test_lists_the_types_of_events(fake_openai: FakeOpenAI, kind: str) -> None:
    listed = call_method(fake_openai, kind, "webhooks.event_types.list").to_dict()
    assert listed == {"object": "list", "data": list(SUBSCRIBABLE)}


@pytest.mark.parametrize("action", ["", "/rotate_secret", "/test"])
def test_knows_no_other_endpoint(fake_openai: FakeOpenAI, action: str) -> None:
    answer = send(
        fake_openai, "POST", f"{URL}/whe_x{action}", {"event_type": "batch.failed"} if action == "/test" else {}
    )
    assert (answer.status, answer.json) == (404, error("Not found"))


@pytest.mark.parametrize("name", ["name", "url"])
@pytest.mark.parametrize(("validation", "status"), [("known", 400), ("off", 200)])
def test_wants_a_name_and_a_url(validation: Any, status: int, name: str) -> None:
    with FakeOpenAI(validation=validation) as fake:
        answer = send(fake, "POST", URL, {key: value for key, value in HOOK.items() if key != name})
        assert answer.status == status
        assert answer.json["error"]["param"] == name if status == 400 else answer.json[name] == ""


@pytest.mark.parametrize("name", ["name", "url"])
def test_takes_texts_only(name: str) -> None:
    with FakeOpenAI(validation="off") as fake:
        endpoint = create(fake)
        answer = send(fake, "POST", f"{URL}/{endpoint['id']}", {name: {}})
        assert (answer.status, answer.json[name]) == (200, endpoint[name])


def test_wants_a_type_to_try(fake_openai: FakeOpenAI) -> None:
    endpoint = create(fake_openai)
    answer = send(fake_openai, "POST", f"{URL}/{endpoint['id']}/test", {})
    assert (answer.status, answer.json) == (
        400,
        error("Missing required parameter: 'event_type'.", param="event_type", code="missing_required_parameter"),
    )


def test_assumes_an_endpoint(fake_openai: FakeOpenAI) -> None:
    with FakeOpenAI(assume_exists=True) as fake:
        tried = call_method(fake, "sync", "webhooks.test", "whe_in_production", event_type="batch.failed")
        rotated = call_method(fake, "sync", "webhooks.rotate_secret", "whe_in_production")
    assert (tried.status_code, rotated.id) == (200, "whe_in_production")
    assert rotated.signing_secret.startswith("whsec_")
