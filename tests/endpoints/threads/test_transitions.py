"""The verbs of a run, and the statuses in which each may be."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.endpoints.threads.run import ACTIVE, TRANSITIONS, Run, new_body
from pytest_fakeopenai.state.store import Collection
from pytest_fakeopenai.wire.protocol.ids import Ids

STATUSES = [*ACTIVE, "completed", "incomplete", "failed", "expired", "cancelled"]


def run(status: str) -> Run:
    """A run with this status."""
    body = {**new_body("run_1", 0, "thread_1", {"assistant_id": "asst_1"}), "status": status}
    return Run(Ids(), body, {}, steps=Collection(KeyError), messages=Collection(KeyError))


@pytest.mark.parametrize("verb", TRANSITIONS)
@pytest.mark.parametrize("status", STATUSES)
def test_goes_where_its_verb_leads_from_where_it_may(verb: str, status: str) -> None:
    changed = run(status)
    if status in TRANSITIONS[verb].sources:
        assert changed._apply(verb).name == f"thread.run.{TRANSITIONS[verb].target}"
        assert changed.body["status"] == TRANSITIONS[verb].target
    else:
        with pytest.raises(RuntimeError, match=f"a run cannot {verb} while it is {status}"):
            changed._apply(verb)


def test_leaves_no_status_out() -> None:
    assert {transition.target for transition in TRANSITIONS.values()} == set(STATUSES)


@pytest.mark.parametrize("status", [status for status in STATUSES if status not in ACTIVE])
def test_stays_as_it_has_ended(status: str) -> None:
    assert not any(status in transition.sources for transition in TRANSITIONS.values())
