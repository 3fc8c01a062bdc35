"""The catalogue: every kind of reply that a surface can carry, with the request that it answers and what it says."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pydantic.dataclasses
import pytest
from pydantic import BaseModel

from pytest_fakeopenai import Chunks, Delay, Gate, Logprob, Pace, Reasoning, Refusal, Reply, Structured, Text, ToolCall

CHAT, RESPONSES, COMPLETIONS = "chat.completions", "responses", "completions"
ALL = frozenset({CHAT, RESPONSES, COMPLETIONS})
BOTH = frozenset({CHAT, RESPONSES})
SEVERAL = frozenset({CHAT, COMPLETIONS})
CHATTING, THINKING = frozenset({CHAT}), frozenset({RESPONSES})

# The SDK's helpers parse the arguments of strict functions, so what is not JSON goes to one that is not strict.
WEATHER, NOTE, CODE = "get_weather", "write_note", "run_code"
_PARAMETERS = {
    WEATHER: {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    NOTE: {"type": "object", "properties": {}},
}


class City(BaseModel):
    """A structured answer as a pydantic model."""

    name: str
    population: int
    nicknames: list[str]


@pydantic.dataclasses.dataclass
class Trip:
    """A structured answer as the only kind of dataclass that the SDK takes for one."""

    to: str
    nights: int


@dataclass
class Note:
    """An ordinary dataclass."""

    to: str
    lines: list[str]


@dataclass(frozen=True)
class Case:
    """A reply, the request that it answers, and what its first choice says.

    - `make` makes the script entry afresh for every world; `calls` are names and arguments as text.
    - `tools` are offered, `shape` is demanded; `top_logprobs` asks for log probabilities and so many alternatives.
    - `extra` are further options of the request, by surface.
    - `cut` is a reply that the SDK's parsing helpers refuse because it ends early, `unparsable` one that they choke on.
    - `summary` is one with a summary of reasoning, `foreign` one with fields of other servers.
    """

    name: str
    make: Callable[[], object]
    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    refusal: str | None = None
    tools: tuple[str, ...] = ()
    shape: Any = None
    n: int = 1
    top_logprobs: int | None = None
    extra: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    cut: bool = False
    unparsable: bool = False
    summary: bool = False
    foreign: bool = False
    on: frozenset[str] = BOTH

    def __str__(self) -> str:
        return self.name


def tool(name: str, surface: str) -> dict[str, Any]:
    """The tool of this name as the surface's requests spell it."""
    if name == CODE:
        kind: str = "custom"
        described: dict[str, Any] = {"name": name, "description": "Runs code."}
    else:
        kind = "function"
        described = {"name": name, "parameters": _PARAMETERS[name], "strict": name == WEATHER}
    return {"type": kind, kind: described} if surface == CHAT else {"type": kind, **described}


OSLO, ROME = ToolCall(WEATHER, {"city": "Oslo"}), ToolCall(WEATHER, {"city": "Rome"})
TO_OSLO, TO_ROME = (WEATHER, '{"city":"Oslo"}'), (WEATHER, '{"city":"Rome"}')


def _opened() -> Gate:
    gate = Gate()
    gate.open()
    return gate


def _says(request: object) -> object:
    return Reply("Made ", Chunks("to ", "order"))


async def _says_later(request: object) -> object:
    return "Made to order"


def _yields(request: object) -> Iterator[object]:
    yield "Made "
    yield Delay(0.001)
    yield Text("to order")


async def _yields_later(request: object) -> AsyncIterator[object]:
    yield "Made "
    yield _opened()
    yield Chunks("to ", "order")


def _yields_calls(request: object) -> Iterator[object]:
    yield "Both. "
    yield OSLO
    yield ROME


def _yields_open_calls(request: object) -> Iterator[object]:
    yield "So. "
    yield ToolCall(arguments={"city": "Oslo"})
    yield Structured({"city": "Rome"})


_FORCED: Mapping[str, Mapping[str, Any]] = {
    CHAT: {"tool_choice": {"type": "function", "function": {"name": WEATHER}}},
    RESPONSES: {"tool_choice": {"type": "function", "name": WEATHER}},
}
_CITY: Any = {"name": "Zürich", "population": 448664, "nicknames": ["Limmat-Athen", '"Little Big City"', "苏黎世"]}
_CITY_TEXT = '{"name":"Zürich","population":448664,"nicknames":["Limmat-Athen","\\"Little Big City\\"","苏黎世"]}'

