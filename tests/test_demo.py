"""The demonstration: every scene plays, and says what it shows."""

from __future__ import annotations

import re

import openai
import pytest

from pytest_fakeopenai import cli

SCENES = [
    "Unscripted, it echoes:",
    "A reply streams token by token, at the pace that you choose:",
    "A tool call, its result, and the answer:",
    "A rate limit, which the client retries by itself, at once:",
    "What the server recorded, ready for assertions:",
]
TEXTS = [
    "Say this is a test",
    "Every word arrives by itself, as from the real model.",
    "the model calls get_weather({'city': 'Paris'})\n   and says: It is 21 °C in Paris.",
    "Here I am again.\n   429 on the first try, 200 on retry 1",
]
RECORDED = [
    r"1\. .*text 'Say this is a test'",
    r"2\. .*text 'Stream!', streamed",
    r"3\. .*text 'Weather in Paris\?', tools get_weather",
    r"4\. .*tool results '21 °C'.*",
    r"5\. .*text 'Are you there\?'",
    r"6\. .*text 'Are you there\?', retry 1",
]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["demo"]) == 0
    return capsys.readouterr().out


def test_shows_every_scene_in_turn(shown: str) -> None:
    head, *scenes = re.split("|".join(map(re.escape, SCENES)), shown)
    assert re.fullmatch(
        rf"openai {re.escape(openai.__version__)}, unmodified, speaking to http://127\.0\.0\.1:\d+/\S+/v1", head.strip()
    )
    *texts, recorded = (re.sub(r"[ \t]+\n", "\n", scene).strip() for scene in scenes)
    assert texts == TEXTS
    lines = recorded.splitlines()
    assert [bool(re.match(pattern, line)) for pattern, line in zip(RECORDED, lines[::2], strict=True)] == [True] * 6
    assert [re.search(r"→ (\d+)", line)[1] for line in lines[1::2]] == ["200"] * 4 + ["429", "200"]  # type: ignore[index]  # every line has one


def test_writes_plain_text_where_nobody_looks(shown: str) -> None:
    assert "\033" not in shown
