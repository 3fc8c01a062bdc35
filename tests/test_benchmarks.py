"""The benchmarks: from figures to a verdict, and that a row of each kind still runs. Nothing here is timed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

from .benchmarks import __main__ as benchmarks
from .benchmarks import groups, suites, table
from .benchmarks.answers import answer, sparse
from .benchmarks.cases import completion
from .benchmarks.catalogue import GROUPS
from .benchmarks.clock import latency, times
from .benchmarks.constant import TEXT, Limit, client, floor, running, split
from .benchmarks.groups import Goal, Group, Round
from .benchmarks.http_requests import post_once

CALL = Goal("a call", "fake", "p50", 1.5, 1.1)
ERRORS = Goal("errors", "fake", "errors", 0, 0, reference=None, always=True)
STOP = Goal("stop", "fake", "stop", 0.005, 0.001, reference=None)
MEASUREMENTS: list[Round] = [
    {"limit": {"p50": 1.0}, "fake": {"p50": 1.2, "errors": 0.0, "stop": 0.002}},
    {"limit": {"p50": 2.0}, "fake": {"p50": 2.0, "errors": 1.0, "stop": 0.004}},
    {"limit": {"p50": 4.0}, "fake": {"p50": 8.0, "errors": 0.0, "stop": 0.0005}},
]
GROUP = Group("sample", "a sample", {"limit": dict, "fake": dict}, (CALL, ERRORS, STOP))


def test_divides_by_the_reference_of_the_same_round() -> None:
    assert table.ratio(MEASUREMENTS, "fake", "p50", "limit") == table.Measured(1.2, 1.0, 2.0, 2.0)


def test_takes_a_figure_as_it_is_without_a_reference() -> None:
    assert table.measured(STOP, MEASUREMENTS) == table.Measured(0.002, 0.0005, 0.004, 0.004)


def test_shows_the_quartiles_around_the_median() -> None:
    assert table.Measured.of([5, 1, 4, 2, 3, 8, 6, 7]) == table.Measured(4.5, 3, 6, 8)


@pytest.mark.parametrize(
    ("target", "aim", "verdict"), [(1.2, 1.2, "tried for"), (1.2, 1.1, "met"), (1.19, 1.1, "MISSED")]
)
def test_holds_the_median_against_the_goal(target: float, aim: float, verdict: str) -> None:
    assert table.verdict(Goal("a call", "fake", "p50", target, aim), MEASUREMENTS) == verdict


def test_holds_the_worst_round_against_a_goal_that_is_always_to_be_reached() -> None:
    assert table.reached(ERRORS, MEASUREMENTS) == 1
    assert table.verdict(ERRORS, MEASUREMENTS) == "MISSED"


@pytest.mark.parametrize(
    ("value", "text"), [(2, "2 s"), (0.5, "500 ms"), (0.04, "40 ms"), (0.0002, "200 us"), (5e-8, "0.05 us")]
)
def test_says_a_time_in_the_unit_that_suits_it(value: float, text: str) -> None:
    assert table.formatted(value, is_time=True) == text


def test_prints_a_line_for_each_goal() -> None:
    lines = [" ".join(line.split()) for line in table.goal_lines(GROUP, MEASUREMENTS)]

    assert lines == [
        "a call 1.5 1.1 1.2 1 to 2 met",
        "errors 0 0 1 0 to 1 MISSED",
        "stop 5 ms 1 ms 2 ms 500 us to 4 ms met",
    ]


def test_prints_a_line_for_each_row_and_figure() -> None:
    title, *lines = table.row_lines(GROUP, MEASUREMENTS)

    assert title == "sample: a sample"
    assert [" ".join(line.split()) for line in lines] == [
        "limit p50 2 s 1.000",
        "fake p50 2 s 1.200",
        "fake errors 0",
        "fake stop 2 ms",
    ]


def test_begins_each_round_with_another_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_figures", lambda group, row: {})

    orders = groups.measure(Group("sample", "", dict.fromkeys("abc", dict), ()), 4)

    assert ["".join(each) for each in orders] == ["abc", "bca", "cab", "abc"]


def test_lets_rows_keep_what_python_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("ANOTHER", "2")

    assert "PYTHONDONTWRITEBYTECODE" not in groups._environment()
    assert groups._environment()["ANOTHER"] == "2"


def test_tells_why_a_row_failed() -> None:
    with pytest.raises(RuntimeError, match=r"the row 'nobody' of 'chat' failed:(.|\n)*KeyError: 'nobody'"):
        groups._figures("chat", "nobody")


@pytest.mark.parametrize("name", GROUPS)
def test_demands_only_what_rows_can_give(name: str) -> None:
    group = GROUPS[name]

    assert group.name == name
    assert group.goals
    for goal in group.goals:
        assert {goal.row, goal.reference or goal.row} <= set(group.rows)
        assert goal.aim <= goal.target


def test_runs_a_group_and_prints_its_figures_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = GROUPS["stop"]
    row = Group("stop", stop.title, {"limit": stop.rows["limit"]}, (Goal("stop", "limit", "stop", 60, 60, None),))
    monkeypatch.setitem(GROUPS, "stop", row)

    status = benchmarks.main(["--only", "stop", "--rounds", "1", "--json"])

    (measured,) = json.loads(capsys.readouterr().out)["stop"]
    assert status == 0
    assert measured["limit"]["stop"] > 0


def test_prints_the_table_and_fails_where_a_goal_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(GROUPS, "chat", GROUP)
    monkeypatch.setattr(benchmarks, "measure", lambda group, count: MEASUREMENTS[:count])

    assert benchmarks.main(["--only", "chat", "--rounds", "2"]) == 1

    printed = capsys.readouterr()
    assert " ".join(printed.out.splitlines()[0].split()) == "measure target try for measured quartiles"
    assert printed.out.splitlines()[2].endswith("MISSED")
    assert printed.err.startswith("sample: a sample")


def test_takes_down_what_the_fake_says() -> None:
    headers, body = split(answer("chat"))
    lean, same = split(sparse(answer("chat")))

    assert json.loads(body)["choices"][0]["message"]["content"] == TEXT
    assert headers["content-length"] == str(len(body))
    assert set(lean) == {"content-type", "content-length"}
    assert same == body


@pytest.mark.parametrize("surface", ["chat", "responses"])
def test_takes_down_a_stream_in_one_piece(surface: str) -> None:
    headers, body = split(answer(surface, streamed=3))

    assert headers["content-length"] == str(len(body))
    assert "transfer-encoding" not in headers
    assert body.count(b" word") >= 3


def test_serves_constant_bytes_to_the_official_client() -> None:
    completion_bytes = answer("chat")
    with running(Limit(completion_bytes)) as url, client(url) as sdk_client:
        assert completion.completion_text(sdk_client) == TEXT
    assert completion.completion_text(floor(completion_bytes)) == TEXT


def test_refuses_an_answer_that_is_an_error() -> None:
    server = Limit(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno")
    with running(server) as url, pytest.raises(RuntimeError, match="answered 400: b'no'"):
        post_once(f"{url}/v1/chat/completions", {})


def test_does_not_count_what_only_warms() -> None:
    done: list[int] = []

    assert len(times(lambda: done.append(1), 3, warm=2)) == 3
    assert len(done) == 5
    assert set(latency(lambda: None, 10)) == {"p50", "p95"}


_TWO_OF_EACH = """
import sys, pytest
from tests.benchmarks import answers, suites
stopwatch = suites.Stopwatch(answers.answer("chat"))
status = pytest.main([*sys.argv[1:], "-k", "[0] or [1]"], plugins=[stopwatch])
print(int(status), len(stopwatch.taken), all(stopwatch.taken.values()), stopwatch.whole > 0)
"""


def test_passes_and_times_every_case() -> None:
    programs = {"__init__.py", "completion.py", "first_use.py"}
    peers = {case for name, case in suites.PEERS.items() if importlib.util.find_spec(name) is None}
    cases = [str(path) for path in sorted(suites.CASES.glob("*.py")) if path.name not in programs | peers]

    done = subprocess.run([sys.executable, "-c", _TWO_OF_EACH, *cases], capture_output=True, text=True, check=False)

    assert len(cases) >= 8
    assert done.stdout.splitlines()[-1] == f"0 {2 * len(cases)} True True", done.stdout + done.stderr
