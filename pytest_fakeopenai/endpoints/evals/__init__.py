"""Evals and their runs.

Reference: https://platform.openai.com/docs/api-reference/evals
"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import definitions, runs

_RUNS = "/evals/{eval_id}/runs"
_RUN = f"{_RUNS}/{{run_id}}"
_ITEMS = f"{_RUN}/output_items"

ROUTES = [
    Operation("POST", "/evals", "evals.create", operate(definitions.create)),
    Operation("POST", _RUNS, "evals.runs.create", operate(runs.create)),
    Operation("GET", _RUNS, "evals.runs.list", operate(runs.list_runs)),
    Operation("GET", _RUN, "evals.runs.retrieve", operate(runs.retrieve)),
    Operation("POST", _RUN, "evals.runs.cancel", operate(runs.cancel)),  # as the API's description has it
    Operation("POST", f"{_RUN}/cancel", "evals.runs.cancel", operate(runs.cancel)),  # as the SDK has it
    Operation("GET", _ITEMS, "evals.runs.output_items.list", operate(runs.retrieve)),
    Operation("GET", f"{_ITEMS}/{{output_item_id}}", "evals.runs.output_items.retrieve", operate(runs.retrieve)),
]
