"""Legacy completions, blocking and streamed."""

from __future__ import annotations

import json
import re
from typing import Any

import openai
import pytest
from openai.types import Completion

from pytest_fakeopenai import Chunks, FakeOpenAI, Logprob, RateLimit, Reply, ServerError, ToolCall, VerdictError

from ._requests import both_clients, both_ways, call_method, error, send

URL = "/v1/completions"
MODEL = "gpt-3.5-turbo-instruct"
INTERNAL = "gpt-3.5-turbo-instruct:20230824-v2"
SAY: dict[str, Any] = {"model": MODEL, "prompt": "Say hi"}


def complete(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "completions.create", **{**SAY, **request})


def choice(text: str, index: int = 0, finish_reason: str | None = None, logprobs: Any = None) -> dict[str, Any]:
    return {"text": text, "index": index, "logprobs": logprobs, "finish_reason": finish_reason}


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def test_sends_the_bytes_that_the_api_sends(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Grüße / 你好")
    answer = send(fake_openai, "POST", URL, SAY)
    expected = {
        "id": answer.json["id"],
        "object": "text_completion",
        "created": 1767225600,
        "model": INTERNAL,
        "choices": [choice("Grüße / 你好", finish_reason="stop")],
        "usage": usage(*list(answer.json["usage"].values())[:2]),
    }
    assert answer.body.decode() == json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
    assert re.fullmatch(r"cmpl-[0-9A-Za-z]{29}", answer.json["id"])
    assert answer.headers["content-type"] == "application/json"
    assert fake_openai.requests.only.response == expected


def test_streams_the_bytes_that_the_api_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Hi", " yöu"))
    answer = send(fake_openai, "POST", URL, {**SAY, "stream": True})
    id_ = json.loads(answer.events[0])["id"]
    chunks = [
        {"id": id_, "object": "text_completion", "created": 1767225600, "choices": [each], "model": INTERNAL}
        for each in (choice("Hi"), choice(" yöu"), choice("", finish_reason="stop"))
    ]
    payloads = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in chunks]
    assert answer.events == [*payloads, "[DONE]"]
    assert answer.headers["content-type"] == "text/event-stream"
    assert fake_openai.requests.only.events == chunks


@both_clients
@both_ways
def test_says_what_is_scripted(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Reply("Hi", " you", id="cmpl-mine", model="davinci:2023", finish_reason="length"))
    answer = complete(fake_openai, kind, stream=stream)
    chunks = answer if stream else [answer]
    assert "".join(each.choices[0].text for each in chunks) == "Hi you"
    assert {(each.id, each.model) for each in chunks} == {("cmpl-mine", "davinci:2023")}
    assert chunks[-1].choices[0].finish_reason == "length"
    request = fake_openai.requests.only
    assert (request.endpoint, request.text, request.messages, request.stream) == (
        "completions",
        "Say hi",
        [{"role": "user", "content": "Say hi"}],
        stream,
    )


@pytest.mark.parametrize(
    ("prompt", "texts", "prompt_tokens"),
    [
        ("Say hi", ["Say hi"], 2),
        (["one", "two words"], ["one", "two words"], 3),
        ([1, 22], ["<|1|><|22|>"], None),
        ([[1], [2, 3]], ["<|1|>", "<|2|><|3|>"], None),
        (None, ["<|endoftext|>"], None),
    ],
    ids=["text", "texts", "tokens", "token lists", "null"],
)
def test_echoes_every_prompt_in_order(
    fake_openai: FakeOpenAI, prompt: Any, texts: list[str], prompt_tokens: int | None
) -> None:
    body = send(fake_openai, "POST", URL, {"model": MODEL, "prompt": prompt}).json
    assert body["choices"] == [choice(text, index, "stop") for index, text in enumerate(texts)]
    if prompt_tokens is not None:
        assert body["usage"] == usage(prompt_tokens, prompt_tokens)


@both_clients
@both_ways
def test_numbers_the_choices_over_prompts_and_n(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Reply(choices=["a", "b", "c", "d"]))
    answer = complete(fake_openai, kind, prompt=["x", "y"], n=2, stream=stream)
    chunks = answer if stream else [answer]
    texts = [(each.index, each.text) for chunk in chunks for each in chunk.choices if each.text]
    assert texts == [(0, "a"), (1, "b"), (2, "c"), (3, "d")]


def test_interleaves_the_choices_of_a_stream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(choices=["a b c", "d"]))
    complete(fake_openai, n=2, stream=True, stream_options={"include_usage": True})
    *chunks, last = fake_openai.requests.only.events
    assert [each["choices"] for each in chunks] == [
        [choice("a")],
        [choice(" b")],
        [choice("d", 1)],
        [choice("", 1, "stop")],
        [choice(" c")],
        [choice("", 0, "stop")],
    ]
    assert [each["usage"] for each in chunks] == [None] * 6
    assert (last["choices"], last["usage"]) == ([], usage(2, 4))


