"""Fitting: what each surface can carry, and what a reply may not say to its request."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    Chunks,
    Delay,
    Disconnect,
    FakeOpenAI,
    FakeOpenAIWarning,
    FileSearch,
    Gate,
    Reasoning,
    Refusal,
    Reply,
    ServerError,
    Text,
    ToolCall,
)
from pytest_fakeopenai.pipeline.fit import cannot_answer, cannot_carry, misfit
from pytest_fakeopenai.wire.protocol.call import Call, Tool

from ..families import SURFACES
from ..verdicts import verdict_of

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
GOOD, BAD = '{"city": "Paris"}', '{"town": "Paris"}'


def call(endpoint: str = "chat.completions", **fields: Any) -> Call:
    return Call(endpoint, "gpt-4o", {}, **fields)


def unfit(reply: Reply, api_call: Call) -> str | None:
    """What of a reply the request's surface has no form for."""
    return cannot_answer(reply, api_call, SURFACES[api_call.endpoint], SURFACES.values)


@pytest.mark.parametrize("endpoint", SURFACES)
def test_carries_timing_and_faults_everywhere(endpoint: str) -> None:
    parts = (Text("a"), Chunks("b"), Delay(0), Gate(), Disconnect(), ServerError())
    assert cannot_carry(parts, call(endpoint), SURFACES[endpoint], SURFACES.values) is None


@pytest.mark.parametrize(
    ("part", "endpoint", "problem"),
    [
        (Reasoning("a"), "chat.completions", None),
        (
            Reasoning("a"),
            "completions",
            "Reasoning('a') cannot be carried by completions; chat.completions, responses, threads.runs can",
        ),
        (
            ToolCall("f"),
            "completions",
            "ToolCall('f', {}) cannot be carried by completions; chat.completions, responses, threads.runs can",
        ),
        (
            Refusal("No"),
            "completions",
            "Refusal('No') cannot be carried by completions; chat.completions, responses, threads.runs can",
        ),
        (
            FileSearch("a"),
            "chat.completions",
            "FileSearch('a') cannot be carried by chat.completions; responses, threads.runs can",
        ),
        (FileSearch(), "completions", "FileSearch() cannot be carried by completions; responses, threads.runs can"),
        (FileSearch(), "responses", None),
        (ToolCall("f"), "chat.completions", None),
        (Refusal("No"), "chat.completions", None),
        (ToolCall("f"), "responses", None),
        (Refusal("No"), "responses", None),
        (Reasoning("a"), "responses", None),
        (Reasoning("a"), "threads.runs.create", None),
        (ToolCall("f"), "threads.runs.submit_tool_outputs", None),
    ],
)
def test_names_the_part_the_surface_and_the_surfaces_that_can(part: Any, endpoint: str, problem: str | None) -> None:
    assert cannot_carry((Text("before"), part), call(endpoint), SURFACES[endpoint], SURFACES.values) == problem
    assert unfit(Reply("before", part), call(endpoint)) == problem


@pytest.mark.parametrize(
    ("reply", "api_call", "problem"),
    [
        (Reply(choices=["a", "b"]), call(n=2), None),
        (Reply(choices=["a", "b"]), call("completions", n=2), None),
        (Reply("a"), call(n=5), None),
        (
            Reply(choices=["a", "b"]),
            call("responses"),
            "Reply(choices=…) cannot be carried by responses; chat.completions, completions can",
        ),
        (Reply(choices=["a", "b"]), call(n=3), "Reply(choices=…) has 2 replies, but the request asks for n=3"),
        (
            Reply(choices=["a", FileSearch("b")]),
            call(n=2),
            "FileSearch('b') cannot be carried by chat.completions; responses, threads.runs can",
        ),
    ],
)
def test_gives_each_choice_its_reply(reply: Reply, api_call: Call, problem: str | None) -> None:
    assert unfit(reply, api_call) == problem


TOOLS = (Tool("get_weather", parameters=CITY), Tool("shell", "custom"), Tool("strict", parameters=CITY, strict=True))
NOT_OFFERED = (
    "ToolCall('f', {}) calls a tool that the request does not offer (it offers 'get_weather', 'shell', 'strict'); "
    "a model that invents a tool is ToolCall(…, unchecked=True)"
)


@pytest.mark.parametrize(
    ("reply", "api_call", "problem"),
    [
        (Reply("a"), call(), None),
        (Reply(ToolCall("shell", "ls")), call(tools=TOOLS), None),
        (Reply(ToolCall("get_weather", {"town": 5})), call(tools=TOOLS), None),
        (Reply(ToolCall("strict", {"city": "Paris"})), call(tools=TOOLS), None),
        (Reply(ToolCall("strict", "{broken")), call(tools=TOOLS), None),
        (Reply(ToolCall("strict", {}, unchecked=True)), call(tools=TOOLS), None),
        (Reply(ToolCall("f", unchecked=True)), call(), None),
        (Reply(ToolCall("f")), call(tools=TOOLS), NOT_OFFERED),
        (Reply("a", ToolCall("shell", "ls"), ToolCall("f")), call(tools=TOOLS), NOT_OFFERED),
        (Reply(choices=["a", ToolCall("f")]), call(tools=TOOLS, n=2), NOT_OFFERED),
        (
            Reply(ToolCall("f")),
            call(),
            "ToolCall('f', {}) calls a tool that the request does not offer (it offers no tool); "
            "a model that invents a tool is ToolCall(…, unchecked=True)",
        ),
    ],
)
def test_calls_only_tools_that_are_offered(reply: Reply, api_call: Call, problem: str | None) -> None:
    assert misfit(reply, api_call) == problem


