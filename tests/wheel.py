"""Looks inside the built distributions: `python -m tests.wheel WHEEL SDIST`."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

_PACKAGE = Path("pytest_fakeopenai")
# What a source distribution holds beside the package: these folders whole, and these files.
_FOLDERS = ("docs", "tests")
_FILES = {
    ".ci/run",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "mkdocs.yml",
    "noxfile.py",
    "pyproject.toml",
}
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
    """The source distribution holds what is needed to build it, to test it and to build its documentation."""
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames() if "__pycache__" not in name}
    folders = {str(file) for folder in _FOLDERS for file in Path(folder).rglob("*") if _is_source(file)}
    if missing := (folders | _FILES) - names:
        raise SystemExit(f"{path}: no {sorted(missing)}")


def _is_source(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


if __name__ == "__main__":
    check_wheel(sys.argv[1])
    check_sdist(sys.argv[2])
