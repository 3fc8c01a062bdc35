"""What a request says by itself, whichever endpoint it goes to: its text, model, instructions and tools."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI
from pytest_fakeopenai.wire.media.images import draw
from pytest_fakeopenai.wire.media.images.pattern import Pattern

TEXT = "Tell me of the sea"
MESSAGES = [
    {"role": "user", "content": "Hi"},
    {"role": "user", "content": [{"type": "text", "text": "Tell me of "}, {"type": "text", "text": "the sea"}]},
]
PARTS = [{"type": "text", "text": TEXT}, {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}}]
BODIES: list[tuple[str, str, Any]] = [
    ("embeddings", "/embeddings", {"model": "text-embedding-3-small", "input": TEXT}),
    ("embeddings", "/embeddings", {"model": "text-embedding-3-small", "input": ["Hi", TEXT]}),
    ("moderations", "/moderations", {"input": TEXT}),
    ("moderations", "/moderations", {"input": ["Hi", TEXT]}),
    ("moderations", "/moderations", {"input": PARTS}),
    ("audio.speech", "/audio/speech", {"model": "tts-1", "voice": "alloy", "input": TEXT}),
    ("images.generate", "/images/generations", {"model": "gpt-image-1", "prompt": TEXT}),
    ("completions", "/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": TEXT}),
    ("chat.completions", "/chat/completions", {"model": "gpt-4o", "messages": MESSAGES}),
    ("responses", "/responses", {"model": "gpt-4o", "input": TEXT}),
    ("responses.input_tokens.count", "/responses/input_tokens", {"model": "gpt-4o", "input": TEXT}),
    ("responses.compact", "/responses/compact", {"model": "gpt-4o", "input": [{"role": "user", "content": TEXT}]}),
    ("vector_stores.search", "/vector_stores/vs_1/search", {"query": TEXT}),
    ("vector_stores.search", "/vector_stores/vs_1/search", {"query": ["Hi", TEXT]}),
    ("threads.create", "/threads", {"messages": MESSAGES}),
    ("threads.messages.create", "/threads/thread_1/messages", {"role": "user", "content": TEXT}),
    ("threads.messages.create", "/threads/thread_1/messages", {"role": "user", "content": PARTS}),
    ("conversations.create", "/conversations", {"items": [{"role": "user", "content": TEXT}]}),
    ("videos.create", "/videos", {"model": "sora-2", "prompt": TEXT}),
]


@pytest.mark.parametrize(("endpoint", "path", "body"), BODIES)
def test_matches_the_text_of_every_kind_of_request(
    fake_openai: FakeOpenAI, endpoint: str, path: str, body: dict[str, Any]
) -> None:
    fake_openai.when(endpoint=endpoint, text="the mountains").always(ApiError(403, "never"))
    fake_openai.when(endpoint=endpoint, text="the sea").script(ApiError(403, "matched"))

    with pytest.raises(openai.PermissionDeniedError, match="matched"):
        fake_openai.client.post(path, body=body, cast_to=object, options={"headers": {"openai-beta": "assistants=v2"}})

    request = fake_openai.requests.where(text="the sea").only
    assert request.text.splitlines()[-1] == TEXT


def test_matches_the_prompt_of_a_form(fake_openai: FakeOpenAI) -> None:
    picture: Any = ("x.png", draw(Pattern("x", 64, 64)))
    fake_openai.when(text="the sea", endpoint="images.edit", model="gpt-image-1").script(ApiError(403, "matched"))

    with pytest.raises(openai.PermissionDeniedError, match="matched"):
        fake_openai.client.images.edit(model="gpt-image-1", image=picture, prompt=TEXT)

    assert fake_openai.requests.only.text == TEXT


@pytest.mark.parametrize("body", [{}, {"input": [1, 2]}, {"input": {"a": 1}}, {"input": None, "prompt": {"id": "p"}}])
def test_has_no_text_where_a_body_has_none(fake_openai: FakeOpenAI, body: Any) -> None:
    with pytest.raises(openai.APIStatusError):
        fake_openai.client.post("/unheard/of", body=body, cast_to=object)

    assert fake_openai.requests.only.text == ""
    assert len(fake_openai.requests.where(text="")) == 1


def test_keeps_the_text_of_a_request_that_is_refused(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        fake_openai.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, temperature=7)  # type: ignore[arg-type]  # refused

    assert fake_openai.requests.where(text="the sea", endpoint="chat.completions.create").only.status == 400


def test_matches_the_deployment_of_azure_at_every_endpoint(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="embeddings", model="my-vectors").script(ApiError(403, "matched"))

    with pytest.raises(openai.PermissionDeniedError, match="matched"):
        fake_openai.azure_client.embeddings.create(model="my-vectors", input="Hi")

    assert fake_openai.requests.only.model == "my-vectors"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_matches_the_instructions_and_tools_of_an_assistant(fake_openai: FakeOpenAI) -> None:
    function: Any = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
    fake_openai.client.beta.assistants.create(
        model="gpt-4o", instructions="Be brief.", tools=[function, {"type": "file_search"}]
    )

    request = fake_openai.requests.where(system="brief", tool="look_up").only
    assert request.tool_names == ["look_up", "file_search"]
    assert list(fake_openai.requests.where(tool="search")) == []
