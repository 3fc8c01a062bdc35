"""The command `fakeopenai`, run as a program."""

from __future__ import annotations

import http.client
import json
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
from urllib.parse import urlsplit

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


# Who is served


def request(url: str, method: str = "GET", path: str = "/v1/models", **headers: str) -> tuple[int, dict[str, str], str]:
    """The status, headers and body of an answer to a plain request."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


@pytest.fixture(scope="module")
def local() -> Iterator[str]:
    """A server that listens to this machine alone, with a further host and a further origin."""
    options = "--allow-host", "fake.test", "--allow-origin", "https://app.example"
    with serve(*options) as program:
        yield program.wait_for_url()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:8000"}, 200),
        ({"host": "LOCALHOST."}, 200),
        ({"host": "[::1]:80"}, 200),
        ({"host": "127.9.9.9"}, 200),
        ({"host": "api.localhost"}, 200),
        ({"host": "fake.test:8000"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "localhost.evil.example"}, 403),
        ({"host": "192.168.1.5:8000"}, 403),
        ({"host": "[::1"}, 403),
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "https://127.0.0.1"}, 200),
        ({"origin": "https://app.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://app.example.evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_serves_this_machine_alone(local: str, headers: dict[str, str], status: int) -> None:
    actual, answer_headers, body = request(local, **headers)

    assert actual == status
    if status == 403:
        error = json.loads(body)["error"]
        assert error["type"] == "invalid_request_error"
        assert next(iter(headers.values())) in error["message"]
        assert ("--allow-host" in error["message"]) is ("host" in headers)
        assert "access-control-allow-origin" not in answer_headers


def test_lets_pages_of_its_origins_send_what_they_like(local: str) -> None:
    asks = {"access_control_request_method": "POST", "access_control_request_headers": "authorization,x-stainless-os"}
    status, headers, body = request(local, "OPTIONS", "/v1/chat/completions", origin="http://localhost:3000", **asks)

    assert (status, body, headers["access-control-allow-origin"]) == (204, "", "*")
    assert "POST" in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"] == "authorization,x-stainless-os"
    assert request(local, "OPTIONS", "/v1/models", origin="https://evil.example", **asks)[0] == 403


def test_warns_where_it_listens_to_others() -> None:
    with serve("--host", "0.0.0.0") as program:
        url = program.wait_for_url().replace("0.0.0.0", "127.0.0.1")
        assert request(url, host="anything.example")[0] == 200
        assert request(url, origin="https://anything.example")[0] == 200
    assert program.lines[0] == "fakeopenai: warning: whoever reaches 0.0.0.0 can use this server\n"


def test_is_healthy_without_a_key(local: str) -> None:
    assert request(local, path="/health")[::2] == (200, '{"status":"ok"}')
    assert request(local, "HEAD", "/health")[::2] == (200, "")
    assert request(local, "POST", "/health")[0] == 404


def test_takes_the_keys_and_models_that_it_is_given() -> None:
    with serve("--api-key", "sk-one,sk-two", "--models", "gpt-5 my-own") as program:
        url = program.wait_for_url()
        statuses = [request(url, **headers)[0] for headers in ({}, {"authorization": "Bearer sk-no"})]
        mine = openai.OpenAI(api_key="sk-two", base_url=f"{url}/v1", http_client=pool.http())
        assert statuses == [401, 401]
        assert mine.responses.create(model="my-own", input="Hi").output_text == "Hi"
        with pytest.raises(openai.NotFoundError):
            mine.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        assert request(url, path="/health")[0] == 200


def test_prints_a_line_for_each_request() -> None:
    with serve("--verbose") as program:
        url = program.wait_for_url()
        ask(url)
        request(url, path="/v1/nothing")
        first, second = status_and_rest(program, signal.SIGTERM)[1].splitlines()
    assert re.fullmatch(r"POST /v1/responses 200 \d+ ms", first)
    assert re.fullmatch(r"GET /v1/nothing 404 \d+ ms", second)


def test_prints_nothing_else() -> None:
    with serve() as program:
        url = program.wait_for_url()
        upgrade = {"connection": "Upgrade", "upgrade": "websocket", "sec_websocket_version": "13"}
        assert request(url, path="/v1/realtime?model=gpt-realtime", **upgrade)[0] >= 400
        assert status_and_rest(program, signal.SIGTERM) == (0, "")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1 / 0", r"ZeroDivisionError: division by zero \(.*broken\.py, line 1\)"),
        ("import sys\nsys.exit('no')", r"SystemExit: no \(.*broken\.py, line 2\)"),
        ("def", r"SyntaxError: .*\(broken\.py, line 1\)"),
        ("import nowhere", r"ModuleNotFoundError: No module named 'nowhere' \(.*broken\.py, line 1\)"),
    ],
)
def test_tells_what_is_wrong_with_the_module_of_a_responder(tmp_path: Path, source: str, complaint: str) -> None:
    (tmp_path / "broken.py").write_text(source)
    ended = run("serve", "--port", "0", "--responder", "broken:respond", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(rf"fakeopenai: cannot load the module of --responder: {complaint}\n", ended.stderr)