@pytest.mark.parametrize(
    ("reply", "more", "choices"),
    [
        (Chunks("Hi", " you"), {}, [choice("Hi"), choice(" you", finish_reason="length")]),
        (Chunks("", "Hi", ""), {}, [choice(""), choice("Hi", finish_reason="length")]),
        (Chunks(), {}, [choice("", finish_reason="length")]),
        (Chunks("Hi"), {"echo": True}, [choice("Say"), choice(" hi"), choice("Hi", finish_reason="length")]),
    ],
)
def test_ends_at_the_limit_with_the_last_piece(
    fake_openai: FakeOpenAI, reply: Chunks, more: dict[str, Any], choices: list[Any]
) -> None:
    fake_openai.script(Reply(reply, finish_reason="length"))
    complete(fake_openai, stream=True, **more)
    assert [each["choices"] for each in fake_openai.requests.only.events] == [[each] for each in choices]


def test_sends_headers_of_its_own(fake_openai: FakeOpenAI) -> None:
    headers = send(fake_openai, "POST", URL, SAY).headers
    assert {name: headers[name] for name in ("openai-model", "cache-control", "access-control-allow-origin")} == {
        "openai-model": INTERNAL,
        "cache-control": "no-cache, must-revalidate",
        "access-control-allow-origin": "*",
    }
    assert headers["via"].startswith("envoy-router-")


def test_leaves_out_completion_tokens_where_nothing_was_pieces(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply())
    body = send(fake_openai, "POST", URL, SAY).json
    assert body["choices"] == [choice("", finish_reason="stop")]
    assert body["usage"] == {"prompt_tokens": 2, "total_tokens": 2}


@pytest.mark.parametrize(("finish_reason", "billed"), [(None, 4), ("length", 1)])
def test_bills_the_text_alone_or_the_limit_that_cuts_it(
    fake_openai: FakeOpenAI, finish_reason: str | None, billed: int
) -> None:
    fake_openai.script(Reply("It is", " cold.", finish_reason=finish_reason))
    assert complete(fake_openai, max_tokens=1).usage.to_dict() == usage(2, billed)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"output_tokens": 9}, usage(2, 9)),
        ({"prompt_tokens": 5, "total_tokens": 1}, {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 1}),
    ],
)
def test_replaces_the_figures_that_the_reply_gives(
    fake_openai: FakeOpenAI, figures: dict[str, int], expected: dict[str, int]
) -> None:
    fake_openai.script(Reply("Hi", usage=figures))
    assert complete(fake_openai).usage.to_dict() == expected


@both_ways
def test_puts_the_prompt_first_where_the_request_asks_for_it(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply(choices=["!", "?"]))
    complete(fake_openai, prompt=["Say hi", "Go"], echo=True, stream=stream)
    response = fake_openai.requests.only.response
    assert [each["text"] for each in response["choices"]] == ["Say hi!", "Go?"]
    assert response["usage"] == usage(3, 2)


@both_ways
def test_tells_the_logprobs_that_the_reply_gives(fake_openai: FakeOpenAI, stream: bool) -> None:
    scripted: Any = [Logprob("Hi", -0.5, (("Hi", -0.5), ("Ho", -2.0))), (" you", -0.25)]
    fake_openai.script(Reply("Hi you", logprobs=scripted))
    answer = complete(fake_openai, logprobs=2, stream=stream)
    assert fake_openai.requests.only.response["choices"][0]["logprobs"] == {
        "tokens": ["Hi", " you"],
        "token_logprobs": [-0.5, -0.25],
        "top_logprobs": [{"Hi": -0.5, "Ho": -2.0}, {}],
        "text_offset": [0, 2],
    }
    if stream:
        logprobs = [chunk.choices[0].logprobs for chunk in answer]
        assert [each and (each.tokens, each.text_offset) for each in logprobs] == [(["Hi"], [0]), ([" you"], [2]), None]


