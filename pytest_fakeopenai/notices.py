"""Warnings of what no test is to blame for: shown at once, or kept while somebody collects them for a summary."""

from __future__ import annotations

import threading
import warnings


class FakeOpenAIWarning(UserWarning):
    """Something that a test should know but that does not fail it."""


class Notices:
    """What came up in threads that belong to no test, where no filter shall make an error of a warning."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._collecting = False
        self._lock = threading.Lock()

    def add(self, text: str) -> None:
        """Keep a text, or show it on standard error where nobody collects."""
        with self._lock:
            if self._collecting:
                self._texts.append(text)
                return
        warnings.showwarning(FakeOpenAIWarning(f"fake_openai: {text}"), FakeOpenAIWarning, __file__, 0)

    def collect(self) -> None:
        """Keep from now on what is added, for `take`."""
        self._collecting = True

    def show(self) -> None:
        """Show from now on what is added."""
        self._collecting = False

    def take(self) -> list[str]:
        """What has been kept since this was called last."""
        with self._lock:
            texts, self._texts = self._texts, []
        return texts


NOTICES = Notices()
