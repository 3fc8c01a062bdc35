"""Runs: every way to follow one tells what is then retrieved, and blocking or streamed it comes to the same."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import openai
import pytest
from openai.lib.streaming._assistants import accumulate_event, accumulate_run_step

from pytest_fakeopenai import FakeOpenAI

from .folding import CLIENTS, Json, connect, drain, opened, plain, settle
from .replies import CHAT, CODE, Case, cases, each, tool

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:deprecated$:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The Assistants API is deprecated:DeprecationWarning"),
]

# What chat can say, runs can; but for several choices, log probabilities and custom tools, which they have not.
CASES = [
    case
    for case in cases(CHAT)
    if case.n == 1 and case.top_logprobs is None and CODE not in case.tools and not case.extra.get(CHAT)
]
# Of a message, what only events tell.
_FINAL = ("status", "incomplete_details", "incomplete_at", "completed_at")


class Follower:
    """Asks by one kind of client, and looks at what came of it with another."""

    def __init__(self, fake: FakeOpenAI, client: str, case: Case) -> None:
        fake.check()
        fake.reset()
        self.api: Any = connect(fake, client).beta
        self.look: Any = fake.client.beta.threads
        assistant = fake.client.beta.assistants.create(model="gpt-4o", instructions="Be brief.", **self._settings(case))
        self.settings: Json = {"assistant_id": assistant.id}
        fake.script(case.make())
        self._fake = fake

    def _settings(self, case: Case) -> Any:
        return {"tools": [tool(name, CHAT) for name in case.tools]}

    @property
    def thread(self) -> Any:
        """A thread as it is described where it is created with its run."""
        return {"messages": [{"role": "user", "content": "Who goes there?"}]}

    def new_thread(self) -> str:
        """The id of such a thread."""
        thread_id: str = self.look.create(**self.thread).id
        return thread_id

    def state(self, run: Any) -> Json:
        """All that there is of a run: its object, steps and messages."""
        where = {"thread_id": run.thread_id}
        steps = self.look.runs.steps.list(run_id=run.id, **where, order="asc")
        messages = self.look.messages.list(**where, run_id=run.id, order="asc")
        return {
            "run": plain(self.look.runs.retrieve(run_id=run.id, **where)),
            "steps": [plain(step) for step in steps],
            "messages": [plain(message) for message in messages],
        }


def run_content(state: Json) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
    """What a run says: its text, calls and refusal."""
    parts = [part for message in state["messages"] for part in message["content"]]
    calls = [call["function"] for step in state["steps"] for call in step["step_details"].get("tool_calls", ())]
    refusals = [part["refusal"] for part in parts if part["type"] == "refusal"]
    return (
        "".join(part["text"]["value"] for part in parts if part["type"] == "text"),
        tuple((call["name"], call["arguments"]) for call in calls),
        "".join(refusals) if refusals else None,
    )


def ending(case: Case) -> str:
    """The status of a run that says this."""
    if case.cut:
        return "incomplete"
    return "requires_action" if case.calls else "completed"


def fold(events: Sequence[Any]) -> Json:
    """What events add up to, the whole objects that they end with and the deltas before these held together."""
    steps: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    message: Any = None
    done: dict[str, Any] = {}
    for event in copy.deepcopy(list(events)):
        accumulate_run_step(event=event, run_step_snapshots=steps)
        message, _ = accumulate_event(event=event, current_message_snapshot=message)
        if message is not None:
            messages[message.id] = message
        if event.event in ("thread.message.completed", "thread.message.incomplete", "thread.run.step.completed"):
            done[event.data.id] = event.data
    for key, summed in messages.items():
        assert plain(summed)["content"] == _numbered(plain(done[key])["content"])
    return {
        "run": plain(next(event.data for event in reversed(events) if event.event.startswith("thread.run."))),
        "steps": [_step(plain(done.get(key, summed))) for key, summed in steps.items()],
        "messages": [_kept(plain(done[key])) for key in messages],
    }


def _numbered(content: list[Json]) -> list[Json]:
    return [{"index": index, **part} for index, part in enumerate(content)]


def _step(step: Json) -> Json:
    """A step without the places of its calls, which tell deltas apart."""
    for call in step["step_details"].get("tool_calls", ()):
        call.pop("index", None)
    return step


def _kept(message: Json) -> Json:
    assert {*_FINAL} <= message.keys()
    return {name: value for name, value in message.items() if name not in _FINAL}


@CLIENTS
@each(CASES)
async def test_streams_what_is_then_retrieved(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    follower = Follower(fake_openai, client, case)
    events = await drain(
        follower.api.threads.runs.create(thread_id=follower.new_thread(), stream=True, **follower.settings)
    )
    state = follower.state(events[0].data)

    assert fold(events) == state
    assert (run_content(state), state["run"]["status"]) == ((case.text, case.calls, case.refusal), ending(case))


@CLIENTS
@each(CASES)
async def test_comes_to_the_same_blocking_and_streamed(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    follower = Follower(fake_openai, client, case)
    thread_id = follower.new_thread()
    run = await settle(follower.api.threads.runs.create_and_poll(thread_id=thread_id, **follower.settings))
    blocking = follower.state(run)

    follower = Follower(fake_openai, client, case)
    thread_id = follower.new_thread()
    events = await drain(follower.api.threads.runs.create(thread_id=thread_id, stream=True, **follower.settings))

    assert follower.state(events[0].data) == blocking
    assert plain(run) == blocking["run"]


@CLIENTS
@each(CASES)
async def test_streams_through_the_helper_what_is_then_retrieved(
    fake_openai: FakeOpenAI, case: Case, client: str
) -> None:
    follower = Follower(fake_openai, client, case)
    async with opened(
        follower.api.threads.create_and_run_stream(thread=follower.thread, **follower.settings)
    ) as stream:
        await settle(stream.until_done())
        run = stream.current_run
        state = follower.state(run)
        assert plain(run) == state["run"]
        summed = [plain(step) for step in await settle(stream.get_final_run_steps())]
        assert [_step(step)["step_details"] for step in summed] == [step["step_details"] for step in state["steps"]]
        if state["messages"]:
            messages = [plain(message) for message in await settle(stream.get_final_messages())]
            assert [_kept(message) for message in messages] == state["messages"]


@CLIENTS
@each(case for case in CASES if case.calls and not case.cut)
async def test_goes_on_with_outputs_alike(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    outcomes = []
    for way in ("blocking", "streamed", "helper"):
        follower = Follower(fake_openai, client, case)
        fake_openai.script("And so it is.")
        runs = follower.api.threads.runs
        run = await settle(runs.create_and_poll(thread_id=follower.new_thread(), **follower.settings))
        calls = run.required_action.submit_tool_outputs.tool_calls
        outputs = {
            "run_id": run.id,
            "thread_id": run.thread_id,
            "tool_outputs": [{"tool_call_id": call.id, "output": call.function.name} for call in calls],
        }
        if way == "blocking":
            ended = await settle(runs.submit_tool_outputs_and_poll(**outputs))
        elif way == "streamed":
            ended = (await drain(runs.submit_tool_outputs(stream=True, **outputs)))[-1].data
        else:
            async with opened(runs.submit_tool_outputs_stream(**outputs)) as stream:
                ended = await settle(stream.get_final_run())
        state = follower.state(run)
        assert plain(ended) == state["run"]
        outcomes.append(state)

    blocking, streamed, helped = outcomes
    assert blocking == streamed == helped
    assert (blocking["run"]["status"], run_content(blocking)[0]) == ("completed", f"{case.text}And so it is.")
    tool_calls = [call for step in blocking["steps"] for call in step["step_details"].get("tool_calls", ())]
    assert [call["function"]["output"] for call in tool_calls] == [name for name, _ in case.calls]


# Where the type is narrower than the wire.
NARROW = {"filtered": "the type knows no run that is incomplete for what it says"}


@each(case for case in CASES if case.name not in NARROW)
async def test_passes_a_client_that_validates(fake_openai: FakeOpenAI, case: Case) -> None:
    follower = Follower(fake_openai, "strict", case)
    runs = follower.api.threads.runs
    run = runs.create_and_poll(thread_id=follower.new_thread(), **follower.settings)
    steps = list(runs.steps.list(run_id=run.id, thread_id=run.thread_id))
    assert len(steps) == len(follower.state(run)["steps"])

    follower = Follower(fake_openai, "strict", case)
    body = {"thread_id": follower.new_thread(), **follower.settings}
    events = list(follower.api.threads.runs.create(stream=True, **body))
    assert events[-1].data.status == run.status


@each(case for case in CASES if case.name in NARROW)
async def test_does_not_pass_where_the_type_is_narrower(fake_openai: FakeOpenAI, case: Case) -> None:
    follower = Follower(fake_openai, "strict", case)
    thread_id = follower.new_thread()
    with pytest.raises(openai.APIResponseValidationError):
        follower.api.threads.runs.create_and_poll(thread_id=thread_id, **follower.settings)
