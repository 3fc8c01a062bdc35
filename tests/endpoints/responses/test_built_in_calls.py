"""Calls of built-in tools by their type: each is the item of its tool, and never a function call."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall, VerdictError

Json = dict[str, Any]
DIFF = "@@\n-old line\n+a new line of text\n"
CLICK: Json = {"type": "click", "x": 1, "y": 2, "button": "left"}
SCREENSHOT = {"type": "computer_screenshot", "image_url": "data:image/png;base64,aaaa"}
WRITTEN = {"stdout": "a.py", "stderr": "!", "outcome": {"type": "exit", "exit_code": 0}}
CALLS: dict[str, tuple[Json, Json, Json]] = {
    # by case: the tool, the arguments, and the item without id and status
    "apply_patch": (
        {"type": "apply_patch"},
        {"type": "update_file", "path": "a.py", "diff": DIFF},
        {"type": "apply_patch_call", "operation": {"type": "update_file", "diff": DIFF, "path": "a.py"}},
    ),
    "a deletion": (
        {"type": "apply_patch"},
        {"path": "a.py", "type": "delete_file"},
        {"type": "apply_patch_call", "operation": {"type": "delete_file", "path": "a.py"}},
    ),
    "shell": (
        {"type": "shell", "environment": {"type": "local"}},
        {"commands": ["ls -a", "pwd"], "timeout_ms": 500},
        {"type": "shell_call", "action": {"commands": ["ls -a", "pwd"], "max_output_length": None, "timeout_ms": 500}},
    ),
    "local_shell": (
        {"type": "local_shell"},
        {"command": ["ls", "-a"]},
        {"type": "local_shell_call", "action": {"type": "exec", "command": ["ls", "-a"], "env": {}}},
    ),
    "computer": (
        {"type": "computer"},
        {"type": "click", "x": 1, "y": 2, "button": "left"},
        {
            "type": "computer_call",
            "actions": [{"type": "click", "x": 1, "y": 2, "button": "left"}],
            "pending_safety_checks": [],
        },
    ),
    "computer_use_preview": (
        {"type": "computer_use_preview", "display_height": 768, "display_width": 1024, "environment": "browser"},
        {"type": "screenshot"},
        {"type": "computer_call", "action": {"type": "screenshot"}, "pending_safety_checks": []},
    ),
}
each_call = pytest.mark.parametrize("case", CALLS)


def create(fake: FakeOpenAI, tools: list[Json], **options: Any) -> Any:
    make: Any = fake.client.responses.create
    return make(**{"model": "gpt-5.4", "input": "Go", "tools": tools, "truncation": "auto", **options})


def respond(fake: FakeOpenAI, tools: list[Json], **options: Any) -> Json:
    """The response to a request with tools, as JSON."""
    answer: Json = create(fake, tools, **options).to_dict(warnings=False)
    return answer


def events(fake: FakeOpenAI, tools: list[Json]) -> list[Json]:
    return [event.to_dict(warnings=False) for event in create(fake, tools, stream=True)]


@each_call
def test_is_the_item_of_the_tool(fake_openai: FakeOpenAI, case: str) -> None:
    tool, arguments, item = CALLS[case]
    fake_openai.script(ToolCall(tool["type"], arguments, id="call_1"))

    (output,) = respond(fake_openai, [tool])["output"]
    assert output == {"id": output["id"], "status": "completed", "call_id": "call_1", **item}
    assert fake_openai.requests.last.response["output"] == [output]


@each_call
def test_comes_to_the_same_streamed(fake_openai: FakeOpenAI, case: str) -> None:
    tool, arguments, _ = CALLS[case]
    whole: list[Any] = []
    for stream in (False, True):
        fake_openai.reset()
        fake_openai.script(Reply("So. ", ToolCall(tool["type"], arguments), ToolCall(tool["type"], arguments)))
        whole.append(events(fake_openai, [tool]) if stream else respond(fake_openai, [tool]))

    blocking, streamed = whole
    done = [event["item"] for event in streamed if event["type"] == "response.output_item.done"]
    begun = [event["item"] for event in streamed if event["type"] == "response.output_item.added"]
    assert streamed[-1]["response"]["output"] == blocking["output"] == done
    assert [each["id"] for each in begun] == [each["id"] for each in done]
    assert {each["status"] for each in begun} == {"in_progress"}
    assert [event["sequence_number"] for event in streamed] == [*range(len(streamed))]


def test_streams_a_patch_in_pieces(fake_openai: FakeOpenAI) -> None:
    tool, arguments, _ = CALLS["apply_patch"]
    fake_openai.script(ToolCall("apply_patch", arguments))
    stream = events(fake_openai, [tool])
    deltas = [event for event in stream if event["type"] == "response.apply_patch_call_operation_diff.delta"]
    (end,) = [event for event in stream if event["type"] == "response.apply_patch_call_operation_diff.done"]

    assert "".join(event["delta"] for event in deltas) == end["diff"] == DIFF
    assert len(deltas) > 1
    assert end.keys() == {"type", "diff", "item_id", "output_index", "sequence_number"}
    assert (
        next(each["item"]["operation"]["diff"] for each in stream if each["type"] == "response.output_item.added") == ""
    )


def test_streams_commands_one_by_one(fake_openai: FakeOpenAI) -> None:
    tool, arguments, _ = CALLS["shell"]
    fake_openai.script(ToolCall("shell", arguments))
    stream = [event for event in events(fake_openai, [tool]) if "shell_call_command" in event["type"]]

    assert [(event["command_index"], event["command"]) for event in stream if event["type"].endswith("done")] == [
        (0, "ls -a"),
        (1, "pwd"),
    ]
    assert "".join(event["delta"] for event in stream if event["type"].endswith("delta")) == "ls -apwd"
    assert {event["output_index"] for event in stream} == {0}


@pytest.mark.parametrize(
    ("case", "output", "text"),
    [
        ("apply_patch", {"type": "apply_patch_call_output", "status": "completed", "output": "Done"}, "Done"),
        ("local_shell", {"type": "local_shell_call_output", "output": "a.py"}, "a.py"),
        (
            "shell",
            {
                "type": "shell_call_output",
                "output": [{"stdout": "a.py", "stderr": "!", "outcome": {"type": "exit", "exit_code": 0}}],
            },
            "a.py!",
        ),
        (
            "computer",
            {
                "type": "computer_call_output",
                "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,aaaa"},
            },
            "",
        ),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_goes_on_with_the_output(fake_openai: FakeOpenAI, case: str, output: Json, text: str, stored: bool) -> None:
    tool, arguments, _ = CALLS[case]
    fake_openai.script(ToolCall(tool["type"], arguments, id="call_1"), "Done.")
    first = respond(fake_openai, [tool])
    result = {"call_id": "call_1", **output}
    if stored:
        second = respond(fake_openai, [tool], input=[result], previous_response_id=first["id"])
    else:
        second = respond(fake_openai, [tool], input=[{"role": "user", "content": "Go"}, *first["output"], result])

    assert second["output"][0]["content"][0]["text"] == "Done."
    assert fake_openai.requests.last.tool_outputs == [text]


def test_leaves_a_function_of_that_name_a_function(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("shell", {"any": 1}))
    tool = {"type": "function", "name": "shell", "parameters": {"type": "object", "properties": {}}}

    assert respond(fake_openai, [tool])["output"][0]["type"] == "function_call"


# What cannot be called


@pytest.mark.parametrize(
    ("tool", "call", "problem"),
    [
        ({"type": "web_search"}, ToolCall("web_search", {"query": "x"}), "calls a built-in tool, which is no function"),
        ({"type": "web_search"}, ToolCall("web_search", unchecked=True), "of those responses can call 'apply_patch'"),
        ({"type": "code_interpreter", "container": {"type": "auto"}}, ToolCall("code_interpreter"), "is no function"),
        ({"type": "image_generation"}, ToolCall("image_generation"), "is no function"),
        ({"type": "tool_search"}, ToolCall("tool_search"), "is no function"),
        ({"type": "shell"}, ToolCall("shell"), "which needs an object with 'commands', a list"),
        ({"type": "shell"}, ToolCall("shell", "ls"), "which needs an object with 'commands', a list"),
        ({"type": "apply_patch"}, ToolCall("apply_patch", {"patch": "x"}), "needs an object with 'type', a string"),
        ({"type": "local_shell"}, ToolCall("local_shell", {"command": "ls"}), "needs an object with 'command', a list"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("make", [lambda call: call, lambda call: lambda request: one(call)])
def test_refuses_what_is_no_call_of_the_tool(tool: Json, call: ToolCall, problem: str, stream: bool, make: Any) -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match=problem), fake:  # noqa: PT012  # the end of the fake raises
        fake.script(make(call))
        with pytest.raises(openai.APIError, match=problem):
            events(fake, [tool]) if stream else respond(fake, [tool])


def one(call: ToolCall) -> Any:
    yield call


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_refuses_calls_of_what_a_run_does_by_itself() -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match=r"of those threads\.create_and_run can call none"), fake:  # noqa: PT012  # the end of the fake raises
        fake.script(ToolCall("code_interpreter", {"input": "1"}))
        create = fake.client.beta.assistants.create
        assistant = create(model="gpt-4o", instructions="x", tools=[{"type": "code_interpreter"}])
        with pytest.raises(openai.BadRequestError):
            fake.client.beta.threads.create_and_run(assistant_id=assistant.id)
