"""Looks inside the built distributions: `python -m tests.wheel WHEEL SDIST`."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

_PACKAGE = Path("pytest_fakeopenai")
_ENTRY_POINTS = ("fakeopenai = pytest_fakeopenai.plugin", "fakeopenai = pytest_fakeopenai.cli:main")


def check_wheel(path: str) -> None:
    """The wheel holds every module of the package, its types and entry points, and nothing else."""
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        declared = wheel.read(entry_points).decode()
    modules = {str(file) for file in _PACKAGE.rglob("*") if file.suffix == ".py" or file.name == "py.typed"}
    packaged = {name for name in names if ".dist-info/" not in name}
    if packaged != modules:
        raise SystemExit(f"{path}: the wheel's files differ from the package's: {sorted(packaged ^ modules)}")
    for line in _ENTRY_POINTS:
        if line not in declared:
            raise SystemExit(f"{path}: no entry point {line!r}")


def check_sdist(path: str) -> None:
    """The source distribution holds what is needed to build and test it."""
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for needed in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", "tests/conftest.py"):
        if needed not in names:
            raise SystemExit(f"{path}: no {needed}")


if __name__ == "__main__":
    check_wheel(sys.argv[1])
    check_sdist(sys.argv[2])
