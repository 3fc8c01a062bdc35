"""A travel office on OpenAI's API: guides to ask, reviews by the hundred, an assistant, long work, and webhooks.

Written as any user of `openai` would write it: the client takes its address and its key from the environment.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .agent import FUNCTIONS, use_tool

MODEL = "gpt-4.1"
ASSISTANT_TOOLS: Any = [{"type": "function", "function": function} for function in FUNCTIONS]
PART_SIZE = 4096


@dataclass(frozen=True)
class Answer:
    """What is answered to a question, and the names of the guides that it is out of."""

    text: str
    sources: list[str] = field(default_factory=list)


class Guides:
    """Travel guides that questions are answered out of."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client
        self.store_id = client.vector_stores.create(name="Guides").id

    def add(self, guides: Mapping[str, str]) -> None:
        """Add guides to the vector store, by their names."""
        files = [
            self._client.files.create(file=(name, text.encode()), purpose="assistants").id
            for name, text in guides.items()
        ]
        batch = self._client.vector_stores.file_batches.create_and_poll(self.store_id, file_ids=files)
        if batch.file_counts.completed != len(files):
            raise RuntimeError(f"only {batch.file_counts.completed} of {len(files)} guides could be read")

    def add_large(self, path: Path) -> None:
        """Add a guide to the vector store that is uploaded in parts."""
        content = path.read_bytes()
        upload = self._client.uploads.upload_file_chunked(
            file=content,
            filename=path.name,
            bytes=len(content),
            mime_type="text/markdown",
            purpose="assistants",
            part_size=PART_SIZE,
        )
        assert upload.file is not None
        self._client.vector_stores.files.create_and_poll(upload.file.id, vector_store_id=self.store_id)

    def look_up(self, question: str) -> Answer:
        """An answer out of what was found beforehand."""
        results = self._client.vector_stores.search(self.store_id, query=question, max_num_results=2).data
        passages = "\n\n".join(f"[{each.filename}] {each.content[0].text}" for each in results)
        answer = self._client.chat.completions.create(
            model=MODEL,
            messages=[
                {"role": "system", "content": f"Answer out of these guides:\n\n{passages}"},
                {"role": "user", "content": question},
            ],
        )
        return Answer(answer.choices[0].message.content or "", [each.filename for each in results])

    def ask(self, question: str) -> Answer:
        """An answer for which the model itself looks into the guides."""
        response = self._client.responses.create(model=MODEL, input=question, tools=_search(self.store_id))
        return _answer(response)

    def tell(self, question: str, show: Callable[[str], None]) -> Answer:
        """Like `ask`, and what is said is shown piece by piece."""
        for event in self._client.responses.create(
            model=MODEL, input=question, tools=_search(self.store_id), stream=True
        ):
            if event.type == "response.output_text.delta":
                show(event.delta)
            elif event.type == "response.completed":
                return _answer(event.response)
        raise RuntimeError("the answer broke off")


def _search(store_id: str) -> Any:
    return [{"type": "file_search", "vector_store_ids": [store_id], "max_num_results": 1}]


def _answer(response: Any) -> Answer:
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return Answer(response.output_text, [each.filename for part in parts for each in part.annotations])


async def ask_asynchronously(client: openai.AsyncOpenAI, store_id: str, question: str) -> Answer:
    """Like `Guides.ask`, from an event loop."""
    return _answer(await client.responses.create(model=MODEL, input=question, tools=_search(store_id)))


