"""What reaches out that belongs to no test: it is stopped, no test fails for it, and a warning names it."""

from __future__ import annotations

import re

import pytest

from .support import Run, run

# Look-ups that leave are noted by what stands for a name server, which nothing has patched but for us.
HEAD = """
import atexit, json, os, pathlib, queue, socket, threading, time

REAL = socket.getaddrinfo
LEFT = pathlib.Path("left.txt")

def recorder(host, *args, **options):
    if host in ("127.0.0.1", "localhost"):
        return REAL(host, *args, **options)
    LEFT.write_text((LEFT.read_text() if LEFT.exists() else "") + f"{host}\\n")
    raise socket.gaierror(socket.EAI_NONAME, "recorded")

socket.getaddrinfo = recorder
FAULTS = []

def reach():
    try:
        openai.OpenAI(base_url="https://api.openai.com/v1", api_key="real", max_retries=0).models.list()
    except BaseException as error:
        FAULTS.append((type(error).__name__, type(error.__cause__).__name__, isinstance(error, Exception)))
        PATH.write_text(json.dumps(FAULTS))

PATH = pathlib.Path("faults.json")

class Exporter:
    def __init__(self):
        self.orders, self.done = queue.Queue(), queue.Queue()
        threading.Thread(target=self.work, name="exporter", daemon=True).start()

    def work(self):
        while True:
            self.orders.get()
            reach()
            self.done.put(None)

    def export(self):
        self.orders.put(None)
        self.done.get(timeout=30)
"""


def outer(pytester: pytest.Pytester, source: str, *options: str, ini: str = "") -> Run:
    """A run in a process of its own, to its very end."""
    return run(pytester, HEAD + source, *options, ini=ini, where="subprocess")


def left(pytester: pytest.Pytester) -> list[str]:
    """The names that were looked up in earnest."""
    path = pytester.path / "left.txt"
    return path.read_text().split() if path.exists() else []


def warned(result: Run) -> list[str]:
    """The threads that warnings name."""
    return re.findall(r"fake_openai: stopped thread '([^']+)'", result.output)


OLDER = """
exporter = Exporter()

@pytest.mark.parametrize("number", range(3))
def test_innocent(fake_openai, number):
    exporter.export()
    assert say(openai.OpenAI(), "Hi").choices[0].message.content == "Hi"
"""


@pytest.mark.parametrize("options", [(), ("-W", "error")])
def test_fails_no_test_for_a_thread_that_is_older(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    result = outer(pytester, OLDER, *options)

    assert result.outcomes.get("passed") == 3, result.output
    assert "failed" not in result.outcomes
    assert set(warned(result)) == {"exporter"}
    assert re.search(r"stopped thread 'exporter', at \S+test_it\.py:\d+, on its way to api\.openai\.com", result.output)
    assert (pytester.path / "faults.json").read_text().count('["APIConnectionError", "ConnectError", true]') == 3
    assert left(pytester) == []


BORN_IN_A_TEST = """
def test_first(fake_openai):
    global exporter
    exporter = Exporter()

def test_second(fake_openai):
    exporter.export()

def test_without_a_fake():
    exporter.export()
"""


def test_fails_no_test_for_a_thread_of_an_earlier_one(pytester: pytest.Pytester) -> None:
    result = outer(pytester, BORN_IN_A_TEST)

    assert result.outcomes.get("passed") == 3, result.output
    assert set(warned(result)) == {"exporter"}
    assert left(pytester) == []


OF_THE_TEST = """
def test_first(fake_openai):
    thread = threading.Thread(target=reach)
    thread.start()
    thread.join()
"""


def test_fails_the_test_whose_own_thread_it_is(pytester: pytest.Pytester) -> None:
    result = outer(pytester, OF_THE_TEST)

    assert result.outcomes == {"failed": 1}, result.output
    assert "fake_openai stopped OpenAI(base_url='https://api.openai.com/v1/')" in result.output
    assert left(pytester) == []


OF_A_POOL = """
import asyncio, contextvars
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)
pool.submit(int).result()

def test_first(fake_openai):
    pool.submit(contextvars.copy_context().run, reach).result()
"""


def test_fails_the_test_that_an_older_thread_works_for(pytester: pytest.Pytester) -> None:
    result = outer(pytester, OF_A_POOL)

    assert result.outcomes == {"failed": 1}, result.output
    assert left(pytester) == []


AT_EXIT = """
@atexit.register
def farewell():
    reach()

def test_first(fake_openai):
    global exporter
    exporter = Exporter()
    atexit.register(exporter.export)
"""


def test_stays_until_the_process_ends(pytester: pytest.Pytester) -> None:
    result = outer(pytester, AT_EXIT)

    assert result.outcomes == {"passed": 1}, result.output
    stderr = result.result.stderr.str()
    assert re.findall(r"FakeOpenAIWarning: fake_openai: stopped thread '(\w+)'", stderr) == ["exporter", "MainThread"]
    assert left(pytester) == []


LIVE = """
def test_first(fake_openai):
    pass

def test_live():
    reach()

def test_live_in_a_thread():
    thread = threading.Thread(target=reach)
    thread.start()
    thread.join()
"""


def test_lets_a_test_without_a_fake_go_where_it_likes(pytester: pytest.Pytester) -> None:
    result = outer(pytester, LIVE)

    assert result.outcomes == {"passed": 3}, result.output
    assert left(pytester) == ["api.openai.com"] * 2


AFTERWARDS = """
@pytest.fixture
def application():
    yield
    reach()

def test_first(application, fake_openai):
    pass

def test_second():
    with FakeOpenAI():
        pass
    reach()
"""


def test_lets_nothing_of_a_test_out_once_its_fake_is_over(pytester: pytest.Pytester) -> None:
    result = outer(pytester, AFTERWARDS)

    assert result.outcomes.get("passed") == 2, result.output
    assert set(warned(result)) == {"MainThread"}
    assert left(pytester) == []


UNGUARDED = """
@pytest.mark.fake_openai(guard=False)
def test_first(fake_openai):
    global exporter
    exporter = Exporter()
    reach()

def test_second():
    exporter.export()
"""


def test_lets_everything_pass_as_long_as_no_fake_guards(pytester: pytest.Pytester) -> None:
    result = outer(pytester, UNGUARDED)

    assert result.outcomes == {"passed": 2}, result.output
    assert left(pytester) == ["api.openai.com"] * 2


LONGER = """
@pytest.fixture(scope="module", autouse=True)
def fake(fake_openai_server):
    with fake_openai_server.open() as fake:
        yield fake
        with pytest.raises(VerdictError):
            fake.check()
        fake.reset()

def test_first():
    reach()

def test_second():
    reach()
"""


def test_guards_every_test_of_a_fake_of_a_longer_life(pytester: pytest.Pytester) -> None:
    result = outer(pytester, LONGER)

    assert result.outcomes == {"passed": 2}, result.output
    assert (pytester.path / "faults.json").read_text().count("EscapedClientError") == 2
    assert left(pytester) == []
