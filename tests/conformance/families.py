"""Families of answers to hold against OpenAI's description: the requests, and what is sent in answer to them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai.lib._parsing import type_to_response_format_param
from openai.lib._parsing._responses import type_to_text_format_param

from pytest_fakeopenai import (
    ApiError,
    ContextLengthExceeded,
    FakeOpenAI,
    InvalidKey,
    Overloaded,
    QuotaExceeded,
    RateLimit,
    Reply,
    ServerError,
)

from ..endpoints._requests import Answer, send
from . import openapi, test_chat, test_responses
from .openapi import Json
from .refusals_chat import REFUSALS as IN_CHAT
from .refusals_others import REFUSALS as ELSEWHERE
from .replies import CHAT, CODE, COMPLETIONS, RESPONSES, WEATHER, Case, cases, tool

# A component of the description and a value that should be one.
Sent = Iterator[tuple[str, Any]]
MODELS = ("gpt-4o", "gpt-5", "gpt-5.4")


# Asking


def ask(fake: FakeOpenAI, path: str, body: Json, entry: object = "Hi", *, stream: bool = False) -> Sent:
    """What is sent in answer to a request that has this one entry to say."""
    fake.reset()
    fake.script(entry)
    yield from read("POST", path, send(fake, "POST", f"/v1{path}", {**body, "stream": stream} if stream else body))


def fetch(fake: FakeOpenAI, method: str, template: str, body: Json | None = None, query: str = "", **ids: str) -> Sent:
    """What an operation that needs no script sends."""
    yield from read(method, template, send(fake, method, f"/v1{template.format(**ids)}{query}", body))


def read(method: str, path: str, answer: Answer) -> Sent:
    """What an answer sent: its body, or each of its events."""
    assert answer.status == 200, answer.body
    if answer.headers["content-type"].startswith(openapi.EVENTS):
        component = openapi.answer_of("POST", path.partition("/{")[0], openapi.EVENTS)
        for event in events(answer):
            yield component, event
    else:
        yield openapi.answer_of(method, path), answer.json


def events(answer: Answer) -> list[Any]:
    """The JSON of each event."""
    lines = [line.removeprefix("data: ") for line in answer.body.decode().split("\n") if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def twice(fake: FakeOpenAI, path: str, body: Json, make: Callable[[], object], **streamed: Any) -> Sent:
    """What is sent in answer to a request, whole and streamed."""
    yield from ask(fake, path, body, make())
    yield from ask(fake, path, {**body, **streamed}, make(), stream=True)


# The families of answers


def chat_completions(fake: FakeOpenAI) -> Sent:
    """The whole catalogue, and requests that change what an answer holds."""
    own = [case for case in cases(CHAT) if not case.foreign]
    for case, model in itertools.product(own, MODELS):
        yield from twice(fake, "/chat/completions", _chat(case, model), case.make, **test_chat.WITH_USAGE)
    body = _chat(Case("plain", lambda: "Hi"), "gpt-4o")
    for option in ({"service_tier": "flex"}, {"metadata": {"a": "b"}, "store": True}, {"max_tokens": 1}):
        yield from twice(fake, "/chat/completions", {**body, **option}, lambda: "Hello there")


def _chat(case: Case, model: str) -> Json:
    shape = {} if case.shape is None else {"response_format": type_to_response_format_param(case.shape)}
    return {**test_chat.request(case, model), **shape}


def responses(fake: FakeOpenAI) -> Sent:
    """The whole catalogue, and requests that an answer repeats."""
    for case, model in itertools.product(cases(RESPONSES), MODELS):
        yield from twice(fake, "/responses", _response(case, model), case.make)
    for option in REPEATED:
        yield from twice(fake, "/responses", {"model": "gpt-4o", "input": "Hi", **option}, lambda: "Hello there")
    fake.reset()
    store = fake.client.vector_stores.create(file_ids=[_file(fake, b"Hi")]).id
    tools = [{"type": "file_search", "vector_store_ids": [store]}]
    body = {"model": "gpt-4o", "input": "Hi", "tools": tools, "include": ["file_search_call.results"]}
    for stream in (False, True):
        yield from read("POST", "/responses", send(fake, "POST", "/v1/responses", {**body, "stream": stream}))


def _response(case: Case, model: str) -> Json:
    shape = {} if case.shape is None else {"text": {"format": type_to_text_format_param(case.shape)}}
    body = test_responses.request(case, model)
    beside = body.pop("extra_body", {})
    return {**body, **beside, **shape}


REPEATED: list[Json] = [
    {"instructions": "Be brief.", "metadata": {"a": "b"}, "user": "u", "safety_identifier": "s"},
    {"prompt_cache_key": "k", "store": False, "temperature": 0.5, "top_p": 0.5, "truncation": "auto"},
    {"background": True},
    {"model": "gpt-5", "reasoning": {"effort": "low", "summary": "auto"}, "text": {"verbosity": "low"}},
    {"max_output_tokens": 16, "max_tool_calls": 2, "parallel_tool_calls": False, "service_tier": "flex"},
    {"tools": [tool(WEATHER, RESPONSES)], "tool_choice": "none"},
    {"tools": [tool(CODE, RESPONSES)], "tool_choice": "auto"},
    {"tools": [{"type": "function", "name": "bare", "parameters": None, "strict": False}]},
    {"tools": [{"type": "web_search"}, {"type": "file_search", "vector_store_ids": []}]},
    {"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]},
    {"tools": [{"type": "mcp", "server_label": "a", "server_url": "https://example.com/mcp"}]},
    {"text": {"format": {"type": "json_object"}}, "input": "Say it in JSON."},
]


def legacy_completions(fake: FakeOpenAI) -> Sent:
    """The whole catalogue, and prompts of several kinds."""
    for case in cases(COMPLETIONS):
        body: Json = {"model": "gpt-3.5-turbo-instruct", "prompt": "Once", "n": case.n, "max_tokens": 4000}
        if case.top_logprobs is not None:
            body["logprobs"] = case.top_logprobs
        yield from twice(fake, "/completions", body, case.make, stream_options={"include_usage": True})
    for prompt in (["One", "Two"], [1, 2, 3], [[1], [2]]):
        body = {"model": "gpt-3.5-turbo-instruct", "prompt": prompt, "echo": True, "logprobs": 2}
        yield from twice(fake, "/completions", body, lambda: "Upon")


def embeddings(fake: FakeOpenAI) -> Sent:
    """Every kind of input in every format."""
    inputs: tuple[Any, ...] = ("Hi", ["Hi", "Ho"], [1, 2], [[1], [2]])
    for entry, encoding in itertools.product(inputs, ("float", "base64")):
        for model, size in (("text-embedding-3-small", {"dimensions": 8}), ("text-embedding-ada-002", {})):
            body = {"model": model, "input": entry, "encoding_format": encoding, **size}
            yield from fetch(fake, "POST", "/embeddings", body)


def models(fake: FakeOpenAI) -> Sent:
    """The catalogue and one of it."""
    yield from fetch(fake, "GET", "/models")
    for name in ("gpt-4o", "ft:gpt-4o-mini:org:suffix:id"):
        yield from fetch(fake, "GET", "/models/{model}", model=name)


def stored_chat_completions(fake: FakeOpenAI) -> Sent:
    """What is kept of every reply, changed, listed and deleted."""
    path, one = "/chat/completions", "/chat/completions/{completion_id}"
    yield from fetch(fake, "GET", path)
    for case, stream in itertools.product(cases(CHAT), (False, True)):
        fake.reset()
        fake.script(case.make())
        body = {**_chat(case, "gpt-4o"), "store": True, "stream": stream}
        answer = send(fake, "POST", f"/v1{path}", body)
        key = (events(answer)[0] if stream else answer.json)["id"]
        yield from fetch(fake, "GET", one, completion_id=key)
        yield from fetch(fake, "GET", path, query="?limit=1")
        yield from fetch(fake, "GET", f"{one}/messages", completion_id=key)
        yield from fetch(fake, "GET", f"{one}/messages", completion_id=key, query=f"?after={key}-0")
        yield from fetch(fake, "POST", one, {"metadata": {"a": "b"}}, completion_id=key)
        yield from fetch(fake, "DELETE", one, completion_id=key)


def _ended(fake: FakeOpenAI, path: str) -> Json:
    """A response once its pauses, if it has any, are over."""
    response: Json = send(fake, "GET", path).json
    return _ended(fake, path) if response["status"] in ("queued", "in_progress") else response


def stored_responses(fake: FakeOpenAI) -> Sent:
    """What is kept of every reply and its input, replayed, cancelled; a deletion's body is not described."""
    path, one = "/responses", "/responses/{response_id}"
    kept = [case for case in cases(RESPONSES) if case.name != "own id and model"]  # only a real id can be continued
    for case, background in itertools.product(kept, (False, True)):
        fake.reset()
        fake.script(case.make(), case.make())
        body = {**_response(case, "gpt-4o"), "background": background, "input": INPUT}
        first = send(fake, "POST", f"/v1{path}", body).json["id"]
        response = _ended(fake, f"/v1{path}/{first}")
        yield from fetch(fake, "GET", one, response_id=first)
        yield from fetch(fake, "GET", one, response_id=first, query="?stream=true")
        going_on = {**body, "input": _results(response), "previous_response_id": first}
        second = send(fake, "POST", f"/v1{path}", going_on).json["id"]
        yield from fetch(fake, "GET", one, response_id=second)
        yield from fetch(fake, "GET", f"{one}/input_items", response_id=second, query="?limit=50")
        yield from fetch(fake, "GET", f"{one}/input_items", response_id=first, query="?limit=1&order=asc")
    fake.reset()
    running = send(fake, "POST", f"/v1{path}", {"model": "gpt-4o", "input": "Hi", "background": True}).json["id"]
    yield from fetch(fake, "POST", f"{one}/cancel", response_id=running)