_TEXTS = {
    "text": "Hello there, how are you today?",
    "one word": "Hello",
    "blanks only": " \n\t  ",
    "blanks around": "\n\n  indented  \n",
    "accents": "naïve „Straße“ — Ærøskøbing, Ελλάδα, Москва",
    "emoji": "👩‍👩‍👧‍👦 🇫🇷 👍🏽 e\u0301 🫠",
    "cjk": "今天天气怎么样 東京は晴れ。서울은 맑음",
    "right to left": "שלום עולם مرحبا بالعالم",
    "line ends": "a\nb\r\nc\rd\n\n\ne\u2028f\u2029g\x85h\x0bi\x0cj",
    "json-special": '"quoted" \\ back\\slash / {"a": [1]} \b\f\t\x00\x1f\x7f <script>&amp;',
    "protocol-like": 'data: {"a": 1}\n\nevent: response.completed\ndata: [DONE]\n\n[DONE]\n\n: comment\n\n',
    "private and astral": "\ufeffbom \ufffd \ue000 \U0010fffd \U0001d54f",
    "long": " ".join(f"word{number}" for number in range(120)),
    "one long word": "Donaudampfschifffahrts" * 60,
}

CASES = [
    *[Case(name, partial(Text, text), text, on=ALL) for name, text in _TEXTS.items()],
    Case("shorthand", lambda: "Just a string", "Just a string", on=ALL),
    Case("empty text", lambda: Text(""), on=ALL),
    Case("no part", lambda: Reply(), on=ALL),
    Case("chunks", lambda: Chunks("Hel", "lo wor", "ld"), "Hello world", on=ALL),
    Case("empty chunks", lambda: Chunks("", "a", "", "b", ""), "ab", on=ALL),
    Case("several texts", lambda: Reply("One, ", Text("two, "), Chunks("th", "ree")), "One, two, three", on=ALL),
    Case("a dict", lambda: _CITY, _CITY_TEXT, on=ALL),
    Case("a list", lambda: [1, "zwei", None, {"drei": True}], '[1,"zwei",null,{"drei":true}]', on=ALL),
    Case("a model", lambda: City(**_CITY), _CITY_TEXT, on=ALL),
    Case(
        "structured, without a method",
        lambda: Structured([Note("Oslo", ["Hei!"])]),
        '[{"to":"Oslo","lines":["Hei!"]}]',
        on=ALL,
    ),
    Case("a dataclass", lambda: Note("Oslo", ["Hei!"]), '{"to":"Oslo","lines":["Hei!"]}', on=ALL),
    # What is said of the whole
    Case("length", lambda: Reply("It was a dark and", finish_reason="length"), "It was a dark and", cut=True, on=ALL),
    Case("length of nothing", lambda: Reply(finish_reason="length"), cut=True, on=ALL),
    Case("filtered", lambda: Reply("It was", finish_reason="content_filter"), "It was", cut=True, on=ALL),
    Case("usage", lambda: Reply("Hi", usage={"prompt_tokens": 7, "completion_tokens": 5}), "Hi", on=ALL),
    Case(
        "nested usage",
        lambda: Reply("Hi", usage={"input_tokens_details": {"cached_tokens": 3}, "total_tokens": 99}),
        "Hi",
    ),
    Case("own id and model", lambda: Reply("Hi", id="own-id", model="own-model"), "Hi", on=ALL),
    Case("headers", lambda: Reply("Hi", headers={"X-Region": "eu", "Retry-After": "1"}), "Hi", on=ALL),
    # Timing, which changes nothing of what is said
    Case("delays", lambda: Reply(Delay(0.001), "Hel", Delay(0.001), "lo", Delay(0)), "Hello", on=ALL),
    Case("gates", lambda: Reply(_opened(), "Hel", _opened(), "lo", _opened()), "Hello", on=ALL),
    Case("pace", lambda: Reply("One two three", pace=Pace(first=0.001, between=0.001)), "One two three", on=ALL),
    # Callables
    Case("a callable", lambda: _says, "Made to order", on=ALL),
    Case("an async callable", lambda: _says_later, "Made to order", on=ALL),
    Case("a generator", lambda: _yields, "Made to order", on=ALL),
    Case("an async generator", lambda: _yields_later, "Made to order", on=ALL),
    Case("a generator of calls", lambda: _yields_calls, "Both. ", calls=(TO_OSLO, TO_ROME), tools=(WEATHER,)),
    # Log probabilities
    Case("logprobs", lambda: "Hello there 👋", "Hello there 👋", top_logprobs=0, on=ALL),
    Case("top logprobs", lambda: Reply("Hello ", Chunks("th", "ere")), "Hello there", top_logprobs=2, on=ALL),
    Case(
        "given logprobs",
        lambda: Reply(
            "Hel", "lo", logprobs=[("He", -0.5), Logprob("llo", -7.6e-06, (("llo", -7.6e-06), ("y", -12.0)))]
        ),
        "Hello",
        top_logprobs=2,
        on=ALL,
    ),
    Case("declined logprobs", lambda: Reply("Hello", logprobs=False), "Hello", top_logprobs=0, on=ALL),
    Case(
        "declined by a choice",
        lambda: Reply(choices=[Reply("One", logprobs=False), Reply("Two", logprobs=[("Tw", -0.5), ("o", -0.25)])]),
        "One",
        n=2,
        top_logprobs=0,
        on=SEVERAL,
    ),
    Case("logprobs of nothing", lambda: "", top_logprobs=0, on=ALL),
    Case(
        "logprobs and a call", lambda: Reply("So: ", OSLO), "So: ", calls=(TO_OSLO,), tools=(WEATHER,), top_logprobs=1
    ),
    # Several choices
    Case("choices alike", lambda: "One for all", "One for all", n=2, on=SEVERAL),
    Case("choices", lambda: Reply(choices=["One", Text(""), Chunks("Thr", "ee")]), "One", n=3, on=SEVERAL),
    Case("choices by a generator", lambda: _yields, "Made to order", n=2, on=SEVERAL),
    Case(
        "choices and logprobs", lambda: Reply(choices=["One two", "Three"]), "One two", n=2, top_logprobs=1, on=SEVERAL
    ),
    Case(
        "choices and timing",
        lambda: Reply(choices=[Reply(Delay(0.001), Delay(0), "a", Delay(0.001), "b"), Reply(_opened(), "c")]),
        "ab",
        n=2,
        on=SEVERAL,
    ),
    Case(
        "choices that end apart",
        lambda: Reply(choices=[Reply("One two three", finish_reason="length"), "Four"], usage={"prompt_tokens": 2}),
        "One two three",
        n=2,
        cut=True,
        on=SEVERAL,
    ),
]

