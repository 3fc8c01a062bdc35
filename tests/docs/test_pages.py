"""The pages as a whole: the README is short, links lead somewhere, and the site shows every page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import pytest_fakeopenai

from . import site
from .blocks import DOCS, PAGES, ROOT

SITE = "https://pytest-fakeopenai.readthedocs.io/en/latest/"
REPOSITORY = "https://github.com/pytest-fakeopenai/pytest-fakeopenai"
README = (ROOT / "README.md").read_text(encoding="utf-8")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def source_of(address: str) -> Path:
    """The file in this repository that an address of the project shows."""
    if address.startswith(f"{REPOSITORY}/blob/main/"):
        return ROOT / address.removeprefix(f"{REPOSITORY}/blob/main/")
    page = DOCS / address.removeprefix(SITE).strip("/")
    return page / "index.md" if page.is_dir() else page.with_suffix(".md")


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    titles = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", title.lower())).strip("-") for title in titles}


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200


@pytest.mark.parametrize("link", sorted(set(_LINK.findall(README))))
def test_the_readme_links_to_what_is_there_by_whole_addresses(link: str) -> None:
    """The package index shows the README, where an address within the repository leads nowhere."""
    address, _, anchor = link.partition("#")
    assert address.startswith((SITE, f"{REPOSITORY}/blob/main/"))
    page = source_of(address)
    assert page.is_file()
    assert not anchor or anchor in anchors(page)


def links() -> list[tuple[Path, str]]:
    """The links from one page of the site to another."""
    pages = [page for page in PAGES if page.is_relative_to(DOCS)]
    texts = [(page, page.read_text(encoding="utf-8")) for page in pages]
    return [(page, link) for page, text in texts for link in _LINK.findall(text) if not link.startswith("http")]


def test_the_pages_link_to_what_is_there() -> None:
    broken = []
    for page, link in links():
        address, _, anchor = link.partition("#")
        target = page.parent / address if address else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(f"{page.name}: {link}")
    assert broken == []


def test_the_site_shows_every_page_once() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    listed = re.findall(r"[\w/-]+\.md", nav)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_the_project_names_its_addresses() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    urls = dict(re.findall(r'^(\w+) = "(https://[^"]+)"$', project.partition("[project.urls]\n")[2], re.MULTILINE))
    assert urls["Documentation"] == SITE
    assert urls["Source"] == REPOSITORY
    assert f"site_url: {SITE}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    if not all(importlib.util.find_spec(name) for name in ("material", "mkdocs", "mkdocstrings_handlers")):
        pytest.skip("the extra `docs` is not installed")
    assert site.build(tmp_path) == ""
    assert list(site.remote(tmp_path)) == []


def test_the_reference_has_every_public_name() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.md"))
    shown = set(re.findall(r"^::: pytest_fakeopenai\.(\w+)$", pages, re.MULTILINE))
    assert set(pytest_fakeopenai.__all__) | {"extending"} <= shown
