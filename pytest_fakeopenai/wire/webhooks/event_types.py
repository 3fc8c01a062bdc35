"""The types of the events that webhooks deliver.

Reference: https://platform.openai.com/docs/api-reference/webhook-events
"""

from __future__ import annotations

# Those that an endpoint can be subscribed to, in the order in which the API lists them.
SUBSCRIBABLE = (
    "batch.completed",
    "batch.failed",
    "batch.expired",
    "batch.cancelled",
    "response.completed",
    "response.failed",
    "response.cancelled",
    "response.incomplete",
    "eval.run.succeeded",
    "eval.run.failed",
    "eval.run.canceled",
    "fine_tuning.job.succeeded",
    "fine_tuning.job.failed",
    "fine_tuning.job.cancelled",
    "realtime.call.incoming",
    "video.completed",
    "video.failed",
    "agent.environment.ready",
    "agent.environment.failed",
    "agent.environment.suspended",
    "agent.environment.expired",
    "agent.session.created",
    "agent.session.action_required",
    "agent.session.in_progress",
    "agent.session.idle",
    "agent.session.failed",
    "safety.alert.created",
)
EVENT_TYPES = {
    *SUBSCRIBABLE,
    "live.call.incoming",
    "live.transport.connected",
    "live.transport.incoming",
    "safety.deactivation_issued",
    "safety.org_alert.created",
    "safety.warning_issued",
    "safety_identifier.blocked",
}