def _results(response: Json) -> list[Json]:
    """The next turn: what the called tools gave, and a word."""
    calls = [item for item in response["output"] if item["type"].endswith("_call")]
    outputs = [{"type": f"{call['type']}_output", "call_id": call["call_id"], "output": "cold"} for call in calls]
    return [*outputs, {"role": "user", "content": "And?"}]


INPUT: list[Json] = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
    {"role": "assistant", "content": "Hello"},
    {"type": "function_call", "call_id": "call_a", "name": WEATHER, "arguments": "{}"},
    {"type": "function_call_output", "call_id": "call_a", "output": "cold"},
    {"role": "user", "content": [{"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"}]},
]


def _file(fake: FakeOpenAI, text: bytes) -> str:
    return fake.client.files.create(file=("a.txt", text), purpose="assistants").id


def vector_stores(fake: FakeOpenAI) -> Sent:
    """A store with texts and what is none, changed and searched."""
    path, one = "/vector_stores", "/vector_stores/{vector_store_id}"
    files = [_file(fake, text) for text in (b"Hi", b"\0", b"Ho")]
    settings = {"name": "docs", "expires_after": {"anchor": "last_active_at", "days": 1}, "file_ids": files[:2]}
    yield from fetch(fake, "POST", path, settings)
    ids: Any = {"vector_store_id": fake.client.vector_stores.list().data[0].id, "file_id": files[0]}
    yield from fetch(fake, "GET", one, **ids)
    yield from fetch(fake, "POST", one, {"metadata": {"a": "b"}}, **ids)
    yield from fetch(fake, "GET", path)
    yield from fetch(fake, "POST", f"{one}/files", {"file_id": files[0], "attributes": {"a": 1, "b": True}}, **ids)
    yield from fetch(fake, "GET", f"{one}/files", **ids)
    yield from fetch(fake, "GET", f"{one}/files/{{file_id}}", **ids)
    yield from fetch(fake, "POST", f"{one}/files/{{file_id}}", {"attributes": {"a": "b"}}, **ids)
    yield from fetch(fake, "GET", f"{one}/files/{{file_id}}/content", **ids)
    batch = send(fake, "POST", f"/v1{one}/file_batches".format(**ids), {"file_ids": files[2:]}).json
    ids["batch_id"] = batch["id"]
    yield from fetch(fake, "GET", f"{one}/file_batches/{{batch_id}}", **ids)
    yield from fetch(fake, "POST", f"{one}/file_batches/{{batch_id}}/cancel", **ids)
    yield from fetch(fake, "GET", f"{one}/file_batches/{{batch_id}}/files", **ids)
    yield from fetch(fake, "POST", f"{one}/search", {"query": ["Hi", "Ho"]}, **ids)
    yield from fetch(fake, "DELETE", f"{one}/files/{{file_id}}", **ids)
    yield from fetch(fake, "DELETE", one, **ids)