def test_invents_logprobs_that_spell_the_text(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hi you there")
    logprobs = complete(fake_openai, logprobs=3).choices[0].logprobs
    assert (logprobs.tokens, logprobs.text_offset) == (["Hi", " you", " there"], [0, 2, 6])
    assert [(len(top), top[token]) for top, token in zip(logprobs.top_logprobs, logprobs.tokens, strict=True)] == [
        (3, logprob) for logprob in logprobs.token_logprobs
    ]
    assert max(logprobs.token_logprobs) <= 0


def test_has_no_alternatives_for_none_asked(fake_openai: FakeOpenAI) -> None:
    logprobs = complete(fake_openai, logprobs=0).choices[0].logprobs
    assert (logprobs.tokens, logprobs.top_logprobs) == (["Say", " hi"], None)


def test_scores_the_echoed_prompt_and_the_text_given(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hi", "!", logprobs=[("Hi", -0.5), ("!", -0.25)]))
    logprobs = complete(fake_openai, logprobs=1, echo=True).choices[0].logprobs
    assert (logprobs.tokens, logprobs.text_offset) == (["Say", " hi", "Hi", "!"], [0, 3, 6, 8])
    assert logprobs.token_logprobs[2:] == [-0.5, -0.25]


@pytest.mark.parametrize(
    ("body", "message", "param", "code"),
    [
        ({"prompt": "Hi"}, "you must provide a model parameter", None, None),
        (
            {**SAY, "prompt": {"a": 1}},
            "Invalid type for 'prompt': "
            "expected one of a string or array of strings or token ids, but got an object instead.",
            "prompt",
            "invalid_type",
        ),
        (
            {**SAY, "prompt": []},
            "Invalid type for 'prompt': "
            "expected one of a string or array of strings or token ids, but got an array instead.",
            "prompt",
            "invalid_type",
        ),
        (
            {**SAY, "logprobs": 6},
            "Invalid 'logprobs': integer above maximum value. Expected a value <= 5, but got 6 instead.",
            "logprobs",
            "integer_above_max_value",
        ),
        (
            {**SAY, "n": "2"},
            "Invalid type for 'n': expected an integer, but got a string instead.",
            "n",
            "invalid_type",
        ),
        (
            {**SAY, "stream": "yes"},
            "Invalid type for 'stream': expected a boolean, but got a string instead.",
            "stream",
            "invalid_type",
        ),
    ],
)
def test_refuses_a_bad_body(
    fake_openai: FakeOpenAI, body: Any, message: str, param: str | None, code: str | None
) -> None:
    answer = send(fake_openai, "POST", URL, body)
    assert (answer.status, answer.json) == (400, error(message, param=param, code=code))


@pytest.mark.parametrize("prompt", [True, 5, [True], [1, "a"], [None], [{}], [1.5], ["a", [1.5]]], ids=repr)
def test_refuses_what_is_no_prompt(fake_openai: FakeOpenAI, prompt: Any) -> None:
    answer = send(fake_openai, "POST", URL, {**SAY, "prompt": prompt})
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")


def test_refuses_a_reply_that_it_has_no_form_for() -> None:
    with FakeOpenAI() as fake:
        fake.script(ToolCall("add"))
        with pytest.raises(openai.BadRequestError) as refused:
            complete(fake)
        able = "chat.completions, responses, threads.runs"
        complaint = f"ToolCall('add', {{}}) cannot be carried by completions; {able} can"
        assert (refused.value.code, complaint in refused.value.message) == ("unfit_reply", True)
        with pytest.raises(VerdictError, match=re.escape(complaint)):
            fake.check()
        fake.reset()


@both_clients
def test_goes_wrong_as_scripted(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(RateLimit(), "Hi", Reply("Half", ServerError()))
    assert complete(fake_openai, kind).choices[0].text == "Hi"
    with pytest.raises(openai.APIError, match="The server had an error while processing your request"):
        complete(fake_openai, kind, stream=True)
    assert [(each.attempt, each.status) for each in fake_openai.requests] == [(0, 429), (1, 200), (0, 200)]
    assert [list(event) for event in fake_openai.requests.last.events][1:] == [["error"]]


@both_ways
def test_sends_an_object_of_the_client(fake_openai: FakeOpenAI, stream: bool) -> None:
    body = {
        "id": "cmpl-recorded",
        "object": "text_completion",
        "created": 1700000000,
        "model": "davinci",
        "choices": [choice("Recorded", finish_reason="length")],
        "usage": usage(1, 2),
    }
    fake_openai.script(Completion.model_validate(body))
    answer = complete(fake_openai, stream=stream)
    if stream:
        assert ("".join(each.choices[0].text for each in answer), answer[0].id) == ("Recorded", "cmpl-recorded")
        assert answer[-1].choices[0].finish_reason == "length"
    else:
        assert answer.to_dict() == body


LOGPROBS = {"tokens": ["Re", "corded"], "token_logprobs": [-0.5, -0.25], "top_logprobs": None, "text_offset": [0, 2]}


@both_clients
@pytest.mark.parametrize("reason", ["stop", "end_turn", ""])
def test_streams_all_that_an_object_says(fake_openai: FakeOpenAI, kind: str, reason: str) -> None:
    first = {"text": "Recorded", "logprobs": LOGPROBS, "odd": {"a": [1]}}
    ends: list[dict[str, Any]] = [first, {"text": "", "logprobs": None}]
    body: Any = {
        "id": "",
        "object": "text_completion",
        "created": 1700000000,
        "model": "davinci",
        "provider": {"name": "x"},
        "choices": [{"index": index, "finish_reason": reason, **each} for index, each in enumerate(ends)],
        "usage": {**usage(1, 2), "cost": 0.1},
    }
    fake_openai.script(Completion.construct(**body), Completion.construct(**body))

    whole = complete(fake_openai, kind)
    chunks = complete(fake_openai, kind, stream=True, stream_options={"include_usage": True})

    *rest, last = [each.to_dict(warnings=False) for each in chunks]
    pieces = [each["choices"][0] for each in rest]
    folded = [
        {**[each for each in pieces if each["index"] == index][-1]}
        | {"text": "".join(each["text"] for each in pieces if each["index"] == index)}
        for index in (0, 1)
    ]
    assert whole.to_dict(warnings=False) == body
    assert folded == body["choices"]
    assert last == {**body, "choices": []}
    assert {json.dumps(each["provider"]) for each in rest} == {'{"name": "x"}'}
