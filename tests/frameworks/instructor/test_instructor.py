"""Extraction by each mode, with a second attempt, asynchronously, and of a stream."""

from __future__ import annotations

import json

import instructor
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application

PARIS = {"name": "Paris", "country": "France"}
TOOL_MODES = (instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT, instructor.Mode.RESPONSES_TOOLS)


def answer(mode: instructor.Mode, city: dict[str, str]) -> Reply:
    """A city as a mode expects it."""
    if mode in TOOL_MODES:
        return Reply(ToolCall("City", city))
    text = json.dumps(city)
    return Reply(f"```json\n{text}\n```" if mode == instructor.Mode.MD_JSON else text)


@pytest.mark.parametrize("mode", application.MODES, ids=lambda mode: mode.name)
def test_extracts(fake_openai: FakeOpenAI, mode: instructor.Mode) -> None:
    fake_openai.script(answer(mode, PARIS))
    assert application.extract(mode, "The Louvre").model_dump() == PARIS


@pytest.mark.parametrize("mode", [instructor.Mode.TOOLS, instructor.Mode.JSON], ids=lambda mode: mode.name)
def test_asks_again_where_a_field_is_missing(fake_openai: FakeOpenAI, mode: instructor.Mode) -> None:
    fake_openai.script(answer(mode, {"name": "Paris"}), answer(mode, PARIS))
    assert application.extract(mode, "The Louvre").model_dump() == PARIS
    assert "country" in str(fake_openai.requests.last.json)


@pytest.mark.asyncio
async def test_extracts_asynchronously(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("City", PARIS), ToolCall("City", {"name": "Oslo", "country": "Norway"}))
    assert [city.name for city in await application.extract_all(["The Louvre", "The fjord"])] == ["Paris", "Oslo"]


def test_extracts_of_a_stream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("PartialCity", PARIS))
    assert application.extract_partially("The Louvre")[-1].model_dump() == PARIS
