"""Tracing that is on: its exporter fails no test, and nothing leaves the machine, at exit neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUITE = """
import pathlib, socket, time

LOOK_UP = socket.getaddrinfo

def recorder(host, *args, **options):
    if host in ("127.0.0.1", "localhost"):
        return LOOK_UP(host, *args, **options)
    with pathlib.Path("left.txt").open("a") as file:
        file.write(f"{host}\\n")
    raise socket.gaierror(socket.EAI_NONAME, "recorded")

socket.getaddrinfo = recorder

import agents, pytest
from agents.tracing import set_tracing_disabled

set_tracing_disabled(False)
agents.set_tracing_export_api_key("real")

@pytest.mark.parametrize("number", range(4))
def test_agent(fake_openai, number):
    fake_openai.script("Hello!")
    provider = agents.OpenAIProvider(openai_client=fake_openai.async_client)
    config = agents.RunConfig(model_provider=provider)
    result = agents.Runner.run_sync(agents.Agent(name="a", model="gpt-4o"), "Hi", run_config=config)
    assert result.final_output == "Hello!"
    time.sleep(2)
"""


def test_fails_no_test_and_reaches_nobody(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_it.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    assert "4 passed" in ended.stdout, ended.stdout + ended.stderr
    assert "stopped thread" in ended.stdout + ended.stderr
    assert "agents/tracing" in ended.stdout + ended.stderr
    assert not (tmp_path / "left.txt").exists()
