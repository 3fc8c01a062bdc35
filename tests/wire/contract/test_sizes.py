"""What is too long for a model, and what legacy completions and embeddings refuse."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.billing.prompt import bare, prompt_tokens
from pytest_fakeopenai.wire.contract.context import chat
from pytest_fakeopenai.wire.protocol.call import Tool

from ._calls import WireError, call, refusals, wire_error

LONG = "word " * 12_000
HUGE = "word " * 130_000
INVALID: WireError = (
    400,
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    None,
    None,
)
TOOL = Tool("get_weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})


def says(text: str, **fields: Any) -> Any:
    """A chat request with this text."""
    return {"model": "gpt-4", "messages": [{"role": "user", "content": text}], **fields}


def too_long(detail: str) -> list[WireError]:
    """The refusal of a conversation."""
    return [
        (400, f"This model's maximum context length is 8192 tokens. {detail}", "messages", "context_length_exceeded")
    ]


def test_refuses_a_conversation_that_is_too_long() -> None:
    tokens = prompt_tokens(call("chat.completions", says(LONG)))

    assert refusals("chat.completions", says(LONG)) == too_long(
        f"However, your messages resulted in {tokens} tokens. Please reduce the length of the messages."
    )


def test_counts_the_completion_asked_for() -> None:
    body = says("Hi", max_tokens=8192)
    tokens = prompt_tokens(call("chat.completions", body))

    assert refusals("chat.completions", body) == too_long(
        f"However, you requested {tokens + 8192} tokens ({tokens} in the messages, 8192 in the completion). "
        "Please reduce the length of the messages or completion."
    )


@pytest.mark.parametrize(
    ("max_tokens", "did", "completion", "advice"),
    [
        (None, "your messages resulted in", "", "messages or functions"),
        (4096, "you requested", " and 4096 in the completion", "messages, functions, or completion"),
    ],
)
def test_counts_the_functions(max_tokens: int | None, did: str, completion: str, advice: str) -> None:
    body = says(LONG, max_tokens=max_tokens)
    request = call("chat.completions", body, tools=[TOOL])
    messages, whole = prompt_tokens(call("chat.completions", body)), prompt_tokens(request)
    listed = f"{messages} in the messages, {whole - messages} in the functions"

    assert [wire_error(error) for error in chat(request)] == too_long(
        f"However, {did} {whole + (max_tokens or 0)} tokens ({listed}{',' if completion else ''}{completion}). "
        f"Please reduce the length of the {advice}."
    )


@pytest.mark.parametrize("model", ["gpt-4o", "o3"])
def test_refuses_an_input_that_is_too_long(model: str) -> None:
    body = {"model": model, "input": HUGE * 3}

    assert refusals("responses", body) == [
        (
            400,
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
            "input",
            "context_length_exceeded",
        )
    ]


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("chat.completions", says("word " * 4_000)),
        ("chat.completions", says("Hi", max_tokens=8_000)),
        ("chat.completions", says(LONG, model="gpt-4o")),
        ("chat.completions", says(LONG, model="my-own")),
        ("chat.completions", says("Hi", model="gpt-9", max_completion_tokens=10**9)),
        ("responses", {"model": "gpt-4o", "input": LONG}),
        ("responses", {"model": "gpt-4.1", "input": HUGE}),
        ("responses", {"model": "my-own", "input": HUGE}),
        ("responses", {"model": "gpt-4o", "input": HUGE, "truncation": "auto"}),
        ("completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "word " * 3_000}),
        ("completions", {"model": "gpt-3.5-turbo-instruct", "prompt": [1, 100_257]}),
        ("completions", {"model": "gpt-3.5-turbo-instruct", "prompt": [[1], [2]], "stop": list("abcd")}),
        ("completions", {"model": "my-own", "prompt": [10**9]}),
        ("completions", {"model": "davinci-002"}),
        ("embeddings", {"model": "text-embedding-3-small", "input": "Hi"}),
        ("embeddings", {"model": "text-embedding-3-small", "input": ["Hi"] * 2048}),
        ("embeddings", {"model": "text-embedding-3-small", "input": [1, 2, 3]}),
        ("embeddings", {"model": "text-embedding-3-small", "input": [[1], [2, 3]]}),
        ("embeddings", {"model": "text-embedding-3-small", "input": [1] * 8_192}),
        ("embeddings", {"model": "my-own", "input": LONG}),
        ("embeddings", {"model": "text-embedding-3-small"}),
    ],
)
def test_accepts_what_fits(endpoint: str, body: Any) -> None:
    assert refusals(endpoint, body) == []


@pytest.mark.parametrize("prompt", [[5, 123456], [[5], [123456]]])
def test_refuses_a_token_that_there_is_not(prompt: Any) -> None:
    assert refusals("completions", {"model": "davinci-002", "prompt": prompt}) == [
        (400, "Invalid token in prompt: 123456. Minimum value is 0, maximum value is 100257 (inclusive).", None, None)
    ]


@pytest.mark.parametrize("max_tokens", [None, 100])
def test_refuses_a_prompt_that_is_too_long(max_tokens: int | None) -> None:
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": ["Hi", LONG], "max_tokens": max_tokens}
    tokens, completion = bare(LONG, "gpt-3.5-turbo-instruct"), max_tokens or 16

    assert refusals("completions", body) == [
        (
            400,
            f"This model's maximum context length is 4096 tokens, however you requested {tokens + completion} tokens "
            f"({tokens} in your prompt; {completion} for the completion). "
            "Please reduce your prompt; or completion length.",
            None,
            None,
        )
    ]


def test_refuses_five_stop_sequences_of_a_completion() -> None:
    body = {"model": "davinci-002", "prompt": "Hi", "stop": list("abcde")}

    assert [param for _, _, param, _ in refusals("completions", body)] == ["stop"]


@pytest.mark.parametrize(
    "value",
    ["", [], [""], ["Hi", ""], [[]], ["Hi", [1]], ["Hi", 1], [[1], [-1]], [-1], [1.5], [True], {}, 7, ["Hi"] * 2049],
)
def test_refuses_an_input_that_cannot_be_embedded(value: Any) -> None:
    assert refusals("embeddings", {"model": "text-embedding-3-large", "input": value}) == [INVALID]


@pytest.mark.parametrize("value", [LONG, ["Hi", LONG], [1] * 8_193], ids=["text", "texts", "ids"])
def test_refuses_an_input_that_is_too_long_to_be_embedded(value: Any) -> None:
    assert refusals("embeddings", {"model": "text-embedding-3-small", "input": value}) == [
        (400, "Invalid 'input': maximum context length is 8192 tokens.", None, None)
    ]


def test_refuses_inputs_that_are_too_many_tokens_together() -> None:
    body = {"model": "text-embedding-3-small", "input": [[1] * 8_000] * 38}

    assert refusals("embeddings", body) == [
        (400, "Requested 304000 tokens, max 300000 tokens per request", None, "max_tokens_per_request")
    ]