_CALLS = [
    Case("a call", lambda: OSLO, calls=(TO_OSLO,), tools=(WEATHER,)),
    Case("own call id", lambda: ToolCall(WEATHER, {"city": "Oslo"}, id="call_own"), calls=(TO_OSLO,), tools=(WEATHER,)),
    Case("a call without a name", lambda: ToolCall(arguments={"city": "Oslo"}), calls=(TO_OSLO,), tools=(WEATHER,)),
    Case("calls without a name", lambda: _yields_open_calls, "So. ", calls=(TO_OSLO, TO_ROME), tools=(WEATHER,)),
    Case("a custom call without a name", lambda: ToolCall(arguments="1 + 1"), calls=((CODE, "1 + 1"),), tools=(CODE,)),
    Case(
        "a call of the tool that is forced",
        lambda: Reply(ToolCall(arguments={"city": "Oslo"}, id="call_own")),
        calls=(TO_OSLO,),
        tools=(NOTE, WEATHER),
        extra=_FORCED,
    ),
    Case("structured by a tool", lambda: Structured({"city": "Oslo"}), calls=(TO_OSLO,), tools=(WEATHER,)),
    Case(
        "structured by the tool that fits",
        lambda: Structured({"city": "Oslo"}),
        calls=(TO_OSLO,),
        tools=(NOTE, WEATHER),
    ),
    Case("structured inside of an object", lambda: Structured("Oslo"), calls=(TO_OSLO,), tools=(WEATHER,)),
    Case("a call without arguments", lambda: ToolCall(NOTE), calls=((NOTE, "{}"),), tools=(NOTE,)),
    Case(
        "arguments with everything",
        lambda: ToolCall(NOTE, {"città": "Zürich 🏔", "n": [1, -2.5e-7, None], "": {'"': "\\\n\u2028"}}),
        calls=((NOTE, '{"città":"Zürich 🏔","n":[1,-2.5e-07,null],"":{"\\"":"\\\\\\n\u2028"}}'),),
        tools=(NOTE,),
    ),
    Case("arguments as text", lambda: ToolCall(NOTE, '{ "a" : 1 }'), calls=((NOTE, '{ "a" : 1 }'),), tools=(NOTE,)),
    Case("broken arguments", lambda: ToolCall(NOTE, '{"a": "b\\'), calls=((NOTE, '{"a": "b\\'),), tools=(NOTE,)),
    Case("empty arguments", lambda: ToolCall(NOTE, ""), calls=((NOTE, ""),), tools=(NOTE,)),
    Case("an invented tool", lambda: ToolCall("launch", {}, unchecked=True), calls=(("launch", "{}"),), tools=(NOTE,)),
    Case("a call without tools", lambda: ToolCall("launch", {}, unchecked=True), calls=(("launch", "{}"),)),
    Case(
        "parallel calls",
        lambda: Reply(OSLO, ROME, ToolCall(NOTE)),
        calls=(TO_OSLO, TO_ROME, (NOTE, "{}")),
        tools=(WEATHER, NOTE),
    ),
    Case(
        "parallel calls, paused",
        lambda: Reply(ToolCall(NOTE), Delay(0.001), ToolCall(NOTE, "x"), pace=Pace(between=0.001)),
        calls=((NOTE, "{}"), (NOTE, "x")),
        tools=(NOTE,),
    ),
    Case(
        "text, then a call", lambda: Reply("Let me look. ", OSLO), "Let me look. ", calls=(TO_OSLO,), tools=(WEATHER,)
    ),
    Case("a call, then text", lambda: Reply(OSLO, "Looking."), "Looking.", calls=(TO_OSLO,), tools=(WEATHER,)),
    Case("a call, then empty texts", lambda: Reply(OSLO, "", Chunks("", "")), calls=(TO_OSLO,), tools=(WEATHER,)),
    Case(
        "a call, text, a call", lambda: Reply(OSLO, "And. ", ROME), "And. ", calls=(TO_OSLO, TO_ROME), tools=(WEATHER,)
    ),
    Case(
        "text, a call, text",
        lambda: Reply("First. ", OSLO, "Then."),
        "First. Then.",
        calls=(TO_OSLO,),
        tools=(WEATHER,),
    ),
    Case(
        "a call cut short",
        lambda: Reply(ToolCall(NOTE, '{"a'), finish_reason="length"),
        calls=((NOTE, '{"a'),),
        tools=(NOTE,),
        cut=True,
    ),
    Case(
        "a named tool",
        lambda: OSLO,
        calls=(TO_OSLO,),
        tools=(WEATHER,),
        extra=_FORCED,
    ),
    Case("a custom call", lambda: ToolCall(CODE, "print('hi')\n"), calls=((CODE, "print('hi')\n"),), tools=(CODE,)),
    Case(
        "custom and function calls",
        lambda: Reply("So. ", ToolCall(CODE, "1 + 1"), ToolCall(NOTE, {"a": 1}), ToolCall(CODE, "")),
        "So. ",
        calls=((CODE, "1 + 1"), (NOTE, '{"a":1}'), (CODE, "")),
        tools=(CODE, NOTE),
    ),
    Case(
        "choices with calls",
        lambda: Reply(choices=[Reply("A long way to the call. ", OSLO), ROME, Reply("Short. ", ROME, ToolCall(NOTE))]),
        "A long way to the call. ",
        calls=(TO_OSLO,),
        tools=(WEATHER, NOTE),
        n=3,
        on=CHATTING,
    ),
    Case(
        "a deprecated function",
        lambda: OSLO,
        calls=(TO_OSLO,),
        extra={CHAT: {"functions": [{"name": WEATHER, "parameters": _PARAMETERS[WEATHER]}]}},
        on=CHATTING,
    ),
    Case(
        "text, then a deprecated function",
        lambda: Reply("So. ", OSLO),
        "So. ",
        calls=(TO_OSLO,),
        extra={CHAT: {"functions": [{"name": WEATHER, "parameters": _PARAMETERS[WEATHER]}]}},
        on=CHATTING,
    ),
]