def judge(client: openai.OpenAI, reviews: Sequence[str]) -> tuple[dict[int, str], dict[int, str]]:
    """What the model makes of reviews, and the errors of those that it did not judge, by their places."""
    lines = [
        {
            "custom_id": f"review-{place}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": MODEL, "messages": [{"role": "user", "content": review}]},
        }
        for place, review in enumerate(reviews)
    ]
    content = "\n".join(map(json.dumps, lines)).encode()
    file = client.files.create(file=("reviews.jsonl", content), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    while batch.status in ("validating", "in_progress", "finalizing"):
        batch = client.batches.retrieve(batch.id)
    if batch.status != "completed":
        raise RuntimeError(f"the batch ended as {batch.status}: {batch.errors}")
    judged = {place: body["choices"][0]["message"]["content"] for place, body in _lines(client, batch.output_file_id)}
    return judged, {place: body["error"]["message"] for place, body in _lines(client, batch.error_file_id)}


def _lines(client: openai.OpenAI, file_id: str | None) -> Iterable[tuple[int, Any]]:
    if file_id is None:
        return
    for line in map(json.loads, client.files.content(file_id).text.splitlines()):
        yield int(line["custom_id"].removeprefix("review-")), line["response"]["body"]


def advise(client: openai.OpenAI, question: str) -> str:
    """What an assistant says once it has used its tools."""
    beta = client.beta
    assistant = beta.assistants.create(model=MODEL, instructions="Be brief.", tools=ASSISTANT_TOOLS)
    thread = beta.threads.create(messages=[{"role": "user", "content": question}])
    run = beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    while run.status == "requires_action" and run.required_action:
        calls = run.required_action.submit_tool_outputs.tool_calls
        run = beta.threads.runs.submit_tool_outputs_and_poll(
            run_id=run.id,
            thread_id=thread.id,
            tool_outputs=[
                {"tool_call_id": call.id, "output": use_tool(call.function.name, call.function.arguments)}
                for call in calls
            ],
        )
    if run.status != "completed":
        raise RuntimeError(f"the run ended as {run.status}: {run.last_error and run.last_error.message}")
    return _text(beta.threads.messages.list(thread.id, limit=1).data[0])


def _text(message: Any) -> str:
    return "".join(part.text.value for part in message.content)


class Chat:
    """A thread with an assistant that says its answers piece by piece."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client
        self._assistant_id = client.beta.assistants.create(model=MODEL).id
        self._thread_id = client.beta.threads.create().id

    def say(self, text: str, show: Callable[[str], None]) -> None:
        """Say something and show the answer as it comes."""
        self._client.beta.threads.messages.create(self._thread_id, role="user", content=text)
        with self._client.beta.threads.runs.stream(
            thread_id=self._thread_id, assistant_id=self._assistant_id
        ) as stream:
            for piece in stream.text_deltas:
                show(piece)

    def history(self) -> list[str]:
        """All that was said, oldest first."""
        messages = self._client.beta.threads.messages.list(self._thread_id, order="asc", limit=2)
        return [f"{message.role}: {_text(message)}" for message in messages]


async def stream_asynchronously(client: openai.AsyncOpenAI, question: str) -> AsyncIterator[str]:
    """The pieces of an assistant's answer in a thread of its own."""
    assistant = await client.beta.assistants.create(model=MODEL)
    thread = await client.beta.threads.create(messages=[{"role": "user", "content": question}])
    async with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        async for piece in stream.text_deltas:
            yield piece


def research(client: openai.OpenAI, question: str, waiting: Callable[[str], None]) -> str:
    """An answer that takes its time; `waiting` gets the state whenever it is not there yet."""
    response = client.responses.create(model=MODEL, input=question, background=True)
    while response.status in ("queued", "in_progress"):
        waiting(response.status)
        response = client.responses.retrieve(response.id)
    return response.output_text


async def research_asynchronously(client: openai.AsyncOpenAI, *questions: str) -> list[str]:
    """The answers to several questions that are worked on at once."""
    return list(await asyncio.gather(*[_research(client, question) for question in questions]))


async def _research(client: openai.AsyncOpenAI, question: str) -> str:
    response = await client.responses.create(model=MODEL, input=question, background=True)
    while response.status in ("queued", "in_progress"):
        response = await client.responses.retrieve(response.id)
    return response.output_text


def begin(client: openai.OpenAI, customer: str) -> str:
    """The id of a conversation with a customer, which is to be kept."""
    return client.conversations.create(metadata={"customer": customer}).id


def go_on(client: openai.OpenAI, conversation_id: str, text: str) -> str:
    """What is answered in a conversation."""
    return client.responses.create(model=MODEL, input=text, conversation=conversation_id).output_text


def look_back(client: openai.OpenAI, conversation_id: str) -> list[str]:
    """All that was said in a conversation, oldest first."""
    items: Any = client.conversations.items.list(conversation_id, order="asc", limit=2)
    return [f"{item.role}: {item.content[0].text}" for item in items]


class Inbox:
    """A web application that is told of responses that have ended, and fetches them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.app = Starlette(routes=[Route("/openai-webhook", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        """Fetch the response that has completed."""
        async with openai.AsyncOpenAI() as client:
            try:
                event = client.webhooks.unwrap(await request.body(), request.headers)
            except openai.InvalidWebhookSignatureError:
                return PlainTextResponse("wrong signature", status_code=400)
            if event.type == "response.completed":
                self.texts.append((await client.responses.retrieve(event.data.id)).output_text)
        return PlainTextResponse("thanks")
