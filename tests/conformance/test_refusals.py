"""What OpenAI refuses is refused in its words, through the official client, before anything scripted is used up."""

from __future__ import annotations

import re
import warnings
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.wire.contract.shapes import Object

from ..families import check
from .folding import connect
from .refusals import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, Json, Refusal, request
from .refusals_chat import REFUSALS as IN_CHAT
from .refusals_others import REFUSALS as ELSEWHERE

pytestmark = pytest.mark.asyncio
EVERY = [*IN_CHAT, *ELSEWHERE]
every_refusal = pytest.mark.parametrize("refusal", EVERY, ids=str)
STREAMED = [refusal for refusal in EVERY if refusal.path != EMBEDDINGS and "stream_options" not in refusal.body]
every_path = pytest.mark.parametrize("path", [CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS])
OPERATIONS = {CHAT: "chat.completions", RESPONSES: "responses", COMPLETIONS: "completions", EMBEDDINGS: "embeddings"}
CLASSES = {400: openai.BadRequestError, 401: openai.AuthenticationError, 404: openai.NotFoundError}


async def ask(client: Any, path: str, body: Json) -> Any:
    """Send a body just as it is by the client's own machinery, which would not take some of these as arguments."""
    answer = client.post(path, body=body, cast_to=object)
    return await answer if hasattr(answer, "__await__") else answer


def envelope(error: openai.APIStatusError) -> tuple[int, Any]:
    """The status and the body of an error."""
    return error.status_code, error.response.json()


@pytest.mark.parametrize("client", ["sync", "async"])
@every_refusal
async def test_refuses_in_the_words_of_the_api(fake_openai: FakeOpenAI, refusal: Refusal, client: str) -> None:
    with pytest.raises(CLASSES[refusal.status]) as caught:
        await ask(connect(fake_openai, client), refusal.path, refusal.body)

    status, body = envelope(caught.value)
    assert (status, body["error"]["message"]) == (refusal.status, refusal.message)
    assert body == {
        "error": {
            "message": refusal.message,
            "type": "invalid_request_error",
            "param": refusal.param,
            "code": refusal.code,
        }
    }
    assert list(body["error"]) == ["message", "type", "param", "code"]
    assert (caught.value.param, caught.value.code) == (refusal.param, refusal.code)
    assert [each.status for each in fake_openai.requests] == [refusal.status]


@pytest.mark.parametrize("refusal", STREAMED, ids=str)
async def test_refuses_a_stream_likewise(fake_openai: FakeOpenAI, refusal: Refusal) -> None:
    with pytest.raises(CLASSES[refusal.status]) as caught:
        await ask(fake_openai.client, refusal.path, {**refusal.body, "stream": True})

    assert envelope(caught.value)[1]["error"]["message"] == refusal.message