_REFUSALS = [
    Case("a refusal", lambda: Refusal("I'm sorry, I can't."), refusal="I'm sorry, I can't."),
    Case("an empty refusal", lambda: Refusal(""), refusal=""),
    Case("two refusals", lambda: Reply(Refusal("No. "), Refusal("Never.")), refusal="No. Never."),
    Case("text, then a refusal", lambda: Reply("Well. ", Refusal("No.")), "Well. ", refusal="No."),
    Case("a refusal, then text", lambda: Reply(Refusal("No."), "Well."), "Well.", refusal="No."),
    Case(
        "a call, then a refusal",
        lambda: Reply(ToolCall(NOTE), Refusal("No.")),
        calls=((NOTE, "{}"),),
        refusal="No.",
        tools=(NOTE,),
    ),
    Case("text, then an empty refusal", lambda: Reply("Well.", Refusal("")), "Well.", on=CHATTING),
    Case("a refusal with logprobs", lambda: Refusal("No."), refusal="No.", top_logprobs=0),
]

_SHAPES = [
    Case("structured by a model", lambda: City(**_CITY), _CITY_TEXT, shape=City),
    Case("structured by a dict", lambda: _CITY, _CITY_TEXT, shape=City),
    Case("structured, by whichever method", lambda: Structured(_CITY), _CITY_TEXT, shape=City),
    Case("structured by a model, by whichever", lambda: Structured(City(**_CITY)), _CITY_TEXT, shape=City),
    Case(
        "structured, though there is a tool",
        lambda: Structured(_CITY),
        _CITY_TEXT,
        tools=(WEATHER,),
        shape=City,
        on=THINKING,  # runs take chat's cases, without the shape
    ),
    Case("structured by text", lambda: f"  {_CITY_TEXT}\n", f"  {_CITY_TEXT}\n", shape=City),
    Case("structured by a dataclass", lambda: Trip("Oslo", 3), '{"to":"Oslo","nights":3}', shape=Trip),
    Case("structured, refused", lambda: Refusal("No."), refusal="No.", shape=City),
    Case("structured, broken", lambda: Text('{"name": 1', unchecked=True), '{"name": 1', shape=City, unparsable=True),
    Case("structured, or a call", lambda: OSLO, calls=(TO_OSLO,), tools=(WEATHER,), shape=City),
]

