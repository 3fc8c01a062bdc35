"""Property-based tests on machines that are busy with other tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A test that has to wait for its turn is not slow.
unhurried = settings(
    deadline=None, max_examples=60, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
