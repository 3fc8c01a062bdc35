"""The command `fakeopenai`: the same server outside pytest, and a demonstration."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import __version__
from .replies.timing import Pace
from .settings import Settings
from .state.script import Responder

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from .server.thread import ServerThread


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, by default the process's own; its exit status, 2 where it cannot serve."""
    options = _parser().parse_args(arguments)
    run: Any = options.run
    return int(run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fakeopenai", description="An OpenAI of your own, for tests.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_serve(commands)
    demo = commands.add_parser("demo", help="show what a fake OpenAI does, with the official client")
    demo.set_defaults(run=_demo)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="serve the API until interrupted")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="the port, 0 for any that is free (%(default)s)")
    serve.add_argument("--first", type=float, default=0.0, metavar="SECONDS", help="the delay of the first token")
    serve.add_argument("--between", type=float, default=0.0, metavar="SECONDS", help="the delay of each further token")
    serve.add_argument(
        "--responder", metavar="MODULE:CALLABLE", help="answers each request; without it the last user text is echoed"
    )
    serve.add_argument("--assume-exists", action="store_true", help=Settings.assume_exists.decides)
    serve.add_argument("--models", metavar="NAMES", help=Settings.models.help)
    serve.add_argument("--api-key", metavar="KEYS", dest="api_keys", help=Settings.api_keys.help)
    serve.add_argument("--verbose", action="store_true", help="print a line for each request")
    _add_access(serve)
    serve.set_defaults(run=_serve)


def _add_access(serve: argparse.ArgumentParser) -> None:
    """The options that say who is served beside this machine, where the server listens to this machine alone."""
    serve.add_argument(
        "--allow-host", metavar="NAME", action="append", default=[], help="a further name that this machine has"
    )
    serve.add_argument(
        "--allow-origin", metavar="ORIGIN", action="append", default=[], help="an origin whose web pages are served too"
    )


def _serve(options: argparse.Namespace) -> int:
    """Serve until the program is told to end."""
    try:
        server = _start_server(options)
    except (AttributeError, ValueError, TypeError, OSError, OverflowError) as error:
        _print_complaint(error)
        return 2
    stopped = _interruption()  # before the line that tells others that they may stop us
    print(f"fakeopenai serves {server.url}/v1 (Ctrl-C stops it)", flush=True)
    while not stopped.wait(3600):  # a wait without end could not be interrupted on Windows
        pass
    server.stop()
    return 0


def _start_server(options: argparse.Namespace) -> ServerThread:
    from .server.thread import ServerThread

    app = _guarded(_app(options), options)
    try:
        return ServerThread(app, options.host, options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OSError(f"cannot listen on {options.host}, port {options.port}: {reason}") from error


def _app(options: argparse.Namespace) -> ASGIApp:
    """The application, as the options want it."""
    from .app import create_app

    return create_app(
        _load(options.responder) if options.responder else None,
        pace=Pace(options.first, options.between),
        assume_exists=options.assume_exists,
        models=options.models,
        api_keys=options.api_keys,
    )


def _guarded(app: ASGIApp, options: argparse.Namespace) -> ASGIApp:
    """The application, for this machine alone where the server listens to nobody else."""
    from .server.access_log import AccessLog
    from .server.local_only import LocalOnly, is_loopback

    if is_loopback(options.host):
        app = LocalOnly(app, options.allow_host, options.allow_origin)
    else:
        _print_complaint(f"warning: whoever reaches {options.host} can use this server")
    return AccessLog(app, _print_line) if options.verbose else app


def _print_complaint(text: object) -> None:
    print(f"fakeopenai: {text}", file=sys.stderr, flush=True)


def _print_line(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _interruption() -> threading.Event:
    """An event that is set when the program is told to end, from now on."""
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _load(name: str) -> Responder:
    """The callable that `module:callable` names, with the working directory on the path as for `python -m`."""
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ValueError(f"--responder takes MODULE:CALLABLE, got {name!r}")
    if "" not in sys.path:
        sys.path.insert(0, "")
    value: Any = _imported(module)
    for step in attribute.split("."):
        value = getattr(value, step)
    if not callable(value):
        raise TypeError(f"--responder takes a callable, but {name} is {value!r}")
    responder: Responder = value
    return responder


def _imported(module: str) -> Any:
    """The module; ValueError, with the place, where it fails."""
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        place = f" ({last.filename}, line {last.lineno})" if "importlib" not in last.filename else ""
        raise ValueError(f"cannot load the module of --responder: {type(error).__name__}: {error}{place}") from error


def _demo(options: argparse.Namespace) -> int:
    from .demo import run

    run()
    return 0
