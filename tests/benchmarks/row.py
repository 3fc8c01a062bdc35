"""One row of a group, in this process: `python -m tests.benchmarks.row GROUP ROW` prints its figures as JSON."""

from __future__ import annotations

import json
import sys

from .catalogue import GROUPS

if __name__ == "__main__":
    _, group, row = sys.argv
    print(json.dumps(GROUPS[group].rows[row]()))
