"""The life of a fake: active inside its with-block, judged at its end, readable afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIWarning, ToolCall, VerdictError

from ..programs import complaints

MESSAGES: Any = [{"role": "user", "content": "Hi"}]


def say(client: openai.OpenAI) -> str | None:
    """The answer of chat completions to one message."""
    return client.chat.completions.create(model="gpt-5", messages=MESSAGES).choices[0].message.content


NEEDS_LIFE: dict[str, Callable[[FakeOpenAI], object]] = {
    "base_url": lambda fake: fake.base_url,
    "client": lambda fake: fake.client,
    "async_client": lambda fake: fake.async_client,
    "azure_client": lambda fake: fake.azure_client,
    "async_azure_client": lambda fake: fake.async_azure_client,
    "adopt": lambda fake: fake.adopt(openai.OpenAI(api_key="sk")),
}


@pytest.mark.parametrize("use", NEEDS_LIFE.values(), ids=NEEDS_LIFE)
def test_says_how_to_become_active(use: Callable[[FakeOpenAI], object]) -> None:
    fake = FakeOpenAI()
    with pytest.raises(RuntimeError, match="not active: use it as `with FakeOpenAI"):
        use(fake)
    with fake:
        use(fake)
    with pytest.raises(RuntimeError, match="not active: use it as `with FakeOpenAI"):
        use(fake)


def test_cannot_be_entered_twice_at_once() -> None:
    with FakeOpenAI() as fake, pytest.raises(RuntimeError, match="active already"):
        fake.__enter__()


def test_keeps_its_record_after_its_end() -> None:
    with FakeOpenAI() as fake:
        fake.script("one")
        say(fake.client)

    assert fake.requests.only.text == "Hi"
    assert fake.transcript.startswith("1. POST /v1/chat/completions, model 'gpt-5', text 'Hi'\n   → 200, Text('one')")
    assert repr(fake) == "<FakeOpenAI not active, 1 requests>"


def test_says_where_it_is() -> None:
    with FakeOpenAI() as fake:
        assert repr(fake) == f"<FakeOpenAI at {fake.base_url.removesuffix('/v1')}, 0 requests>"


@pytest.mark.parametrize("fault", [None, KeyError("row")], ids=["verdict", "fault"])
def test_ends_with_the_first_fault_and_serves_no_more(fault: Exception | None) -> None:
    fake = FakeOpenAI()

    def leave_one() -> None:
        with fake:
            fake.script("left")
            if fault is not None:
                raise fault

    with pytest.raises(VerdictError if fault is None else KeyError) as caught:
        leave_one()

    assert caught.value is fault or fault is None
    assert repr(fake) == "<FakeOpenAI not active, 0 requests>"


def test_judges_on_demand_and_forgets_on_demand() -> None:
    with FakeOpenAI() as fake:
        fake.check()
        fake.script("one")
        with pytest.raises(VerdictError, match="1 scripted reply was never asked for"):
            fake.check()
        assert say(fake.client) == "one"
        fake.check()
        fake.script("left")
        fake.reset()
        assert len(fake.requests) == 0
        assert say(fake.client) == "Hi"


def test_warns_once_of_each_misfit_when_judged() -> None:
    with FakeOpenAI(validation="warn") as fake:
        fake.script(ToolCall("lookup"))
        say(fake.client)
        with pytest.warns(FakeOpenAIWarning) as caught:
            fake.check()
        fake.check()

    assert len(caught) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unused": "alow"}, "unused= takes 'fail' or 'allow', got 'alow'"),
        ({"guard": "false"}, "guard= takes True or False, got 'false'"),
    ],
)
def test_refuses_a_wrong_value(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FakeOpenAI(**options)


def test_refuses_a_pace_that_is_none() -> None:
    with FakeOpenAI() as fake, pytest.raises(TypeError, match=r"pace takes a Pace, got 0\.1"):
        fake.pace = 0.1  # type: ignore[assignment]  # wrong on purpose


def test_shares_one_server_that_ends_with_its_last_holder() -> None:
    script = """
        import threading
        from pytest_fakeopenai import FakeOpenAI

        def servers():
            return sum(thread.name == "fake-openai" for thread in threading.enumerate())

        first, second = FakeOpenAI(), FakeOpenAI()
        counts = [servers()]
        first.__enter__()
        second.__enter__()
        port = [fake.base_url.split("/")[2] for fake in (first, second)]
        counts.append(servers())
        first.__exit__(None, None, None)
        counts.append(servers())
        assert second.client.responses.create(model="gpt-5", input="Hi").output_text == "Hi"
        second.__exit__(None, None, None)
        counts.append(servers())
        with first:
            assert first.client.responses.create(model="gpt-5", input="Ho").output_text == "Ho"
            counts.append(servers())
        print(port[0] == port[1], *counts, servers())
    """
    command = [sys.executable, "-X", "dev", "-c", dedent(script)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)

    assert (result.stdout, complaints(result.stderr)) == ("True 0 1 1 0 1 0\n", [])


def test_is_as_strict_where_python_leaves_assertions_out() -> None:
    program = "import pytest_fakeopenai; pytest_fakeopenai.FakeOpenAI().base_url"
    ended = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False)

    assert ended.stderr.endswith("use it as `with FakeOpenAI() as fake:`\n")
