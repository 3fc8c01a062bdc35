"""Fine-tuning: jobs, which run without training anything, and graders.

Reference: https://platform.openai.com/docs/api-reference/fine-tuning
"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import graders, jobs

_JOBS = "/fine_tuning/jobs"
_JOB = f"{_JOBS}/{{fine_tuning_job_id}}"
_GRADERS = "/fine_tuning/alpha/graders"

ROUTES = [
    Operation("POST", _JOBS, "fine_tuning.jobs.create", operate(jobs.create)),
    Operation("GET", _JOBS, "fine_tuning.jobs.list", operate(jobs.list_jobs)),
    Operation("GET", _JOB, "fine_tuning.jobs.retrieve", operate(jobs.retrieve)),
    Operation("GET", f"{_JOB}/events", "fine_tuning.jobs.list_events", operate(jobs.retrieve)),
    Operation("GET", f"{_JOB}/checkpoints", "fine_tuning.jobs.checkpoints.list", operate(jobs.retrieve)),
    Operation("POST", f"{_JOB}/cancel", "fine_tuning.jobs.cancel", operate(jobs.cancel)),
    Operation("POST", f"{_JOB}/pause", "fine_tuning.jobs.pause", operate(jobs.pause)),
    Operation("POST", f"{_JOB}/resume", "fine_tuning.jobs.resume", operate(jobs.resume)),
    Operation("POST", f"{_GRADERS}/run", "fine_tuning.alpha.graders.run", operate(graders.run)),
    Operation("POST", f"{_GRADERS}/validate", "fine_tuning.alpha.graders.validate", operate(graders.validate)),
]
