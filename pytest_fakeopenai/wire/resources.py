"""The facts of each collection of the API: its ids, its lists, and the error for an unknown id.

Reference: https://platform.openai.com/docs/api-reference
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..replies.faults import ApiError
from .protocol import errors
from .protocol.ids import Ids


class Resource(NamedTuple):
    """The facts of one collection.

    - `missing` makes the error for an unknown id, `within` one that names the id of the owner as well.
    - `order` and `limit` are the defaults of its lists, `most` is the largest `limit`.
    - `ends` tells whether a list has `first_id` and `last_id`.
    - `created` is the HTTP status of a creation.
    """

    missing: Callable[[str], ApiError] = errors.not_found
    order: str = "desc"
    limit: int = 20
    most: int = 100
    ends: bool = True
    created: int = 200
    within: Callable[[str, str], ApiError] | None = None

    def missing_at(self, path: str) -> Callable[[str], ApiError]:
        """The function that makes the error for an unknown id at this path, such as `/containers/cntr_1/files`."""
        within, owner = self.within, path.split("/")[-2]
        return self.missing if within is None else lambda key: within(key, owner)


def _none_found(kind: str) -> Callable[[str], ApiError]:
    return lambda key: errors.none_found(kind, key)


def _titled_not_found(kind: str) -> Callable[[str], ApiError]:
    return lambda key: errors.titled_not_found(kind, key)


_FINE_TUNE = Resource(errors.unknown_fine_tune, ends=False)
_ASCENDING = Resource(order="asc")

# By path, every placeholder written as {}.
RESOURCES = {
    "/responses": Resource(errors.unknown_response),
    "/chat/completions": Resource(errors.unknown_completion, order="asc"),
    "/files": Resource(errors.unknown_file, limit=10_000, most=10_000),
    "/batches": Resource(_none_found("batch")),
    "/assistants": Resource(_none_found("assistant")),
    "/threads": Resource(_none_found("thread")),
    "/threads/{}/messages": Resource(_none_found("message")),
    "/threads/{}/runs": Resource(_none_found("run")),
    "/threads/{}/runs/{}/steps": Resource(_none_found("run step")),
    "/vector_stores": Resource(errors.unknown_vector_store),
    "/vector_stores/{}/file_batches": Resource(_none_found("file batch")),
    "/uploads/{}/parts": Resource(_none_found("part")),
    "/containers": Resource(_titled_not_found("Container")),
    "/containers/{}/files": Resource(within=errors.unknown_container_file),
    "/conversations": Resource(_titled_not_found("Conversation")),
    "/conversations/{}/items": Resource(_titled_not_found("Item")),
    "/fine_tuning/jobs": _FINE_TUNE,
    "/fine_tuning/jobs/{}/events": _FINE_TUNE,
    "/fine_tuning/jobs/{}/checkpoints": Resource(errors.unknown_fine_tune, limit=10),
    "/fine_tuning/checkpoints/{}/permissions": Resource(limit=10),
    "/evals": Resource(order="asc", created=201),
    "/evals/{}/runs": Resource(order="asc", created=201),
    "/evals/{}/runs/{}/output_items": _ASCENDING,
    "/organization/admin_api_keys": _ASCENDING,
    "/organization/groups": Resource(order="asc", limit=100, most=1000),
    "/organization/groups/{}/roles": Resource(most=1000),
    "/organization/groups/{}/users": Resource(limit=100, most=1000),
    "/organization/projects/{}/groups": _ASCENDING,
    "/organization/projects/{}/rate_limits": Resource(limit=100, most=1000),
    "/organization/projects/{}/spend_alerts": _ASCENDING,
    "/organization/roles": Resource(order="asc", limit=1000, most=1000),
    "/organization/spend_alerts": _ASCENDING,
    "/organization/users/{}/roles": Resource(most=1000),
    "/projects/{}/groups/{}/roles": Resource(most=1000),
    "/projects/{}/roles": Resource(order="asc", limit=1000, most=1000),
    "/projects/{}/users/{}/roles": Resource(most=1000),
}
_DEFAULT = Resource()


def resource(path: str) -> Resource:
    """The facts of the collection at this path, its placeholders written as {}."""
    return RESOURCES.get(path, _DEFAULT)


_IdMaker = Callable[[Ids, str], str]


def _letters(width: int) -> _IdMaker:
    return lambda ids, prefix: prefix + ids.letters(width)


def _hexadecimal(width: int) -> _IdMaker:
    return lambda ids, prefix: prefix + ids.hexadecimal(width)


# By what an object calls itself in `object`, or by the field of a secret: the prefix, and what makes the rest.
_IDS: dict[str, tuple[str, _IdMaker]] = {
    "assistant": ("asst_", _letters(24)),
    "thread": ("thread_", _letters(24)),
    "thread.message": ("msg_", _letters(24)),
    "thread.run": ("run_", _letters(24)),
    "thread.run.step": ("step_", _letters(24)),
    "file": ("file-", lambda ids, prefix: prefix + ids.base58(22)),
    "upload": ("upload_", _hexadecimal(32)),
    "upload.part": ("part_", _hexadecimal(32)),
    "batch": ("batch_", _hexadecimal(32)),
    "response": ("resp_", _hexadecimal(48)),
    "vector_store": ("vs_", _hexadecimal(32)),
    "vector_store.file": ("file-", lambda ids, prefix: prefix + ids.base58(22)),
    "vector_store.files_batch": ("vsfb_", _hexadecimal(32)),
    "conversation": ("conv_", _hexadecimal(48)),
    "container": ("cntr_", _hexadecimal(48)),
    "container.file": ("cfile_", _hexadecimal(32)),
    "fine_tuning.job": ("ftjob-", _letters(24)),
    "fine_tuning.job.event": ("ftevent-", _letters(24)),
    "fine_tuning.job.checkpoint": ("ftckpt_", _letters(24)),
    "checkpoint.permission": ("cp_", _letters(24)),
    "eval": ("eval_", _hexadecimal(32)),
    "eval.run": ("evalrun_", _hexadecimal(32)),
    "eval.run.output_item": ("outputitem_", _hexadecimal(32)),
    "video": ("video_", _hexadecimal(48)),
    "video.character": ("char_", _hexadecimal(32)),
    "skill": ("skill_", _hexadecimal(48)),
    "skill.version": ("skillver_", _hexadecimal(48)),
    "audio.voice_consent": ("cons_", _letters(24)),
    "audio.voice": ("voice_", _letters(24)),
    "webhook_endpoint": ("whe_", _letters(24)),
    "event": ("evt_", _letters(24)),
    "chatkit.thread": ("cthr_", _hexadecimal(32)),
    "chatkit.session": ("cksess_", _hexadecimal(32)),
    "organization.user": ("user-", _letters(24)),
    "organization.project": ("proj_", _letters(24)),
    "organization.project.user": ("user-", _letters(24)),
    "organization.project.service_account": ("svc_acct_", _letters(24)),
    "organization.project.api_key": ("key_", _letters(24)),
    "organization.admin_api_key": ("key_", _letters(24)),
    "organization.invite": ("invite-", _letters(24)),
    "certificate": ("cert_", _letters(24)),
    "organization.spend_alert": ("alert_", _letters(24)),
    "project.spend_alert": ("alert_", _letters(24)),
    "user": ("user-", _letters(24)),
    "project": ("proj_", _letters(24)),
    "organization": ("org-", _letters(24)),
    "client_secret": ("ek_", _hexadecimal(32)),
    "realtime.session": ("sess_", _letters(21)),
    "realtime.call": ("rtc_u2_", _letters(21)),
    "live.session": ("sess_", _letters(24)),
    "signing_secret": ("whsec_", _letters(32)),
    "value": ("sk-", _letters(40)),
}


def identify(ids: Ids, kind: str) -> str:
    """A new id for an object of this kind, as its field `object` names it: `batch_…`, `file-…`.

    An unknown kind has its last word as prefix: `agent.session` → `session_…`.
    """
    prefix, make = _IDS.get(kind) or (f"{kind.rpartition('.')[2] or 'obj'}_", _letters(24))
    return make(ids, prefix)
