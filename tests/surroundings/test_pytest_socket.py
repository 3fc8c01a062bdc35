"""pytest-socket: nobody may make a socket, or reach a host that is not allowed."""

from __future__ import annotations

import pytest

from ..plugin.support import run

pytest.importorskip("pytest_socket")

WITHIN = """
from tests.surroundings.scenario import exercise, exercise_async
"""
FORBIDDEN = (
    WITHIN
    + """
import asyncio, socket

def test_sync(fake_openai):
    with pytest.raises(Exception, match="socket"):
        socket.socket()
    exercise(fake_openai)

def test_again(fake_openai):
    exercise(fake_openai)

@pytest.mark.enable_socket
def test_async(fake_openai):
    asyncio.run(exercise_async(fake_openai))

@pytest.mark.enable_socket
def test_looks_names_up_as_ever():
    assert socket.getaddrinfo("127.0.0.1", 80)
"""
)


def test_is_served_in_memory_where_every_socket_is_forbidden(pytester: pytest.Pytester) -> None:
    options = ("--disable-socket", "-W", "ignore:A test tried to use socket")
    result = run(pytester, FORBIDDEN, *options, ini="fake_openai_transport = memory", where="subprocess")

    assert result.outcomes.get("passed") == 4, result.output
    assert "failed" not in result.outcomes


LOOPS = (
    WITHIN
    + """
@pytest.mark.asyncio
async def test_async(fake_openai):
    await exercise_async(fake_openai)
"""
)


def test_is_served_in_memory_in_a_loop_of_unix_sockets(pytester: pytest.Pytester) -> None:
    options = ("--disable-socket", "--allow-unix-socket")
    result = run(pytester, LOOPS, *options, ini="fake_openai_transport = memory", where="subprocess")

    assert result.outcomes == {"passed": 1}, result.output


ALLOWED = (
    WITHIN
    + """
import asyncio

def test_sync(fake_openai):
    exercise(fake_openai)

def test_async(fake_openai):
    asyncio.run(exercise_async(fake_openai))

def test_application(fake_openai):
    with openai.OpenAI() as client:
        exercise(fake_openai, client)
"""
)


def test_is_served_on_a_socket_where_the_loopback_is_allowed(pytester: pytest.Pytester) -> None:
    result = run(pytester, ALLOWED, "--allow-hosts=127.0.0.1", where="subprocess")

    assert result.outcomes == {"passed": 3}, result.output


ONE_TEST = (
    WITHIN
    + """
@pytest.mark.disable_socket
def test_forbidden(fake_openai):
    with pytest.raises(Exception, match="tried to use socket|Connection error"):
        openai.OpenAI(max_retries=0).models.list()

def test_next(fake_openai):
    exercise(fake_openai)
"""
)


def test_spoils_no_other_test_where_the_first_may_make_no_socket(pytester: pytest.Pytester) -> None:
    result = run(pytester, ONE_TEST, "-W", "ignore:A test tried to use socket", where="subprocess")

    assert result.outcomes.get("passed") == 2, result.output
    assert "failed" not in result.outcomes
