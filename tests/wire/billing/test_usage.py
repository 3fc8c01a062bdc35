"""Usage: what requests and answers are billed for."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.billing import overhead
from pytest_fakeopenai.wire.billing.overhead import Overhead
from pytest_fakeopenai.wire.billing.usage import Output, bare, format_text, prompt_tokens, spent, written
from pytest_fakeopenai.wire.protocol.call import Call, Message, Tool

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")
without_tokenizer = pytest.mark.usefixtures("without_tokenizer")

CHAT, RESPONSES = "chat.completions", "responses"
HELLO = Message("user", "Hello")
SYSTEM = Message("system", "You are helpful.")
CALLING = Message("assistant", calls=(("get_weather", '{"city":"Paris"}'),))
RESULT = Message("tool", "It is cold.", "get_weather")
TWICE = Message("assistant", calls=CALLING.calls * 2)

WEATHER = Tool(
    "get_weather",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
    description="The weather in a city.",
)
SCHEMA = {"type": "object", "properties": {"required": {"type": "string"}}, "required": ["required"]}
FORMAT: Any = {"name": "answer", "schema": {**SCHEMA, "additionalProperties": False}}
NAMED = {"type": "function", "function": {"name": "get_weather"}}


def call(
    model: str, *messages: Message, endpoint: str = CHAT, tools: Any = (), schema: bool = False, **body: Any
) -> Call:
    """A request in the form in which it is billed."""
    return Call(endpoint, model, body, contents=messages, tools=tuple(tools), format=FORMAT if schema else None)


# What is asked, and what it is billed for; the texts alone are: Hello 1, You are helpful. 4, get_weather 2, its
# arguments 5, It is cold. 4, the declaration of WEATHER 35, with the heading 41, behind SYSTEM 45, the format 21.
PROMPTS: dict[str, tuple[Call, int]] = {
    "plain": (call("gpt-4o", HELLO), 8),
    "reasoning": (call("gpt-5", HELLO), 7),
    "plain, system": (call("gpt-4o", SYSTEM, HELLO), 16),
    "reasoning, system": (call("gpt-5", SYSTEM, HELLO), 15),
    "plain, assistant": (call("gpt-4o", HELLO, Message("assistant", "Hello")), 13),
    "reasoning, assistant": (call("gpt-5", HELLO, Message("assistant", "Hello")), 14),
    "responses": (call("gpt-4o", HELLO, endpoint=RESPONSES), 8),
    "name": (call("gpt-4o", Message("user", "Hello", "Hello")), 9),
    "search": (call("gpt-4o-search-preview", SYSTEM, HELLO), 5),
    "prediction": (call("gpt-4o", HELLO, prediction={"type": "content", "content": "Hello"}), 20),
    "tools": (call("gpt-4o", HELLO, tools=[WEATHER]), 52),
    "tools, system": (call("gpt-4o", SYSTEM, HELLO, tools=[WEATHER]), 56),
    "tools, late developer": (call("gpt-4o", HELLO, Message("developer", SYSTEM.text), tools=[WEATHER]), 56),
    "tools, gpt-5": (call("gpt-5", HELLO, tools=[WEATHER]), 133),
    "tools, gpt-5, system": (call("gpt-5", SYSTEM, HELLO, tools=[WEATHER]), 141),
    "tools, o3-mini": (call("o3-mini", HELLO, tools=[WEATHER]), 52),
    "tools, tuned o4-mini": (call("ft:o4-mini:mine", HELLO, tools=[WEATHER]), 52),
    "tools, responses": (call("gpt-4o", HELLO, endpoint=RESPONSES, tools=[WEATHER]), 46),
    "tools, responses, system": (call("gpt-4o", SYSTEM, HELLO, endpoint=RESPONSES, tools=[WEATHER]), 54),
    "tools, responses, gpt-5": (call("gpt-5", HELLO, endpoint=RESPONSES, tools=[WEATHER]), 51),
    "tools of the api": (call("gpt-4o", HELLO, endpoint=RESPONSES, tools=[Tool("web_search", "web_search")]), 8),
    "named": (call("gpt-4o", HELLO, tools=[WEATHER], tool_choice=NAMED), 61),
    "named, gpt-5": (call("gpt-5", HELLO, tools=[WEATHER], tool_choice=NAMED), 133),
    "named, deprecated": (call("gpt-4o", HELLO, tools=[WEATHER], function_call={"name": "get_weather"}), 61),
    "named, responses": (
        call(
            "gpt-4o",
            HELLO,
            endpoint=RESPONSES,
            tools=[WEATHER],
            tool_choice={"type": "function", "name": "get_weather"},
        ),
        55,
    ),
    "required": (call("gpt-4o", HELLO, tools=[WEATHER], tool_choice="required"), 52),
    "required, responses": (call("gpt-4o", HELLO, endpoint=RESPONSES, tools=[WEATHER], tool_choice="required"), 55),
    "required, gpt-5": (call("gpt-5", HELLO, endpoint=RESPONSES, tools=[WEATHER], tool_choice="required"), 51),
    "round": (call("gpt-4o", HELLO, CALLING, RESULT), 34),
    "two rounds": (call("gpt-4o", HELLO, CALLING, RESULT, CALLING, RESULT), 60),
    "round, gpt-5": (call("gpt-5", HELLO, CALLING, RESULT), 39),
    "parallel round": (call("gpt-4o", HELLO, TWICE, RESULT, RESULT), 70),
    "parallel round, gpt-5": (call("gpt-5", HELLO, TWICE, RESULT, RESULT), 71),
    "schema": (call("gpt-4o", HELLO, schema=True), 36),
    "schema, gpt-5": (call("gpt-5", HELLO, schema=True), 32),
    "schema, responses": (call("gpt-4o", HELLO, endpoint=RESPONSES, schema=True), 30),
    "schema, responses, gpt-5": (call("gpt-5", HELLO, endpoint=RESPONSES, schema=True), 28),
}
OVERHEAD: dict[str, Overhead] = {CHAT: overhead.CHAT, RESPONSES: overhead.RESPONSES}


@with_tokenizer
@pytest.mark.parametrize(("api_call", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_a_prompt(api_call: Call, billed: int) -> None:
    assert prompt_tokens(api_call, OVERHEAD[api_call.endpoint]) == billed


@without_tokenizer
@pytest.mark.parametrize(("api_call", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_a_prompt_nearly_without_a_tokenizer(api_call: Call, billed: int) -> None:
    assert prompt_tokens(api_call, OVERHEAD[api_call.endpoint]) == pytest.approx(billed, rel=0.12)


@with_tokenizer
@pytest.mark.parametrize(("model", "billed"), [("gpt-4", 105), ("gpt-3.5-turbo", 105), ("gpt-4o", 101)])
def test_bills_a_known_example(model: str, billed: int) -> None:
    city = {"type": "string", "description": "The city and state, e.g. San Francisco, CA"}
    unit = {"type": "string", "description": "The unit of temperature to return", "enum": ["celsius", "fahrenheit"]}
    schema = {"type": "object", "properties": {"location": city, "unit": unit}, "required": ["location"]}
    weather = Tool("get_current_weather", parameters=schema, description="Get the current weather in a given location")
    system = "You are a helpful assistant that can answer to questions about the weather."
    messages = Message("system", system), Message("user", "What's the weather like in San Francisco?")

    assert prompt_tokens(call(model, *messages, tools=[weather]), overhead.CHAT) == billed


@pytest.mark.parametrize(
    ("json_format", "text"),
    [
        (FORMAT, '## answer\n\n{"type":"object","properties":{"required":{"type":"string"}}}'),
        ({"name": "a", "description": "What é is", "schema": {"anyOf": [SCHEMA]}}, ""),
        ({"name": "a", "schema": None}, "## a\n\nnull"),
    ],
)
def test_shows_a_schema_without_what_closes_it(json_format: Any, text: str) -> None:
    text = text or '## a\n\n// What é is\n{"anyOf":[{"type":"object","properties":{"required":{"type":"string"}}}]}'

    assert format_text(json_format) == f"# Response Formats\n\n{text}"


BARE: dict[str, tuple[str, object, int]] = {
    "legacy": ("gpt-3.5-turbo-instruct", "Hello", 1),
    "legacy, several": ("davinci-002", ["Hello", [1, 2, 3]], 4),
    "legacy, none": ("davinci-002", None, 1),
    "embedding": ("text-embedding-3-small", ["Hello", "It is cold."], 5),
}


@with_tokenizer
@pytest.mark.parametrize(("model", "prompt", "billed"), BARE.values(), ids=BARE)
def test_bills_a_prompt_that_is_no_conversation(model: str, prompt: object, billed: int) -> None:
    assert bare(prompt, model) == billed


@without_tokenizer
@pytest.mark.parametrize(("model", "prompt", "billed"), BARE.values(), ids=BARE)
def test_bills_a_prompt_that_is_no_conversation_nearly_without_a_tokenizer(
    model: str, prompt: object, billed: int
) -> None:
    assert bare(prompt, model) == pytest.approx(billed, rel=0.12)


@with_tokenizer
@pytest.mark.parametrize(
    ("prompt", "billed"), [("", 0), ("Hello", 1), (17, 1), ([], 0), ([1, 2], 2), (["Hello", [1, 2], "It is cold."], 7)]
)
def test_bills_texts_and_token_ids_by_themselves(prompt: Any, billed: int) -> None:
    assert bare(prompt, "gpt-4o") == billed


TEXT = Output(["It is", " cold."])
CALLED = Output(calls=[*CALLING.calls])
CALLED_TWICE = Output(calls=[*TWICE.calls])
THOUGHT = Output(["It is cold."], thoughts=["It is cold."])
NO_SUMMARY = Output(["It is cold."], thoughts=[""])
FORCED: Any = {"tools": [WEATHER], "tool_choice": NAMED}

# Who says what, and what the whole and the hidden reasoning in it are billed for.
ANSWERS: list[tuple[Call, Output, int, int]] = [
    (call("gpt-4o"), TEXT, 4, 0),
    (call("gpt-4o"), Output(), 0, 0),
    (call("gpt-4o", schema=True), TEXT, 4, 0),
    (call("gpt-4o", tools=[WEATHER]), TEXT, 5, 0),
    (call("gpt-4o", tools=[WEATHER], schema=True), TEXT, 9, 0),
    (call("gpt-4o", endpoint=RESPONSES), TEXT, 5, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), TEXT, 6, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER], schema=True), TEXT, 10, 0),
    (call("gpt-5", tools=[WEATHER]), TEXT, 13, 0),
    (call("gpt-5.6"), TEXT, 7, 0),
    (call("gpt-5", endpoint=RESPONSES), TEXT, 8, 0),
    (call("gpt-5", endpoint=RESPONSES), NO_SUMMARY, 10, 0),
    (call("gpt-5", endpoint=RESPONSES, schema=True), TEXT, 12, 0),
    (call("gpt-5", endpoint=RESPONSES), THOUGHT, 74, 64),
    (call("o3", endpoint=RESPONSES), Output(["It is cold."], thoughts=["Hello " * 70, "Hello"]), 138, 128),
    (call("gpt-5.2", endpoint=RESPONSES), THOUGHT, 14, 4),
    (call("gpt-4o", endpoint=RESPONSES), THOUGHT, 9, 4),
    (call("gpt-4o", tools=[WEATHER]), CALLED, 14, 0),
    (call("gpt-4o", tools=[WEATHER]), Output(["It is cold."], [*CALLING.calls]), 18, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), CALLED, 15, 0),
    (call("gpt-5", tools=[WEATHER]), CALLED, 23, 0),
    (call("gpt-5.4-mini", tools=[WEATHER]), CALLED, 17, 0),
    (call("gpt-5", endpoint=RESPONSES, tools=[WEATHER]), CALLED, 18, 0),
    (call("gpt-5", endpoint=RESPONSES, tools=[WEATHER]), Output(calls=[*CALLING.calls], thoughts=[""]), 20, 0),
    (call("gpt-4o", tools=[WEATHER]), CALLED_TWICE, 42, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), CALLED_TWICE, 45, 0),
    (call("gpt-5", tools=[WEATHER]), CALLED_TWICE, 47, 0),
    (call("gpt-4o", **FORCED), CALLED, 5, 0),
    (call("gpt-4o", endpoint=RESPONSES, **FORCED), CALLED, 6, 0),
    (call("gpt-5", **FORCED), CALLED, 23, 0),
]


@with_tokenizer
@pytest.mark.parametrize(("api_call", "output", "billed", "hidden"), ANSWERS)
def test_bills_an_answer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert spent(api_call, output, OVERHEAD[api_call.endpoint], cut=False) == (billed, hidden)


@without_tokenizer
@pytest.mark.parametrize(("api_call", "output", "billed", "hidden"), ANSWERS)
def test_bills_an_answer_nearly_without_a_tokenizer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert list(spent(api_call, output, OVERHEAD[api_call.endpoint], cut=False)) == pytest.approx(
        [billed, hidden], rel=0.12
    )


@pytest.mark.parametrize(
    ("api_call", "output", "billed", "hidden"),
    [
        (call("gpt-4o", max_tokens=3), TEXT, 3, 0),
        (call("gpt-4o", max_completion_tokens=2), CALLED, 2, 0),
        (call("gpt-4o", endpoint=RESPONSES, max_output_tokens=16), TEXT, 16, 0),
        (call("gpt-5", max_completion_tokens=100), TEXT, 100, 0),
        (call("gpt-5", max_completion_tokens=100), Output(), 100, 100),
        (call("gpt-5", endpoint=RESPONSES, max_output_tokens=100), THOUGHT, 100, 64),
        (call("gpt-5", endpoint=RESPONSES, max_output_tokens=16), THOUGHT, 16, 16),
    ],
)
def test_bills_the_limit_where_it_cuts_an_answer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert spent(api_call, output, OVERHEAD[api_call.endpoint], cut=True) == (billed, hidden)


def test_bills_what_is_said_where_an_answer_is_cut_without_a_limit() -> None:
    cut, whole = (spent(call("gpt-4o"), TEXT, overhead.CHAT, cut=cut) for cut in (True, False))
    assert cut == whole


@pytest.mark.parametrize(
    ("model", "prompt", "kept"), [("gpt-5.6", 1_023, 0), ("gpt-5.6-terra", 1_024, 1_021), ("gpt-5.5", 2_000, 0)]
)
def test_tells_how_much_of_a_prompt_is_kept(model: str, prompt: int, kept: int) -> None:
    assert written(call(model), prompt) == kept
