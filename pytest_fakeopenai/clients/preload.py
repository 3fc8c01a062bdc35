"""Loading what is otherwise loaded when first needed, in suites that fake the file system.

pyfakefs forgets, at the end of each test, what was imported meanwhile. A module of ours would be there twice from then
on, with classes and registries of its own each time, and what it imported would keep hold of the fake file system.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

_PACKAGE = __name__.partition(".")[0]
_SDK = ("openai.resources", "openai.types")
_PROGRAMS = ("__main__", "app", "cli", "demo", "plugin")


def load_before_a_fake_file_system() -> None:
    """Import every module of ours and the SDK's operations, in the real file system, where pyfakefs is in use.

    It takes a second, once, and nothing where pyfakefs is not imported.
    """
    if (patching := sys.modules.get("pyfakefs.fake_filesystem_unittest")) is not None:
        _load(patching.Patcher.PATCHER)


@cache
def _load(patcher: Any) -> None:
    with _real_files(patcher):
        package = sys.modules[_PACKAGE]
        for module in pkgutil.walk_packages(package.__path__, f"{_PACKAGE}."):
            if module.name.split(".")[1] not in _PROGRAMS:
                importlib.import_module(module.name)
        for name in _SDK:
            importlib.import_module(name)


@contextlib.contextmanager
def _real_files(patcher: Any) -> Iterator[None]:
    """A context in which the file system is the machine's, whatever is in force around it."""
    if not getattr(patcher, "_patching", False):
        yield
        return
    own = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == _PACKAGE}
    patcher.pause()  # and what it has seen imported is forgotten
    for name, module in own.items():
        sys.modules.setdefault(name, module)
    try:
        yield
    finally:
        patcher.resume()
