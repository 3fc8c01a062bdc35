"""Install frameworks, each in an environment of its own, and run what tests them and the recipes that show them.

    python -m tests.frameworks FOLDER [NAME …]

FOLDER keeps the environments from one run to the next. Without names all frameworks are tried. The exit status tells
whether every one passed.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/requirements.txt"))
RECIPES = "tests/docs/test_blocks.py::test_python_runs_with_its_framework"

# What frameworks warn of is theirs; what the fake warns of fails.
OPTIONS = ["-q", "-p", "no:cacheprovider", "-o", "filterwarnings=error::pytest_fakeopenai.FakeOpenAIWarning"]


def main(folder: Path, names: Sequence[str]) -> int:
    """Try each framework; the exit status."""
    if unknown := set(names) - set(NAMES):
        print(f"There is no {', '.join(sorted(unknown))} here; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    failed = [name for name in names or NAMES if not passes(folder, name)]
    print(f"{len(names or NAMES) - len(failed)} frameworks passed; failed: {', '.join(failed) or 'none'}")
    return int(bool(failed))


def passes(folder: Path, name: str) -> bool:
    """Whether a framework can be installed and its tests pass."""
    print(f"\n=== {name}", flush=True)
    python = prepare(folder / name, name)
    return python is not None and run(python, name) == 0


def prepare(environment: Path, name: str) -> Path | None:
    """The interpreter of an environment with this package and the framework; None where it cannot be installed."""
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
    requirements = Path(__file__).parent / name / "requirements.txt"
    command = [str(python), "-m", "pip", "install", "-q", "-e", f"{ROOT}[test]", "-r", str(requirements)]
    return python if subprocess.run(command).returncode == 0 else None


def run(python: Path, name: str) -> int:
    """Run the framework's tests, and the recipes of the documentation that import it; pytest's exit status."""
    tests = [f"tests/frameworks/{name}", RECIPES]
    return subprocess.run([str(python), "-m", "pytest", *OPTIONS, *tests], cwd=ROOT).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).absolute(), sys.argv[2:]))