def files(fake: FakeOpenAI) -> Sent:
    """Files that expire and that do not, and one that comes in parts."""
    path, one, uploads = "/files", "/files/{file_id}", "/uploads"
    purposes: tuple[Any, ...] = ("batch", "fine-tune")
    keys = [fake.client.files.create(file=("a.jsonl", b"{}"), purpose=purpose).id for purpose in purposes]
    yield from fetch(fake, "GET", path)
    for key in keys:
        yield from fetch(fake, "GET", one, file_id=key)
        yield from fetch(fake, "DELETE", one, file_id=key)
    upload = {"filename": "a.txt", "purpose": "vision", "bytes": 2, "mime_type": "text/plain"}
    yield from fetch(fake, "POST", uploads, upload)
    ended = [send(fake, "POST", f"/v1{uploads}", upload).json["id"] for _ in range(2)]
    part = fake.client.uploads.parts.create(ended[0], data=b"Hi")
    yield openapi.answer_of("POST", f"{uploads}/{{upload_id}}/parts"), part.to_dict()
    yield from fetch(fake, "POST", f"{uploads}/{{upload_id}}/complete", {"part_ids": [part.id]}, upload_id=ended[0])
    yield from fetch(fake, "POST", f"{uploads}/{{upload_id}}/cancel", upload_id=ended[1])


