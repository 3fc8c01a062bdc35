"""What begins sessions over REST: realtime calls and secrets, live sessions, ChatKit; and provenance checks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from ..server.peers import connected
from ._requests import both_clients, call_method, error, send

MAJOR = int(openai.__version__.partition(".")[0])
is_newest = pytest.mark.skipif(MAJOR < 3, reason="this SDK does not know it")
OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


@is_newest
@both_clients
def test_answers_a_call(fake_openai: FakeOpenAI, kind: str) -> None:
    session: Any = {"type": "realtime", "model": "gpt-realtime"}
    answer = call_method(fake_openai, kind, "realtime.calls.create", sdp=OFFER, session=session)
    assert answer.text.startswith("v=0\r\n")
    assert answer.text.endswith("\r\n")
    headers = answer.response.headers
    assert (answer.response.status_code, headers["content-type"]) == (201, "text/plain; charset=utf-8")
    key = headers["location"].removeprefix("/v1/realtime/calls/")
    assert key.startswith("rtc_u2_")
    assert headers["access-control-expose-headers"] == "Location, X-Request-Id"
    acts: Any = (("accept", {"type": "realtime"}), ("refer", {"target_uri": "tel:1"}), ("reject", {}))
    for act, options in acts:
        call_method(fake_openai, kind, f"realtime.calls.{act}", key, **options)
    call_method(fake_openai, kind, "realtime.calls.hangup", key)
    assert {request.status for request in fake_openai.requests} == {201, 200}


@pytest.mark.parametrize(
    ("kind", "body"), [("application/sdp", OFFER), ("application/json", json.dumps({"sdp": OFFER}))]
)
def test_takes_a_call_that_is_no_form(fake_openai: FakeOpenAI, kind: str, body: str) -> None:
    headers = {"authorization": f"Bearer {fake_openai.api_key}", "content-type": kind}
    with connected(fake_openai.base_url) as connection:
        path = f"{urlsplit(fake_openai.base_url).path}/realtime/calls"
        connection.request("POST", path, body.encode(), headers)
        description = connection.getresponse().read().decode()
    assert description.startswith("v=0\r\n")


def test_refuses_a_call_without_description(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", "/v1/realtime/calls", {"session": {}})
    expected = error("Missing required parameter: 'sdp'.", param="sdp", code="missing_required_parameter")
    assert (answer.status, answer.json) == (400, expected)


def test_refuses_a_session_that_is_no_json(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="it is not valid JSON"):
        fake_openai.client.post(
            "/realtime/calls",
            cast_to=object,
            body={"sdp": OFFER, "session": "{"},
            files={"x": b""},
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )


@is_newest
@both_clients
def test_makes_a_secret_for_a_session(fake_openai: FakeOpenAI, kind: str) -> None:
    tool = {"type": "function", "name": "look"}
    session: Any = {"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}, "tools": [tool]}
    client_secret = call_method(
        fake_openai,
        kind,
        "realtime.client_secrets.create",
        session=session,
        expires_after={"anchor": "created_at", "seconds": 7200},
    )
    assert client_secret.value.startswith("ek_")
    assert client_secret.expires_at > 7200
    described = client_secret.to_dict()["session"]
    assert (described["object"], described["model"], described["expires_at"]) == ("realtime.session", "gpt-realtime", 0)
    assert described["id"].startswith("sess_")
    assert described["audio"]["input"]["transcription"] == {"model": "whisper-1", "language": None, "prompt": None}
    assert described["audio"]["output"]["voice"] == "alloy"
    assert described["tools"] == [{**tool, "description": None}]


@pytest.mark.parametrize(
    ("path", "session", "kind"),
    [
        ("client_secrets", {"type": "transcription"}, "transcription"),
        ("translations/client_secrets", {"model": "gpt-realtime-translate"}, "translation"),
    ],
)
def test_makes_a_secret_for_sessions_of_other_kinds(
    fake_openai: FakeOpenAI, path: str, session: Any, kind: str
) -> None:
    client_secret = send(fake_openai, "POST", f"/v1/realtime/{path}", {"session": session}).json
    assert list(client_secret) == ["value", "expires_at", "session"]
    assert client_secret["session"]["type"] == kind


SILENCE = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
}
RESPONDING = {"create_response": True, "interrupt_response": True}


@pytest.mark.parametrize(
    ("session", "detection"),
    [
        ({"type": "realtime"}, {**SILENCE, **RESPONDING}),
        ({"type": "transcription"}, SILENCE),
        ({"type": "realtime", "model": "gpt-realtime-2.1"}, {**SILENCE, **RESPONDING, "silence_duration_ms": 500}),
        ({"type": "transcription", "audio": {"input": {"turn_detection": None}}}, None),
        (
            {"type": "realtime", "audio": {"input": {"turn_detection": {"type": "semantic_vad"}}}},
            {"type": "semantic_vad", "eagerness": "auto", **RESPONDING},
        ),
        (
            {"type": "transcription", "audio": {"input": {"turn_detection": {"type": "semantic_vad"}}}},
            {"type": "semantic_vad", "eagerness": "auto"},
        ),
        (
            {"type": "realtime", "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 0.9}}}},
            {**SILENCE, **RESPONDING, "threshold": 0.9},
        ),
    ],
)
def test_ends_turns_as_the_kind_of_session_does(fake_openai: FakeOpenAI, session: Any, detection: Any) -> None:
    secret = send(fake_openai, "POST", "/v1/realtime/client_secrets", {"session": session}).json
    assert secret["session"]["audio"]["input"]["turn_detection"] == detection


@pytest.mark.parametrize(
    ("instructions", "beginning"), [(None, "Your knowledge"), ("", "Your knowledge"), ("Hi", "Hi")]
)
def test_has_instructions_of_its_own(fake_openai: FakeOpenAI, instructions: str | None, beginning: str) -> None:
    session = {"type": "realtime"} | ({} if instructions is None else {"instructions": instructions})
    secret = send(fake_openai, "POST", "/v1/realtime/client_secrets", {"session": session}).json
    assert secret["session"]["instructions"].startswith(beginning)


@pytest.mark.parametrize(("seconds", "code"), [(9, "integer_below_min_value"), (7201, "integer_above_max_value")])
def test_bounds_the_life_of_a_secret(fake_openai: FakeOpenAI, seconds: int, code: str) -> None:
    body = {"expires_after": {"anchor": "created_at", "seconds": seconds}}
    answer = send(fake_openai, "POST", "/v1/realtime/client_secrets", body)
    assert (answer.status, answer.json["error"]["code"]) == (400, code)


@pytest.mark.parametrize("path", ["sessions", pytest.param("transcription_sessions", marks=is_newest)])
def test_puts_the_secret_of_an_old_session_within_it(fake_openai: FakeOpenAI, path: str) -> None:
    created = send(fake_openai, "POST", f"/v1/realtime/{path}", {"input_audio_format": "pcm16"}).json
    assert created["client_secret"]["value"].startswith("ek_")
    assert created["input_audio_format"] == "pcm16"
    assert created["id"].startswith("sess_")
    assert created["turn_detection"]["type"] == "server_vad"


@is_newest
@both_clients
def test_begins_and_forks_a_live_session(fake_openai: FakeOpenAI, kind: str) -> None:
    transport: Any = {"type": "webrtc", "sdp": OFFER}
    created = call_method(fake_openai, kind, "live.create", session={"model": "gpt-live-1"}, transport=transport)
    other = call_method(fake_openai, kind, "live.sessions.fork", created.session.id, transport=transport)
    assert created.session.id != other.session.id
    for each in (created, other):
        assert each.session.id.startswith("sess_")
        assert (each.transport.type, each.transport.sdp[:5]) == ("webrtc", "v=0\r\n")
    forked = call_method(fake_openai, kind, "live.sessions.fork", "sess_of_elsewhere", transport=transport)
    assert forked.session.id not in (created.session.id, other.session.id)


@is_newest
@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("act", ["accept", "reject", "refer", "hangup"])
def test_acts_on_a_live_session_without_a_word(fake_openai: FakeOpenAI, act: str) -> None:
    answer = send(fake_openai, "POST", f"/v1/live/sessions/sess_1/{act}", {})
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.fake_openai(validation="strict")
def test_refuses_a_live_session_without_description(fake_openai: FakeOpenAI) -> None:
    expected = error(
        "Missing required parameter: 'transport.sdp'.", param="transport.sdp", code="missing_required_parameter"
    )
    body = {"transport": {"type": "webrtc"}, "session": {}}
    assert send(fake_openai, "POST", "/v1/live/sessions", body).json == expected


@pytest.mark.fake_openai(validation="off")
def test_begins_a_live_session_without_description_where_nothing_is_validated(fake_openai: FakeOpenAI) -> None:
    assert send(fake_openai, "POST", "/v1/live/sessions", {}).json["transport"]["type"] == "webrtc"


def test_begins_and_cancels_a_session_of_chatkit(fake_openai: FakeOpenAI) -> None:
    body = {
        "user": "u",
        "workflow": {"id": "wf_1", "state_variables": {"n": 1}},
        "rate_limits": {"max_requests_per_1_minute": 3},
        "chatkit_configuration": {"history": {"enabled": False}},
        "expires_after": {"anchor": "created_at", "seconds": 60},
    }
    created = send(fake_openai, "POST", "/v1/chatkit/sessions", body).json
    assert created["id"].startswith("cksess_")
    assert created["client_secret"].startswith("ek_")
    assert (created["object"], created["status"], created["user"]) == ("chatkit.session", "active", "u")
    assert created["workflow"] == {**body["workflow"], "version": None, "tracing": {"enabled": True}}  # type: ignore[dict-item]  # any JSON
    assert created["max_requests_per_1_minute"] == created["rate_limits"]["max_requests_per_1_minute"] == 3
    assert created["chatkit_configuration"]["history"] == {"enabled": False, "recent_threads": None}
    assert created["chatkit_configuration"]["file_upload"]["enabled"] is False


@is_newest
def test_cancels_a_session_of_chatkit(fake_openai: FakeOpenAI) -> None:
    sessions = fake_openai.client.beta.chatkit.sessions
    created = sessions.create(user="u", workflow={"id": "wf_1"})
    cancelled = sessions.cancel(created.id)
    assert (cancelled.id, cancelled.status, cancelled.user) == (created.id, "cancelled", "u")
    with pytest.raises(openai.NotFoundError):
        sessions.cancel("cksess_x")


@is_newest
@both_clients
def test_finds_no_provenance(fake_openai: FakeOpenAI, kind: str) -> None:
    check = call_method(fake_openai, kind, "content_provenance_checks.create", file=("a.png", b"png"))
    assert check.object == "content_provenance_check"
    assert [(each.type, each.outcome) for each in check.results] == [
        ("c2pa", "not_detected"),
        ("synthid", "not_detected"),
    ]
    assert check.results[0].validation_state == "not_present"


def test_wants_a_file_to_check(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", "/v1/content_provenance_checks", {})
    expected = error("Missing required parameter: 'file'.", param="file", code="missing_required_parameter")
    assert (answer.status, answer.json) == (400, expected)