_THOUGHTS = [
    Case("reasoning", lambda: Reply(Reasoning("Think **hard**, 考える."), "Done."), "Done.", summary=True),
    Case("reasoning alone", lambda: Reasoning("Only thoughts."), summary=True),
    Case("reasoning unseen", lambda: Reply(Reasoning(""), "Done."), "Done."),
    Case(
        "reasoning in several parts",
        lambda: Reply(Reasoning("First."), Reasoning(""), Reasoning("Then."), "Done."),
        "Done.",
        summary=True,
    ),
    Case(
        "reasoning in between",
        lambda: Reply(Reasoning("A."), "One. ", Reasoning("B."), ToolCall(NOTE), Reasoning("C."), "Two."),
        "One. Two.",
        calls=((NOTE, "{}"),),
        tools=(NOTE,),
        summary=True,
    ),
    Case(
        "reasoning until the limit",
        lambda: Reply(Reasoning("Think and think"), finish_reason="length"),
        cut=True,
        summary=True,
    ),
    Case(
        "reasoning in a field of the message",
        lambda: Reply(_thought("Let me "), _thought("see. 考える."), "Done."),
        "Done.",
        foreign=True,
        on=CHATTING,
    ),
    Case("reasoning in a field alone", lambda: _thought("Only thoughts."), foreign=True, on=CHATTING),
    Case("an empty field of reasoning", lambda: Reply("Done.", _thought("")), "Done.", foreign=True, on=CHATTING),
    Case(
        "reasoning in a field, then calls",
        lambda: Reply(_thought("Look."), Reasoning("Hm.", chat_field="reasoning"), ToolCall(NOTE), _thought("So.")),
        calls=((NOTE, "{}"),),
        tools=(NOTE,),
        foreign=True,
        on=CHATTING,
    ),
]


def _thought(text: str) -> Reasoning:
    return Reasoning(text, chat_field="reasoning_content")


CASES += [*_CALLS, *_REFUSALS, *_SHAPES, *_THOUGHTS]


def cases(surface: str) -> list[Case]:
    """The cases that a surface can carry."""
    return [case for case in CASES if surface in case.on]


def each(chosen: Iterable[Case]) -> pytest.MarkDecorator:
    """Parametrises a test with cases."""
    return pytest.mark.parametrize("case", list(chosen), ids=str)