async def test_keeps_the_script_for_requests_that_are_accepted(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")

    with pytest.raises(openai.BadRequestError):
        await ask(fake_openai.client, CHAT, request(CHAT, messages=[]))

    answer = await ask(fake_openai.client, CHAT, request(CHAT))
    assert answer["choices"][0]["message"]["content"] == "Hello!"


@every_path
async def test_lets_everything_in_without_validation(path: str) -> None:
    with FakeOpenAI(validation="off") as fake:
        answer = await ask(fake.client, path, request(path, top_k=5, temperature=9))

    assert answer["object"] in ("chat.completion", "response", "text_completion", "list")


ODD: tuple[object, ...] = (17, 1.5, True, "x", [[]], {"a": {"b": None}})
IDENTIFYING = ("previous_response_id", "conversation")


def odd_requests(path: str) -> list[Json]:
    """Requests with one field of another type than it should have."""
    shape = check(OPERATIONS[path]).shape
    assert isinstance(shape, Object)
    names = [name for name in shape.fields if name not in ("model", *IDENTIFYING)]
    return [request(path, **{name: value}) for name in names for value in ODD if (name, value) != ("stream", True)]


@every_path
async def test_refuses_nothing_that_can_be_answered(path: str) -> None:
    with FakeOpenAI(validation="off") as fake:
        answers = [await ask(fake.client, path, body) for body in odd_requests(path)]

    assert {answer["object"] for answer in answers} <= {"chat.completion", "response", "text_completion", "list"}


async def test_answers_without_the_store_that_is_not_there() -> None:
    tools = [{"type": "file_search", "vector_store_ids": ["vs_x"]}]
    with FakeOpenAI(validation="off") as fake:
        answer = await ask(fake.client, RESPONSES, request(RESPONSES, tools=tools))

    assert answer["output"][0]["content"][0]["text"] == "Hi"


@every_path
async def test_warns_once_of_one_parameter(path: str) -> None:
    for body in odd_requests(path)[:60]:
        with warnings.catch_warnings(record=True) as caught, FakeOpenAI(validation="warn") as fake:
            warnings.simplefilter("always")
            await ask(fake.client, path, body)
        named = [re.findall(r"'([\w.\[\]]+)'", str(each.message))[:1] for each in caught]
        assert len(named) == len({*map(str, named)}), [str(each.message) for each in caught]


@every_path
async def test_warns_instead_where_the_test_asks_for_it(path: str) -> None:
    warned = pytest.warns(UserWarning, match=r"OpenAI would refuse request 1, POST .*: 400 Un(known|recognized)")
    with warned, FakeOpenAI(validation="warn") as fake:
        answer = await ask(fake.client, path, request(path, top_k=5))

    assert answer.get("error") is None


TYPED: list[tuple[str, Json, str]] = [
    (CHAT, request(CHAT, service_tier="gold"), "service_tier"),
    (RESPONSES, request(RESPONSES, text={"mood": "good"}), "text.mood"),
    (RESPONSES, request(RESPONSES, truncation="never"), "truncation"),
    (RESPONSES, request(RESPONSES, tools=[{"type": "function", "name": "a", "x": 1}]), "tools[0].x"),
]
only_typed = pytest.mark.parametrize(("path", "body", "param"), TYPED, ids=[param for _, _, param in TYPED])


@pytest.mark.skipif(not params.is_current(), reason="an older SDK's types say little of today's API")
@only_typed
async def test_warns_of_what_only_the_types_forbid(path: str, body: Json, param: str) -> None:
    with pytest.warns(UserWarning, match="OpenAI may refuse request 1") as caught, FakeOpenAI() as fake:
        await ask(fake.client, path, body)

    assert len(caught) == 1
    assert f"'{param}'" in str(caught[0].message) or "Supported values" in str(caught[0].message)


@only_typed
async def test_refuses_that_too_where_the_test_is_strict(path: str, body: Json, param: str) -> None:
    with FakeOpenAI(validation="strict") as fake, pytest.raises(openai.BadRequestError) as caught:
        await ask(fake.client, path, body)

    assert caught.value.param == param


NOT_THERE: list[tuple[str, str, int, str, str | None, str | None]] = [
    ("GET", "/nothing", 404, "Invalid URL (GET /v1/nothing)", None, None),
    ("GET", "/files/", 404, "Invalid URL (GET /v1/files/)", None, None),
    ("GET", "/responses/resp_x", 404, "Response with id 'resp_x' not found.", None, None),
    ("DELETE", "/responses/resp_x", 404, "Response with id 'resp_x' not found.", None, None),
    ("POST", "/responses/resp_x/cancel", 404, "Response with id 'resp_x' not found.", None, None),
    ("PUT", "/models", 405, "Not allowed to PUT on /v1/models.", None, "method_not_supported"),
    ("GET", "/embeddings", 405, "Not allowed to GET on /v1/embeddings.", None, "method_not_supported"),
]


@pytest.mark.parametrize(("method", "path", "status", "message", "param", "code"), NOT_THERE)
async def test_refuses_what_is_not_there(
    fake_openai: FakeOpenAI, method: str, path: str, status: int, message: str, param: str | None, code: str | None
) -> None:
    send: Any = getattr(fake_openai.client, method.lower())
    with pytest.raises(openai.APIStatusError) as caught:
        send(path, cast_to=object)

    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    assert envelope(caught.value) == (status, {"error": error})


async def test_refuses_to_continue_or_name_what_was_not_stored(fake_openai: FakeOpenAI) -> None:
    unstored = fake_openai.client.responses.create(**request(RESPONSES, store=False))
    item = unstored.output[0].id
    gone = (
        f"Item with id '{item}' not found. Items are not persisted when `store` is set to false. "
        "Try again with `store` set to true, or remove this item from your input."
    )
    refusals = []
    for changes in ({"previous_response_id": unstored.id}, {"input": [{"type": "item_reference", "id": item}]}):
        with pytest.raises(openai.APIStatusError) as caught:
            await ask(fake_openai.client, RESPONSES, request(RESPONSES, **changes))
        refusals.append(
            (caught.value.status_code, caught.value.response.json()["error"]["message"], caught.value.param)
        )

    assert refusals == [
        (400, f"Previous response with id '{unstored.id}' not found.", "previous_response_id"),
        (404, gone, "input"),
    ]


async def test_follows_a_reference_to_an_item_that_was_stored(fake_openai: FakeOpenAI) -> None:
    stored = fake_openai.client.responses.create(**request(RESPONSES, input="Remember me."))
    items = [{"type": "item_reference", "id": stored.output[0].id}, {"role": "user", "content": "Who?"}]
    listed = fake_openai.client.responses.input_items.list(stored.id).data
    references = [{"type": "item_reference", "id": listed[0].id}]

    await ask(fake_openai.client, RESPONSES, request(RESPONSES, input=items))
    echoed = await ask(fake_openai.client, RESPONSES, request(RESPONSES, input=references))

    assert echoed["output"][0]["content"][0]["text"] == "Remember me."


async def test_cannot_cancel_what_does_not_run_in_the_background(fake_openai: FakeOpenAI) -> None:
    response = fake_openai.client.responses.create(**request(RESPONSES))

    with pytest.raises(openai.BadRequestError) as caught:
        await ask(fake_openai.client, f"{RESPONSES}/{response.id}/cancel", {})

    assert envelope(caught.value)[1]["error"]["message"] == "Cannot cancel a synchronous response."


async def test_takes_what_azure_takes_beside_by_its_urls_alone(fake_openai: FakeOpenAI) -> None:
    body = request(CHAT, data_sources=[{"type": "azure_search", "parameters": {}}])

    assert (await ask(fake_openai.azure_client, CHAT, body))["object"] == "chat.completion"
    with pytest.raises(openai.BadRequestError, match="Unrecognized request argument supplied: data_sources"):
        await ask(fake_openai.client, CHAT, body)
