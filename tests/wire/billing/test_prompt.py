"""What requests are billed for, beyond the worked examples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.billing.format_text import format_text
from pytest_fakeopenai.wire.billing.prompt import bare, prompt_tokens, written
from pytest_fakeopenai.wire.billing.typescript import namespace
from pytest_fakeopenai.wire.protocol.call import Call, Image, Message, Tool, ToolUse

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")
without_tokenizer = pytest.mark.usefixtures("without_tokenizer")

CHAT, RESPONSES = "chat.completions", "responses"
HELLO = Message("user", "Hello")
SYSTEM = Message("system", "You are helpful.")
CALLING = Message("assistant", calls=(ToolUse("get_weather", '{"city": "Paris"}'),))
RESULT = Message("tool", "It is cold.", "get_weather")
SAYING = Message("assistant", "Hello", calls=CALLING.calls)
GREETED = Message("assistant", "Hello")

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
NAMED_ITEM = {"type": "function", "name": "get_weather"}


def call(
    model: str, *messages: Message, endpoint: str = CHAT, tools: Any = (), schema: bool = False, **body: Any
) -> Call:
    """A request in the form in which it is billed."""
    return Call(endpoint, model, body, contents=messages, tools=tuple(tools), format=FORMAT if schema else None)


# What is asked, and what it is billed for; the texts alone are: Hello 1, You are helpful. 4, get_weather 2,
# .get_weather 2, its arguments 5, It is cold. 4, the declaration of WEATHER 35, with the heading 41, the format 21,
# its name 1.
PROMPTS: dict[str, tuple[Call, int]] = {
    "plain": (call("gpt-4o", HELLO), 8),
    "reasoning": (call("gpt-5", HELLO), 7),
    "plain, system": (call("gpt-4o", SYSTEM, HELLO), 16),
    "reasoning, system": (call("gpt-5", SYSTEM, HELLO), 15),
    "plain, assistant": (call("gpt-4o", HELLO, Message("assistant", "Hello")), 13),
    "reasoning, assistant": (call("gpt-5", HELLO, Message("assistant", "Hello")), 14),
    "first gpt-3.5": (call("gpt-3.5-turbo-0301", HELLO, HELLO), 15),
    "name": (call("gpt-4o", Message("user", "Hello", "Hello")), 9),
    "search": (call("gpt-4o-search-preview", SYSTEM, HELLO, tools=[WEATHER]), 5),
    "prediction": (call("gpt-4o", HELLO, prediction={"type": "content", "content": "Hello"}), 20),
    "tools, late developer": (call("gpt-4o", HELLO, Message("developer", SYSTEM.text), tools=[WEATHER]), 60),
    "tools, developer, gpt-5": (call("gpt-5", Message("developer", "Hello"), tools=[WEATHER]), 2 + 4 + 1 + 42 + 84),
    "tools, o3-mini, system": (call("o3-mini", SYSTEM, HELLO, tools=[WEATHER]), 2 + 8 + 5 + 4 + 41),
    "tools, tuned o4-mini": (call("ft:o4-mini:mine", HELLO, tools=[WEATHER]), 2 + 5 + 4 + 41),
    "tools, responses, o3": (call("o3", HELLO, endpoint=RESPONSES, tools=[WEATHER]), 2 + 5 + 41),
    "tools, responses, system": (call("gpt-4o", SYSTEM, HELLO, endpoint=RESPONSES, tools=[WEATHER]), 54),
    "named, gpt-5": (call("gpt-5", HELLO, tools=[WEATHER], tool_choice=NAMED), 133),
    "named": (call("gpt-4o", HELLO, tools=[WEATHER], tool_choice=NAMED), 3 + 5 + 3 + 41 + 7 + 2),
    "named, deprecated": (call("gpt-4o", HELLO, tools=[WEATHER], function_call={"name": "get_weather"}), 61),
    "named, responses": (call("gpt-4o", HELLO, endpoint=RESPONSES, tools=[WEATHER], tool_choice=NAMED_ITEM), 55),
    "required, chat": (call("gpt-4o", HELLO, tools=[WEATHER], tool_choice="required"), 52),
    "two rounds": (call("gpt-4o", HELLO, CALLING, RESULT, CALLING, RESULT), 8 + 2 * (13 + 2 + 5 + 2 + 4)),
    "round, o3-mini": (call("o3-mini", HELLO, CALLING, RESULT), 7 + 13 + 2 + 5 + 2 + 4),
    "round, o4-mini": (call("o4-mini", HELLO, CALLING, RESULT), 7 + 19 + 2 + 5 + 2 + 4),
    "text and call": (call("gpt-4o", HELLO, SAYING, RESULT), 8 + (4 + 1) + 13 + 2 + 5 + 2 + 4),
    "schema, system, o4-mini": (call("o4-mini", SYSTEM, HELLO, schema=True), 2 + 8 + 5 + 4 + 21),
    "schema, assistants": (call("gpt-4o", HELLO, GREETED, GREETED, schema=True), 8 + 2 * 5 + 4 + 21 + 3 * 3),
    "schema, assistants, gpt-5": (call("gpt-5", HELLO, GREETED, schema=True), 7 + 7 + 4 + 21 + 3),
    "schema, responses, assistants": (call("gpt-4o", GREETED, endpoint=RESPONSES, schema=True), 8 + 21 + 1),
    "pro": (call("gpt-5", HELLO, endpoint=RESPONSES, reasoning={"mode": "pro"}), 7 + 1_530),
}


@with_tokenizer
@pytest.mark.parametrize(("api_call", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_a_prompt(api_call: Call, billed: int) -> None:
    assert prompt_tokens(api_call) == billed


@without_tokenizer
@pytest.mark.parametrize(("api_call", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_a_prompt_nearly_without_a_tokenizer(api_call: Call, billed: int) -> None:
    assert prompt_tokens(api_call) == pytest.approx(billed, rel=0.12)


@with_tokenizer
@pytest.mark.parametrize(("model", "billed"), [("gpt-4", 105), ("gpt-3.5-turbo", 105), ("gpt-4o", 101)])
def test_bills_a_known_example(model: str, billed: int) -> None:
    city = {"type": "string", "description": "The city and state, e.g. San Francisco, CA"}
    unit = {"type": "string", "description": "The unit of temperature to return", "enum": ["celsius", "fahrenheit"]}
    schema = {"type": "object", "properties": {"location": city, "unit": unit}, "required": ["location"]}
    weather = Tool("get_current_weather", parameters=schema, description="Get the current weather in a given location")
    system = "You are a helpful assistant that can answer to questions about the weather."
    messages = Message("system", system), Message("user", "What's the weather like in San Francisco?")

    assert prompt_tokens(call(model, *messages, tools=[weather])) == billed


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


@pytest.mark.parametrize(
    ("model", "prompt", "kept"), [("gpt-5.6", 1_023, 0), ("gpt-5.6-terra", 1_024, 1_021), ("gpt-5.5", 2_000, 0)]
)
def test_tells_how_much_of_a_prompt_is_kept(model: str, prompt: int, kept: int) -> None:
    assert written(call(model), prompt) == kept


UNDESCRIBED = WEATHER._replace(description=None)


@with_tokenizer
@pytest.mark.parametrize("endpoint", [CHAT, RESPONSES])
def test_bills_a_reasoning_model_one_token_less_where_the_first_function_has_no_description(endpoint: str) -> None:
    described, plain = UNDESCRIBED._replace(description="It"), call("gpt-4o", HELLO, endpoint=endpoint)

    def comment(model: str) -> int:
        return prompt_tokens(replace(plain, model=model, tools=(described,))) - prompt_tokens(
            replace(plain, model=model, tools=(UNDESCRIBED,))
        )

    assert comment("gpt-5") == comment("gpt-4o") + 1


@with_tokenizer
def test_reads_a_schema_in_the_text_of_the_tools() -> None:
    both, tools = (call("gpt-4o", SYSTEM, HELLO, tools=[WEATHER], schema=schema) for schema in (True, False))
    text = f"{SYSTEM.text}\n\n# Tools\n\n## functions\n\n{namespace([WEATHER])}"

    joined = tokens.count(f"{text}\n\n{format_text(FORMAT)}", "gpt-4o")
    assert prompt_tokens(both) - prompt_tokens(tools) == joined - tokens.count(text, "gpt-4o")


@with_tokenizer
def test_reads_no_names_of_a_schema_beside_tools() -> None:
    counts = [prompt_tokens(call("gpt-4o", HELLO, *[GREETED] * n, tools=[WEATHER], schema=True)) for n in range(3)]

    assert counts == [counts[0], counts[0] + 5, counts[0] + 10]


@with_tokenizer
@pytest.mark.parametrize(
    ("tools", "addition"),
    [([WEATHER], 3 + 35 + 7 + 2), ([WEATHER, WEATHER._replace(name="wind")], None), ([], 0)],
)
def test_reads_which_function_is_required_where_there_is_one(tools: list[Tool], addition: int | None) -> None:
    free, required = (
        prompt_tokens(call("gpt-4o", HELLO, endpoint=RESPONSES, tools=tools, tool_choice=choice))
        for choice in ("auto", "required")
    )

    assert required == (free if addition is None else 8 + addition)


@with_tokenizer
@pytest.mark.parametrize(("model", "billed"), [("gpt-5.4", 2), ("gpt-5.6", 0), ("gpt-4o", 0), ("gpt-5", 0)])
def test_reads_the_namespace_of_a_call(model: str, billed: int) -> None:
    (use,) = CALLING.calls
    plain, spaced = (Message("assistant", calls=(use._replace(namespace=name),)) for name in ("", "get_weather"))
    counts = [prompt_tokens(call(model, HELLO, each, RESULT, endpoint=RESPONSES)) for each in (plain, spaced)]

    assert counts[1] - counts[0] == billed


@with_tokenizer
@pytest.mark.parametrize("model", ["gpt-5.2", "gpt-5.3-codex", "gpt-5.4-mini", "gpt-5.6", "gpt-6"])
@pytest.mark.parametrize(("count", "addition"), [(1, 0), (2, 10), (3, 4), (4, -2)])
def test_reads_calls_in_a_row_as_late_models_do(model: str, count: int, addition: int) -> None:
    billed = prompt_tokens(call(model, HELLO, *[CALLING] * count, *[RESULT] * count, endpoint=RESPONSES))

    assert billed == 7 + count * (11 + 2 + 5 + 9 + 2 + 4) + addition


@with_tokenizer
def test_reads_calls_one_after_the_other_without_more() -> None:
    billed = prompt_tokens(call("gpt-5.4", HELLO, CALLING, RESULT, CALLING, RESULT, endpoint=RESPONSES))

    assert billed == 7 + 2 * (11 + 2 + 5 + 9 + 2 + 4)


THOUGHT = Message("reasoning", "It is cold.")


@with_tokenizer
@pytest.mark.parametrize(
    ("model", "messages", "billed"),
    [
        ("gpt-5", (THOUGHT, CALLING, RESULT), 4 + 2),
        ("gpt-5.5", (THOUGHT, CALLING, RESULT), 4 + 4),
        ("gpt-5", (THOUGHT, CALLING, RESULT, THOUGHT, CALLING, RESULT), 2 * (4 + 2)),
        ("gpt-5", (THOUGHT, CALLING, RESULT, THOUGHT), 4 + 2),
        ("gpt-5", (THOUGHT, CALLING, RESULT, HELLO), 0),
        ("gpt-5", (THOUGHT, GREETED), 0),
        ("gpt-4o", (THOUGHT, CALLING, RESULT), 0),
    ],
)
def test_reads_again_what_was_thought_before_the_calls_of_a_turn(
    model: str, messages: tuple[Message, ...], billed: int
) -> None:
    silent = tuple(message for message in messages if message is not THOUGHT)
    counts = [prompt_tokens(call(model, HELLO, *each, endpoint=RESPONSES)) for each in (messages, silent)]

    assert counts[0] - counts[1] == billed


@with_tokenizer
@pytest.mark.parametrize(
    ("model", "title", "addition"), [("gpt-4", "", 0), ("gpt-4", "Where", 0), ("gpt-4-turbo", "Where", 2)]
)
def test_shows_the_first_gpt_4_no_titles(model: str, title: str, addition: int) -> None:
    city = {"type": "string", "title": title, "description": "The city"}
    titled = WEATHER._replace(parameters={"type": "object", "properties": {"city": city}})
    untitled = titled._replace(parameters={"type": "object", "properties": {"city": {**city, "title": ""}}})
    counts = [prompt_tokens(call(model, HELLO, tools=[tool])) for tool in (titled, untitled)]

    assert (counts[0] > counts[1]) is bool(addition)


@with_tokenizer
@pytest.mark.parametrize(
    ("model", "tool", "choice", "addition"),
    [
        ("gpt-4o", Tool("web_search_preview", "web_search_preview"), None, 294),
        ("gpt-4o", Tool("web_search_preview", "web_search_preview"), {"type": "web_search_preview"}, 294 + 8),
        ("gpt-4.1", Tool("web_search", "web_search"), None, 294),
        ("gpt-5.1", Tool("apply_patch", "apply_patch"), None, 623),
        ("gpt-5", Tool("image_generation", "image_generation"), None, 342),
        ("computer-use-preview", Tool("computer_use_preview", "computer_use_preview"), None, 484),
        ("gpt-4o", Tool("file_search", "file_search"), None, 0),
        ("gpt-5", Tool("Hello", "custom", description="It is cold.", grammar="Hello"), None, 70 + 1 + 4 + 1),
        ("gpt-4.1", Tool("Hello", "custom"), None, 265 + 1),
    ],
)
def test_bills_other_tools_as_they_were_recorded(model: str, tool: Tool, choice: Any, addition: int) -> None:
    fields = {} if choice is None else {"tool_choice": choice}
    counts = [prompt_tokens(call(model, HELLO, endpoint=RESPONSES, tools=each, **fields)) for each in ([tool], [])]

    assert counts[0] - counts[1] == addition


@with_tokenizer
@pytest.mark.parametrize("endpoint", [CHAT, RESPONSES])
def test_bills_images_of_messages_and_of_results(endpoint: str) -> None:
    image = Image("https://example.com/lamp.png", "low")
    shown = replace(HELLO, images=(image, image))
    result = replace(RESULT, images=(image,))

    assert prompt_tokens(call("gpt-4o", shown, endpoint=endpoint)) == 8 + 2 * 85
    counts = [prompt_tokens(call("gpt-4o", HELLO, CALLING, each, endpoint=endpoint)) for each in (result, RESULT)]
    assert counts[0] - counts[1] == 85
