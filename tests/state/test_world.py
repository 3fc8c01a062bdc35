"""What the server's thread and the test's share: the verdict waits for replies that are still being chosen."""

from __future__ import annotations

import threading

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.world import World


def test_settles_once_every_reply_is_chosen() -> None:
    world = World(Settings())
    order: list[str] = []

    def settle() -> None:
        world.settle()
        order.append("settled")

    waiting = threading.Thread(target=settle)
    with world.pending_requests:
        waiting.start()
        order.append("decided")
    waiting.join(10)
    assert order == ["decided", "settled"]


def test_settles_at_once_where_nothing_came() -> None:
    assert World(Settings()).settle(timeout=3600)


def test_does_not_wait_for_ever_for_a_reply() -> None:
    world = World(Settings())
    with world.pending_requests:
        assert not world.settle(timeout=0.01)


def test_judges_when_the_replies_are_chosen(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("late")
    pending_requests = fake_openai._world.pending_requests
    pending_requests.__enter__()

    def choose() -> None:
        fake_openai.client.responses.create(model="gpt-4o", input="Hi")
        pending_requests.__exit__(None, None, None)

    client = threading.Thread(target=choose)
    client.start()
    fake_openai.check()
    client.join(10)
    assert fake_openai.requests.only.status == 200
