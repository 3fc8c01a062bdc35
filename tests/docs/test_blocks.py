"""The code blocks of the documentation, each run or checked as its kind is.

- `python`: a block with tests runs under pytest, any other as a program; with `title="Before…"` it shows another
  library and is compiled; with a file's name as title it is that file. `# openai 2 or later` as the first line names
  the release that it needs. Where a block imports a framework that is not installed it is skipped.
- `text`: with `title="Report"` lines of the report of the test above it, which fails; with any other title a picture.
- `ini`, `toml`: options, with which a test that uses the fixture passes.
- `js`: a program, run by a test of its page, and checked by `node` where that is there.
- `json`: parsed.
- `console`: commands behind a `$`, run in one folder with those files; see `console.py`.
- `sh`: the two commands of the README, which `.ci/run` begins with.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from .blocks import BLOCKS, FILES, PAGES, ROOT, Block, reported
from .console import Session, commands_of, matches

INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
KINDS = {"python", "text", "ini", "toml", "js", "json", "console", "sh"}
REPORTS = {test: report for page in PAGES for test, report in reported([b for b in BLOCKS if b.page == page]).items()}
PYTHON = [block for block in BLOCKS if block.kind == "python" and block not in REPORTS]
OWN = [block for block in PYTHON if not block.is_of_another_library]
SETTINGS = [block for block in BLOCKS if block.kind in ("ini", "toml")]


def place(block: Block) -> str:
    """The name of a block in the report of these tests."""
    return block.place


def name(page: Path) -> str:
    """The name of a page in the report of these tests."""
    return page.relative_to(ROOT).as_posix()


def console_blocks(page: Path) -> list[Block]:
    """The commands that a page shows."""
    return [block for block in BLOCKS if block.page == page and block.kind == "console"]


def add(pytester: pytest.Pytester, block: Block) -> int:
    """Make a block a module of tests; how many tests it has."""
    code = block.code
    if not block.tests:
        code = f"def test_block():\n{re.sub(r'^', '    ', code, flags=re.MULTILINE)}"
    stem = re.sub(r"\W", "_", block.place)
    pytester.makepyfile(**{f"test_{stem}": f"# {block.place}\n{code}"})
    return block.tests or 1


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    """Run what has been added, beside the files of all pages."""
    for file, code in FILES.items():
        (pytester.path / file).write_text(code, encoding="utf-8")
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")


def test_python_runs(pytester: pytest.Pytester) -> None:
    """All in one process, as the test modules of one project."""
    pytester.makeini(INI)
    blocks = [block for block in OWN if not block.is_file and not block.uses_framework and block.is_for_this_release]
    expected = sum(add(pytester, block) for block in blocks)
    outcomes = run(pytester).parseoutcomes()
    skipped = outcomes.pop("skipped", 0)
    assert outcomes == {"passed": expected - skipped}
    assert skipped <= sum(block.skips for block in blocks)


@pytest.mark.parametrize("block", [block for block in OWN if block.uses_framework and not block.is_file], ids=place)
def test_python_runs_with_its_framework(block: Block, pytester: pytest.Pytester) -> None:
    if block.missing:
        pytest.skip(f"{', '.join(block.missing)} is not installed")
    pytester.makeini(INI.replace("filterwarnings = error\n", ""))  # what frameworks warn of is theirs
    expected = add(pytester, block)
    run(pytester).assert_outcomes(passed=expected)


@pytest.mark.parametrize("block", PYTHON, ids=place)
def test_python_compiles(block: Block) -> None:
    compile(block.code, block.place, "exec")


@pytest.mark.parametrize("block", REPORTS, ids=place)
def test_a_report_reads_as_shown(block: Block, pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    add(pytester, block)
    output = run(pytester).stdout.str()
    shown = REPORTS[block].code
    assert matches(shown, output), f"the page:\n{shown}\nin truth:\n{output}"


@pytest.mark.parametrize("block", SETTINGS, ids=place)
def test_options_are_taken(block: Block, pytester: pytest.Pytester) -> None:
    file = "pytest.ini" if block.kind == "ini" else "pyproject.toml"
    (pytester.path / file).write_text(block.code, encoding="utf-8")
    pytester.makepyfile("def test_passes(fake_openai): pass")
    result = pytester.runpytest_subprocess("--strict-config", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=1)
    assert f"configfile: {file}" in result.stdout.str()


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind == "js"], ids=place)
def test_js_is_a_program_that_its_page_runs(block: Block, tmp_path: Path) -> None:
    assert block.is_file
    assert any(block.title in other.code for other in BLOCKS if other.page == block.page and other != block)
    if node := shutil.which("node"):
        (tmp_path / block.title).write_text(block.code, encoding="utf-8")
        subprocess.run([node, "--check", block.title], cwd=tmp_path, check=True)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind == "json"], ids=place)
def test_json_is_json(block: Block) -> None:
    assert json.loads(block.code)


@pytest.mark.parametrize("page", [page for page in PAGES if any(console_blocks(page))], ids=name)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    for file, code in FILES.items():
        (tmp_path / file).write_text(code, encoding="utf-8")
    with Session(tmp_path, free_port()) as session:
        for block in console_blocks(page):
            for command in commands_of(block.code):
                session.run(command)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_every_block_is_of_a_kind_that_is_run_or_checked() -> None:
    assert [block.place for block in BLOCKS if block.kind not in KINDS] == []
    fences = sum(len(re.findall(r"^\s*```", page.read_text(encoding="utf-8"), re.MULTILINE)) for page in PAGES)
    assert fences == 2 * len(BLOCKS)


def test_files_have_names_of_their_own() -> None:
    assert len(FILES) == sum(block.is_file for block in BLOCKS)


def test_every_report_stands_below_its_test() -> None:
    assert [block for block in BLOCKS if block.title == "Report"] == list(REPORTS.values())


def test_pictures_have_titles_and_fit_on_a_page() -> None:
    pictures = [block for block in BLOCKS if block.kind == "text" and block.title != "Report"]
    assert all(block.title for block in pictures)
    assert max(len(line) for block in pictures for line in block.code.splitlines()) <= 80


def test_the_readme_begins_with_the_two_commands_of_ci() -> None:
    assert [block.page.name for block in BLOCKS if block.kind == "sh"] == ["README.md", "README.md"]
