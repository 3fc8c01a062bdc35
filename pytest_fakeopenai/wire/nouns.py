"""What one object of a collection is called, as the API's paths, ids and fields name it.

Reference: https://platform.openai.com/docs/api-reference
"""

from __future__ import annotations

# By the segment of a path that names the collection.
NOUNS = {
    "admin_api_keys": "admin_api_key",
    "agents": "agent",
    "alerts": "alert",
    "api_keys": "api_key",
    "artifacts": "artifact",
    "assistants": "assistant",
    "automations": "automation",
    "batches": "batch",
    "calls": "call",
    "cases": "case",
    "certificates": "certificate",
    "characters": "character",
    "checkpoints": "checkpoint",
    "completions": "completion",
    "containers": "container",
    "conversations": "conversation",
    "credentials": "credential",
    "environments": "environment",
    "evals": "eval",
    "external_keys": "external_key",
    "external_storage": "external_storage",
    "federation_rules": "workload_identity_federation_rule",
    "file_batches": "batch",
    "files": "file",
    "groups": "group",
    "invites": "invite",
    "invocations": "invocation",
    "items": "item",
    "jobs": "fine_tuning_job",
    "messages": "message",
    "models": "model",
    "output_items": "output_item",
    "permissions": "permission",
    "projects": "project",
    "rate_limits": "rate_limit",
    "responses": "response",
    "roles": "role",
    "runs": "run",
    "service_accounts": "service_account",
    "sessions": "session",
    "skills": "skill",
    "spend_alerts": "alert",
    "steps": "step",
    "subagents": "subagent",
    "templates": "environment_template",
    "threads": "thread",
    "turns": "turn",
    "uploads": "upload",
    "users": "user",
    "vaults": "vault",
    "vector_stores": "vector_store",
    "versions": "version",
    "videos": "video",
    "voice_consents": "consent",
    "voices": "voice",
    "webhook_endpoints": "webhook_endpoint",
    "workload_identity_providers": "workload_identity_provider",
}

# The field of one object's id, by the field of a request that lists several.
ID_LISTS = {"certificate_ids": "certificate_id", "project_ids": "project_id"}

_ID = "_id"


def id_field(noun: str) -> str:
    """The field or placeholder that holds the id of an object so called: `role` → `role_id`."""
    return f"{noun}{_ID}"


def referenced(field: str) -> str | None:
    """What the object is called whose id a field or placeholder holds: `role_id` → `role`; None where it holds none."""
    return field.removesuffix(_ID) if field.endswith(_ID) else None
