"""Chat completions, event by event: each documented sequence as the lines of a stream, with every key in its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Logprob, Refusal, Reply, Text, ToolCall

from ..endpoints._requests import PING, function_tool, send

# Older clients have no types for all that is asked here.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

Json = dict[str, Any]
ADD, MULTIPLY = function_tool("add"), function_tool("multiply")
CALLS = (ToolCall("add", '{"a": 2, "b": 3}', "call_a"), ToolCall("multiply", "{}", "call_b"))
ROLE, NULL = '{"role":"assistant","content":""', '{"role":"assistant","content":null'
NO_USAGE = '"usage":null'
HEAD = (
    '{"id":"ID","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-2024-08-06",'
    '"service_tier":"default","system_fingerprint":"fp_44709d6fcb",'
)


def choice(delta: str, index: int = 0, logprobs: str = "null", end: str = "null") -> str:
    """The choices of a chunk."""
    return f'"choices":[{{"index":{index},"delta":{delta},"logprobs":{logprobs},"finish_reason":{end}}}]'


def opened(index: int, id_: str, name: str) -> str:
    """The delta that opens a call in a chunk of its own."""
    return (
        f'{{"tool_calls":[{{"index":{index},"id":"{id_}","type":"function",'
        f'"function":{{"name":"{name}","arguments":""}}}}]}}'
    )


def argued(index: int, piece: str) -> str:
    """The delta with a piece of arguments."""
    return f'{{"tool_calls":[{{"index":{index},"function":{{"arguments":{json.dumps(piece)}}}}}]}}'


def token(text: str, logprob: str, tops: str = "") -> str:
    """The log probability of one token."""
    spelled = ",".join(map(str, text.encode()))
    own = f'{{"token":"{text}","logprob":{logprob},"bytes":[{spelled}],"top_logprobs":[{tops}]}}'
    return f'{{"content":[{own}],"refusal":null}}'


STOP, CALLED = choice("{}", end='"stop"'), choice("{}", end='"tool_calls"')
SEQUENCES: dict[str, tuple[object, Json, list[str]]] = {
    "text": (
        Chunks("Hi", " you"),
        {},
        [choice(f'{ROLE},"refusal":null}}'), choice('{"content":"Hi"}'), choice('{"content":" you"}'), STOP],
    ),
    "cut by the limit": (
        Reply(Chunks("Hi"), finish_reason="length"),
        {},
        [choice(f'{ROLE},"refusal":null}}'), choice('{"content":"Hi"}'), choice("{}", end='"length"')],
    ),
    "one call": (
        ToolCall("add", '{"a": 2}', "call_a"),
        {"tools": [ADD]},
        [
            choice(f'{NULL},{opened(0, "call_a", "add")[1:-1]},"refusal":null}}'),
            *(choice(argued(0, piece)) for piece in ("{", '"a"', ": ", "2", "}")),
            CALLED,
        ],
    ),
    "parallel calls": (
        Reply(*CALLS),
        {"tools": [ADD, MULTIPLY]},
        [
            choice(f"{NULL}}}"),
            choice(opened(0, "call_a", "add")),
            *(choice(argued(0, piece)) for piece in ('{"a"', ": 2, ", '"b": 3', "}")),
            choice(opened(1, "call_b", "multiply")),
            choice(argued(1, "{}")),
            CALLED,
        ],
    ),
    "named call": (
        ToolCall("add", "{}", "call_a"),
        {"tools": [ADD], "tool_choice": {"type": "function", "function": {"name": "add"}}},
        [choice(f'{NULL},{opened(0, "call_a", "add")[1:-1]},"refusal":null}}'), choice(argued(0, "{}")), STOP],
    ),
    "custom call": (
        ToolCall("shell", "ls", "call_a"),
        {"tools": [{"type": "custom", "custom": {"name": "shell"}}]},
        [
            choice(
                f'{NULL},"tool_calls":[{{"index":0,"id":"call_a","type":"custom",'
                '"custom":{"name":"shell","input":""}}],"refusal":null}'
            ),
            choice('{"tool_calls":[{"index":0,"custom":{"input":"ls"}}]}'),
            CALLED,
        ],
    ),
    "refusal": (
        Refusal("I'm sorry."),
        {},
        [choice(f'{NULL},"refusal":""}}'), choice('{"refusal":"I\'m"}'), choice('{"refusal":" sorry."}'), STOP],
    ),
    "deprecated function": (
        ToolCall("add", "{}"),
        {"functions": [{"name": "add"}]},
        [
            choice(f'{NULL},"function_call":{{"name":"add","arguments":""}},"refusal":null}}'),
            choice('{"function_call":{"arguments":"{}"}}'),
            choice("{}", end='"function_call"'),
        ],
    ),
    "two choices": (
        Reply(choices=[Text("a b c"), Text("d e f")]),
        {"n": 2},
        [
            choice(f'{ROLE},"refusal":null}}', 0),
            choice('{"content":"a"}', 0),
            choice(f'{ROLE},"refusal":null}}', 1),
            choice('{"content":"d"}', 1),
            choice('{"content":" b"}', 0),
            choice('{"content":" e"}', 1),
            choice('{"content":" c"}', 0),
            choice('{"content":" f"}', 1),
            STOP,
            choice("{}", 1, end='"stop"'),
        ],
    ),
    "log probabilities": (
        Reply(Text("Hi you"), logprobs=[("Hi", -0.5), Logprob(" you", -7.62939453125e-6, (("Ü", -2.0),))]),
        {"logprobs": True, "top_logprobs": 1},
        [
            choice(f'{ROLE},"refusal":null}}', logprobs='{"content":[],"refusal":null}'),
            choice('{"content":"Hi"}', logprobs=token("Hi", "-0.5")),
            choice(
                '{"content":" you"}',
                logprobs=token(" you", "-7.62939453125e-6", '{"token":"Ü","logprob":-2.0,"bytes":[195,156]}'),
            ),
            STOP,
        ],
    ),
}


def lines(fake: FakeOpenAI, case: str, **options: Any) -> list[str]:
    """The data of each event of a case, its id replaced."""
    reply, fields, _ = SEQUENCES[case]
    fake.script(reply)
    plain = {"include_obfuscation": False, **options}
    body = {**PING, "stream": True, "stream_options": plain, **fields}
    events = send(fake, "POST", "/v1/chat/completions", body).events
    id_ = json.loads(events[0])["id"]
    return [event.replace(id_, "ID") for event in events]


@pytest.mark.parametrize("case", SEQUENCES)
def test_sends_this_sequence(fake_openai: FakeOpenAI, case: str) -> None:
    assert lines(fake_openai, case) == [*(f"{HEAD}{choices}}}" for choices in SEQUENCES[case][2]), "[DONE]"]


@pytest.mark.parametrize("case", SEQUENCES)
def test_tells_of_usage_in_every_chunk(fake_openai: FakeOpenAI, case: str) -> None:
    *chunks, last, done = lines(fake_openai, case, include_usage=True)
    *pieces, end = SEQUENCES[case][2]
    early = case == "parallel calls"
    expected = [f"{HEAD}{NO_USAGE},{choices}}}" if early else f"{HEAD}{choices},{NO_USAGE}}}" for choices in pieces]
    assert chunks == [*expected, f"{HEAD}{end},{NO_USAGE}}}"]
    assert last.startswith(f'{HEAD}"choices":[],"usage":{{"prompt_tokens":')
    assert done == "[DONE]"


def test_pads_the_last_key_of_every_chunk(fake_openai: FakeOpenAI) -> None:
    *chunks, _ = lines(fake_openai, "text", include_usage=True, include_obfuscation=True)
    assert [list(json.loads(chunk))[-1] for chunk in chunks] == ["obfuscation"] * 5