def test_searches_files_only_where_the_tool_is_offered() -> None:
    reply, api_call = Reply(FileSearch("a"), "b"), call("responses", tools=(Tool("file_search", "file_search"),))

    assert misfit(reply, api_call) is None
    assert misfit(reply, call("responses", tools=TOOLS)) == (
        "FileSearch('a') searches files, but the request offers no tool file_search"
    )


def test_calls_a_strict_tool_with_arguments_that_fit() -> None:
    problem = misfit(Reply(ToolCall("strict", {"town": "Paris"})), call(tools=TOOLS))

    assert problem is not None
    assert problem.startswith("ToolCall('strict', {'town': 'Paris'}) breaks the tool's strict schema: ")
    assert "'city'" in problem
    assert problem.endswith("; send it all the same with ToolCall(…, unchecked=True)")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(GOOD),
        Reply({"city": "Paris"}),
        Reply(Chunks('{"city":', ' "Paris"}')),
        Reply('{"city":', Delay(0), ' "Paris"}'),
        Reply(Text(BAD, unchecked=True)),
        Reply(Chunks(BAD, unchecked=True)),
        Reply(BAD[:5], finish_reason="length"),
        Reply("", finish_reason="content_filter"),
        Reply(Refusal("No")),
        Reply("Let me see.", ToolCall("get_weather")),
        Reply(BAD[:5], Disconnect()),
        Reply(BAD[:5], ServerError()),
        Reply(ServerError()),
        Reply(),
    ],
    ids=repr,
)
def test_lets_pass_what_fits_the_schema_or_is_no_whole_text(reply: Reply) -> None:
    assert misfit(reply, call(format={"schema": CITY}, strict=True, tools=TOOLS)) is None


@pytest.mark.parametrize("reply", [Reply(BAD), Reply("plain"), Reply(Chunks(BAD[:5], BAD[5:])), Reply("")], ids=repr)
def test_complains_of_a_text_that_breaks_the_strict_schema(reply: Reply) -> None:
    problem = misfit(reply, call(format={"schema": CITY}, strict=True))

    assert problem is not None
    assert problem.startswith(f"{Text(reply.text)!r} breaks the strict JSON schema that the request demands: ")
    assert problem.endswith("; a model that breaks it is Text(…, unchecked=True)")
    assert misfit(reply, call(format={"schema": CITY})) is None


@pytest.mark.parametrize(("requested", "fits"), [(True, True), (False, False)])
@pytest.mark.parametrize("scripted", [True, [("a", -1.0)]])
def test_gives_log_probabilities_only_where_they_are_asked_for(scripted: Any, requested: bool, fits: bool) -> None:
    problem = misfit(Reply("a", logprobs=scripted), call(logprobs=requested))

    assert problem == (None if fits else "it has logprobs, but the request does not ask for any")


@pytest.mark.parametrize("scripted", [None, False])
def test_needs_no_log_probabilities_to_be_asked_for(scripted: Any) -> None:
    assert misfit(Reply("a", logprobs=scripted), call()) is None


def ask(fake: FakeOpenAI, **options: Any) -> Any:
    return fake.client.responses.create(model="gpt-4o", input="Hi", **options)


@pytest.mark.parametrize("stream", [False, True])
def test_refuses_what_the_surface_cannot_carry_whatever_the_validation(stream: bool) -> None:
    with FakeOpenAI(validation="off") as fake:
        fake.script(Reasoning("hm"))
        with pytest.raises(openai.BadRequestError) as caught:
            fake.client.completions.create(model="m", prompt="Hi", stream=stream)
        verdict = str(verdict_of(fake))

    assert caught.value.code == "unfit_reply"
    assert verdict == (
        "fake_openai cannot send the reply to request 1: Reasoning('hm') cannot be carried by completions; "
        "chat.completions, responses, threads.runs can."
    )


def test_refuses_what_does_not_fit_by_default(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("f"))

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    assert caught.value.code == "unfit_reply"
    assert len(fake_openai.requests) == 1  # not retried
    assert "calls a tool that the request does not offer" in str(verdict_of(fake_openai))


def test_warns_of_what_does_not_fit_where_told_to() -> None:
    with FakeOpenAI(validation="warn") as fake:
        fake.script(ToolCall("f"))
        (tool_call,) = ask(fake).output
        with pytest.warns(FakeOpenAIWarning, match=r"the reply to request 1 does not fit: ToolCall\('f', {}\) calls"):
            fake.check()

    assert tool_call.name == "f"


def test_sends_what_does_not_fit_where_told_to() -> None:
    with FakeOpenAI(validation="off") as fake:
        fake.script(ToolCall("f"))
        (tool_call,) = ask(fake).output

    assert tool_call.name == "f"


def test_refuses_what_a_generator_cannot_have_carried(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: (part for part in ("a", FileSearch("hm"))))

    with pytest.raises(openai.BadRequestError, match="cannot be carried by completions"):
        fake_openai.client.completions.create(model="m", prompt="Hi")

    assert "cannot be carried by completions" in str(verdict_of(fake_openai))


def test_refuses_several_calls_of_the_deprecated_functions() -> None:
    functions = [{"name": "a"}, {"name": "b"}]
    api_call = Call("chat.completions", "gpt-4o", {"functions": functions}, tools=(Tool("a"), Tool("b")))
    assert unfit(Reply(ToolCall("a")), api_call) is None
    problem = unfit(Reply(ToolCall("a"), ToolCall("b")), api_call)
    assert problem == "2 calls cannot answer the deprecated functions=, which know only one at a time; tools= can"
