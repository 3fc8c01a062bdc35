"""Calls and results as models read them: compact, and several wrapped in one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.billing.calls_text import compact, recipient, wrapped_calls, wrapped_results
from pytest_fakeopenai.wire.protocol.call import ToolUse

from ...properties import unhurried
from ._lamps import BELL, LAMP, RUNG

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (LAMP, '{"room":"hall"}'),
        ('{ "a" : [1, 2.50, null] }', '{"a":[1,2.5,null]}'),
        ('{"a": "é \\u00e9"}', '{"a":"é é"}'),
        ("", ""),
        ("ls -l", "ls -l"),
        ('{"cut": "of', '{"cut": "of'),
        ('{"a": "\\ud800"}', '{"a": "\\ud800"}'),
        (DEEP, DEEP),
        ("1" * 5_000, "1" * 5_000),
    ],
    ids=range(9),
)
def test_takes_the_blanks_out_of_arguments(arguments: str, text: str) -> None:
    assert compact(arguments) == text


def test_names_the_recipient_behind_its_namespace() -> None:
    assert recipient("lamp_state") == ".lamp_state"


def test_wraps_several_calls_in_one() -> None:
    text = wrapped_calls([ToolUse("lamp_state", LAMP), ToolUse("shell", "ls")])

    assert text == (
        '{"tool_uses":[{"recipient_name":"functions.lamp_state","parameters":{"room":"hall"}},'
        '{"recipient_name":"functions.shell","parameters":ls}]}'
    )


@pytest.mark.parametrize(
    ("results", "text"),
    [
        (["on", RUNG], '["on", {"rung": true}]'),
        (["21", "-1.5", "null", "[1,2]", "{}"], "[21, -1.5, null, [1, 2], {}]"),
        (['"quoted"', "", "21 °C", '{"cut'], r'["\"quoted\"", "", "21 \u00b0C", "{\"cut"]'),
        (['{"place":"Zürich"}'], r'[{"place": "Z\u00fcrich"}]'),
        ([], "[]"),
        ([DEEP], f'["{DEEP}"]'),
    ],
    ids=range(6),
)
def test_gives_several_results_as_one(results: list[str], text: str) -> None:
    assert wrapped_results(results) == text


@pytest.mark.usefixtures("with_tokenizer")
def test_wraps_as_the_worked_example_does() -> None:
    texts = wrapped_calls([ToolUse("lamp_state", LAMP), ToolUse("bell", BELL)]), wrapped_results(["on", RUNG])

    assert [tokens.count(text, "gpt-4o") for text in texts] == [39, 9]


@unhurried
@given(st.lists(st.text()))
def test_gives_results_that_are_json(results: list[str]) -> None:
    assert len(json.loads(wrapped_results(results))) == len(results)
