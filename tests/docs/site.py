"""Builds the documentation site and looks at it: `python -m tests.docs.site FOLDER`.

Nothing may be warned of, and no page may load anything from elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LOADED = {"script": "src", "img": "src", "iframe": "src", "link": "href"}
_NAMED = {"canonical", "prev", "next", "alternate"}  # links that a browser does not follow by itself


class _Assets(HTMLParser):
    """Notes what a page has a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _LOADED and values.get("rel") not in _NAMED:
            self.addresses.append(values.get(_LOADED[tag]) or "")


def main(folder: Path) -> int:
    """Build into the folder and look at every page; the exit status."""
    complaint = build(folder) or "\n".join(remote(folder))
    print(complaint or f"{len(list(folder.rglob('*.html')))} pages")
    return int(bool(complaint))


def build(folder: Path) -> str:
    """Build strictly; what was printed, which should be nothing."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # the theme's, of the generator's next major release
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout + (f"exit status {done.returncode}" if done.returncode else "")


def remote(folder: Path) -> Iterator[str]:
    """Each page that loads something from another place, with that address."""
    for page in sorted(folder.rglob("*.html")):
        assets = _Assets()
        assets.feed(page.read_text(encoding="utf-8"))
        for address in assets.addresses:
            if "//" in address:
                yield f"{page.relative_to(folder)} loads {address}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