def containers(fake: FakeOpenAI) -> Sent:
    """A container with a file, and all that one can be asked to be; a deletion's body is not described."""
    path, one = "/containers", "/containers/{container_id}"
    if not hasattr(fake.client, "containers"):
        pytest.skip("this SDK knows no containers")
    key = fake.client.files.create(file=("a.txt", b"A"), purpose="user_data").id
    policy = {"type": "allowlist", "allowed_domains": ["example.com"]}
    settings = {"name": "box", "file_ids": [key], "memory_limit": "4g", "network_policy": policy}
    yield from fetch(fake, "POST", path, {"name": "box"})
    yield from fetch(fake, "POST", path, settings)
    yield from fetch(fake, "GET", path)
    box = send(fake, "GET", f"/v1{path}?limit=1").json["first_id"]
    yield from fetch(fake, "GET", one, container_id=box)
    yield from fetch(fake, "POST", f"{one}/files", {"file_id": key}, container_id=box)
    yield from fetch(fake, "GET", f"{one}/files", container_id=box)
    file = send(fake, "GET", f"/v1{path}/{box}/files").json["first_id"]
    yield from fetch(fake, "GET", f"{one}/files/{{file_id}}", container_id=box, file_id=file)


def skills(fake: FakeOpenAI) -> Sent:
    """A skill with two versions."""
    path, one = "/skills", "/skills/{skill_id}"
    if not hasattr(fake.client, "skills"):
        pytest.skip("this SDK knows no skills")
    sent: Any = [("sums/SKILL.md", b"---\nname: sums\ndescription: Adds.\n---\n")]
    key = fake.client.skills.create(files=sent).id
    version = fake.client.skills.versions.create(key, files=sent)
    yield openapi.answer_of("POST", f"{one}/versions"), version.to_dict()
    yield from fetch(fake, "GET", path)
    yield from fetch(fake, "GET", one, skill_id=key)
    yield from fetch(fake, "POST", one, {"default_version": "2"}, skill_id=key)
    yield from fetch(fake, "GET", f"{one}/versions", skill_id=key)
    yield from fetch(fake, "GET", f"{one}/versions/{{version}}", skill_id=key, version="latest")
    yield from fetch(fake, "DELETE", f"{one}/versions/{{version}}", skill_id=key, version="1")
    yield from fetch(fake, "DELETE", one, skill_id=key)


FAULTS: tuple[Callable[[], object], ...] = (
    RateLimit,
    ServerError,
    Overloaded,
    QuotaExceeded,
    InvalidKey,
    ContextLengthExceeded,
    lambda: ApiError(418, "I'm a teapot"),
)


def errors(fake: FakeOpenAI) -> Sent:
    """All that is refused, all that a test can script, and what there is not; streams end with their own."""
    for refusal in [*IN_CHAT, *ELSEWHERE]:
        yield "ErrorResponse", send(fake, "POST", f"/v1{refusal.path}", refusal.body).json
    paths = ("chat/completions/x", "chat/completions/x/messages", "responses/x", "responses/x/input_items", "nothing")
    for method, path in itertools.product(("GET", "DELETE", "PUT"), paths):
        yield "ErrorResponse", send(fake, method, f"/v1/{path}").json
    inputs: Json = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "input": "Hi", "prompt": "Hi"}
    for fault in FAULTS:
        for path, required, model in GENERATING:
            body = {"model": model, required: inputs[required]}
            fake.reset()
            fake.script(fault(), Reply("Half a", fault()))
            yield "ErrorResponse", send(fake, "POST", f"/v1{path}", body).json
            component = openapi.answer_of("POST", path, openapi.EVENTS)
            for event in events(send(fake, "POST", f"/v1{path}", {**body, "stream": True})):
                yield ("ErrorResponse" if event.keys() == {"error"} else component), event


GENERATING = (
    ("/chat/completions", "messages", "gpt-4o"),
    ("/responses", "input", "gpt-4o"),
    ("/completions", "prompt", "gpt-3.5-turbo-instruct"),
)
FAMILIES: list[Callable[[FakeOpenAI], Sent]] = [
    chat_completions,
    responses,
    legacy_completions,
    embeddings,
    models,
    stored_chat_completions,
    stored_responses,
    files,
    containers,
    skills,
    vector_stores,
    errors,
]
