"""The command `fakeopenai`, run as a program."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

import pytest_fakeopenai
from pytest_fakeopenai import cli
from pytest_fakeopenai.clients import pool

from .programs import Program, started

RESPONDER = """
def plain(request):
    return f"plain {request.text}"

async def later(request):
    return f"later {request.text}"

def live(request):
    yield "one "
    with open("go") as fifo:  # blocks until the test opens its other end
        fifo.read()
    yield "two"

class Model:
    def answer(self, request):
        return f"method {request.text}"

model = Model()
number = 42
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with a module of responders."""
    (tmp_path / "mine.py").write_text(RESPONDER)
    return tmp_path


@pytest.fixture(autouse=True)
def close_pool_after_each_test() -> Iterator[None]:
    yield
    pool.close_pool()


def serve(*options: str, cwd: Path | None = None) -> Any:
    return started("pytest_fakeopenai", "serve", "--port", "0", *options, cwd=cwd)


def ask(url: str, text: str = "Hi") -> str:
    return pool.client(url).responses.create(model="gpt-4o", input=text).output_text


def stream(url: str, text: str) -> Iterator[str]:
    """The pieces of a streamed answer, as they come."""
    messages: Any = [{"role": "user", "content": text}]
    chunks: Any = pool.client(url).chat.completions.create(model="gpt-4o", messages=messages, stream=True, timeout=60)
    with chunks:
        for chunk in chunks:
            if piece := chunk.choices[0].delta.content:
                yield piece


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The module run as a program to its end."""
    command = [sys.executable, "-m", "pytest_fakeopenai", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=cwd)


def test_prints_its_url_and_answers_the_official_client() -> None:
    with serve() as program:
        url = program.wait_for_url()
        assert program.lines == [f"fakeopenai serves {url}/v1 (Ctrl-C stops it)\n"]
        assert (ask(url), ask(url, "again")) == ("Hi", "again")
        assert pool.client(url).models.retrieve("gpt-4o").id == "gpt-4o"


def test_assumes_that_ids_exist_where_it_is_told_to() -> None:
    with serve("--assume-exists") as program:
        assert pool.client(program.wait_for_url()).files.retrieve("file-in-production").id == "file-in-production"
    with serve() as program, pytest.raises(openai.NotFoundError):
        pool.client(program.wait_for_url()).files.retrieve("file-in-production")


def test_waits_before_the_first_piece_and_between_pieces() -> None:
    with serve("--first", "0.2", "--between", "0.1") as program:
        url = program.wait_for_url()
        began = time.perf_counter()
        times = [time.perf_counter() - began for _ in stream(url, "one two three four")]
    # The client may be late for a piece but never early, so that only sums from the start have a bound.
    assert len(times) == 4
    assert [elapsed >= 0.2 + 0.1 * index for index, elapsed in enumerate(times)] == [True] * 4


@pytest.mark.parametrize(
    ("name", "expected"), [("plain", "plain Hi"), ("later", "later Hi"), ("model.answer", "method Hi")]
)
def test_asks_the_responder_from_the_working_directory(folder: Path, name: str, expected: str) -> None:
    with serve("--responder", f"mine:{name}", cwd=folder) as program:
        assert ask(program.wait_for_url()) == expected


def test_streams_what_a_generator_yields_as_it_comes(folder: Path) -> None:
    os.mkfifo(folder / "go")
    with serve("--responder", "mine:live", cwd=folder) as program:
        pieces = stream(program.wait_for_url(), "Hi")
        assert next(pieces) == "one "
        (folder / "go").write_text("on")
        assert list(pieces) == ["two"]


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--responder", "mine"], "--responder takes MODULE:CALLABLE, got 'mine'"),
        (["--responder", ":plain"], "--responder takes MODULE:CALLABLE, got ':plain'"),
        (["--responder", "nowhere:plain"], "No module named 'nowhere'"),
        (["--responder", "mine:nothing"], "module 'mine' has no attribute 'nothing'"),
        (["--responder", "mine:number"], "--responder takes a callable, but mine:number is 42"),
        (["--port", "{taken}"], "Address already in use"),
        (["--port", "70000"], "0-65535"),
        (["--host", "192.0.2.1"], "Cannot assign requested address"),
        (["--between", "-1"], "Pace(between=) takes a number of seconds, zero or more, got -1.0"),
        (["--first", "nan"], "Pace(first=) takes a number of seconds, zero or more, got nan"),
        (["--port", "http"], "argument --port: invalid int value: 'http'"),
    ],
)
def test_ends_with_a_message_for_options_that_cannot_be(
    folder: Path,
    taken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    complaint: str,
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    try:
        status = cli.main(["serve", "--port", "0", *(option.format(taken=taken) for option in options)])
    except SystemExit as ended:  # what argparse refuses by itself
        status = int(ended.code or 0)
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert complaint in captured.err
    assert "Traceback" not in captured.err


def test_ends_as_a_program_with_a_message_alone(taken: str) -> None:
    ended = run("serve", "--port", taken)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"fakeopenai: .*[Aa]ddress already in use.*\n", ended.stderr)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("hanging", [False, True], ids=["idle", "hanging"])
def test_ends_in_order_when_it_is_told_to(number: int, hanging: bool) -> None:
    with serve("--between", "3600") as program:
        url = program.wait_for_url()
        pieces = stream(url, "one two")
        if hanging:
            assert next(pieces) == "one"
        assert status_and_rest(program, number) == (0, "")
        if hanging:
            with pytest.raises(Exception, match=r"(?i)connection error|peer closed|reset"):
                next(pieces)
        with pytest.raises(openai.APIConnectionError):
            pool.client(url).with_options(max_retries=0).models.list()


def status_and_rest(program: Program, number: int) -> tuple[int, str]:
    """How a program ends on a signal, and what it still says."""
    assert program.process.stdout is not None
    return program.stop(number), program.process.stdout.read()


def test_says_its_version() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{pytest_fakeopenai.__version__}\n", "")


def test_is_installed_as_a_command() -> None:
    command = shutil.which("fakeopenai", path=str(Path(sys.executable).parent))
    assert command is not None
    ended = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout) == (0, f"{pytest_fakeopenai.__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["dance"]])
def test_names_its_commands_to_who_knows_none(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: fakeopenai" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"), [(["--help"], ["serve", "demo"]), (["serve", "--help"], ["--between"])]
)
def test_explains_itself(arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert [word for word in words if word in text] == words
