"""The official SDK's own tests, unmodified, against `fakeopenai serve --assume-exists`.

    python -m tests.official FOLDER [pytest arguments]

They come with the SDK's source distribution. FOLDER keeps it, and a virtual environment with that very release and this
package, from one run to the next. The exit status tells whether as many tests passed as ever did.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

VERSION = "3.54.0"
# All that ask a server, and all that do not; thirty skip themselves (downloads mocked where aiohttp is used).
PASSED = 8572
ROOT = Path(__file__).parents[2]
NEEDED = [f"openai[aiohttp]=={VERSION}", "pytest-asyncio>=1.4", "pytest-xdist>=3.6", "rich>=13.7"]


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Prepare, serve, run; the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    python, source = prepare(folder), unpack(folder)
    with serving(python) as url:
        output = run(python, source, url, arguments)
    passed, failed = counted(output, "passed"), counted(output, "failed") + counted(output, "error")
    print(f"openai {VERSION}: {passed} passed, {failed} failed; {PASSED} pass where nothing is amiss")
    return int(failed > 0 or (not arguments and passed < PASSED))


def prepare(folder: Path) -> Path:
    """The interpreter of an environment with this package and what the SDK's tests need."""
    python = folder / "environment" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "environment", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-e", str(ROOT), *NEEDED], check=True)
    return python


def unpack(folder: Path) -> Path:
    """The SDK's source distribution."""
    source = folder / f"openai-{VERSION}"
    if not source.exists():
        fetch = ["download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder), f"openai=={VERSION}"]
        subprocess.run([sys.executable, "-m", "pip", *fetch], check=True)
        with tarfile.open(folder / f"openai-{VERSION}.tar.gz") as archive:
            archive.extractall(folder)
    return source


@contextlib.contextmanager
def serving(python: Path) -> Iterator[str]:
    """The base URL of a server for which every id exists."""
    command = [str(python), "-m", "pytest_fakeopenai", "serve", "--port", "0", "--assume-exists"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            yield line.split()[2]
        finally:
            server.terminate()


def run(python: Path, source: Path, url: str, arguments: Sequence[str]) -> str:
    """What pytest prints of the SDK's tests; their own settings stay, but for the number of workers."""
    command = [str(python), "-m", "pytest", "-o", "addopts=", "-q", "--tb=line", "-n", "2", "--dist", "loadfile"]
    command += ["-p", "no:cacheprovider", "-p", "no:fakeopenai", *(arguments or ["tests/api_resources"])]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "AZURE_OPENAI_"))}
    environment = {**inherited, "TEST_API_BASE_URL": url, "DEFER_PYDANTIC_BUILD": "false", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(command, cwd=source, env=environment, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    print("\n".join([*(line for line in lines if line.startswith(("FAILED", "ERROR", "/"))), *lines[-1:]]))
    return lines[-1] if lines else ""


def counted(summary: str, outcome: str) -> int:
    """How many tests had an outcome, by pytest's last line."""
    match = re.search(rf"(\d+) {outcome}", summary)
    return int(match[1]) if match else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
