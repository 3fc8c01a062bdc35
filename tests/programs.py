"""Programs that tests start, read and stop."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_URL = re.compile(r"http://[\w.:\[\]]+")


class Program:
    """A program that serves: its URL is in the first line that has one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def wait_for_url(self) -> str:
        """The root of the URLs that it serves."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if match := _URL.search(line):
                return match[0]
        raise AssertionError(f"the program ended without a URL: {''.join(self.lines)}")

    def stop(self, number: int) -> int:
        """Send a signal; the status with which the program ends."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextlib.contextmanager
def started(*command: str, cwd: Path | None = None) -> Iterator[Program]:
    """A module of Python run as a program, gone when the block ends, and after two minutes in any case."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        with process:
            try:
                yield Program(process)
            finally:
                process.kill()
    finally:
        watchdog.cancel()


def complaints(stderr: str) -> list[str]:
    """What a program in development mode complains of; that a callback was slow tells of the machine alone."""
    return [line for line in stderr.splitlines() if not (line.startswith("Executing <") and line.endswith(" seconds"))]
