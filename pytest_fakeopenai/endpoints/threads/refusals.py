"""What is refused of threads and runs. https://platform.openai.com/docs/api-reference/runs"""

from __future__ import annotations

from collections.abc import Sequence

from ...replies.faults import ApiError


def nothing_to_run_on() -> ApiError:
    """A run on a thread without a message of the user, of an assistant without instructions."""
    message = "Run creation requires a Thread with a user message or an assistant with instructions."
    return ApiError(400, message, code="invalid_thread")


def already_active(thread_id: str, run_id: str) -> ApiError:
    """A second run on a thread while the first is not over."""
    return ApiError(400, f"Thread {thread_id} already has an active run {run_id}.")


def locked(thread_id: str, run_id: str) -> ApiError:
    """A message for a thread while a run is not over."""
    return ApiError(400, f"Can't add messages to {thread_id} while a run {run_id} is active.")


def no_outputs_wanted(status: str) -> ApiError:
    """Outputs for a run that does not wait for any."""
    return ApiError(400, f'Runs in status "{status}" do not accept tool outputs.')


def other_outputs_wanted(expected: Sequence[str], submitted: Sequence[object]) -> ApiError:
    """Outputs for other calls than those that a run waits for, or not for all of them."""
    return ApiError(400, f"Expected tool outputs for call_ids {[*expected]}, got {[*submitted]}")


def not_updatable(status: str) -> ApiError:
    """An update of a run that is at work."""
    return ApiError(400, f"Cannot update run with status '{status}'.")


def not_cancellable(status: str) -> ApiError:
    """The cancelling of a run that has ended."""
    return ApiError(400, f"Cannot cancel run with status '{status}'.")
