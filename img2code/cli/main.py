"""The command line: `img2code COMMAND …`, also as `python -m img2code`.

Errors are one line on stderr; exit status 2 for usage, 1 for failures, 130 for Ctrl-C. Commands
import what they need when they run, so that --help and the small ones start at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any

from img2code import __version__
from img2code.cli import (
    app,
    batch,
    caption,
    concepts,
    describe,
    evaluate,
    mesh,
    paint,
    predict,
    render,
    run,
    sample,
    segment,
    serve,
)
from img2code.cli.options import Command, Parser, example_lines
from img2code.extras import install

TRACEBACK = "IMG2CODE_TRACEBACK"  # set it to see where an unexpected error came from
COMMANDS: dict[str, Command[Any]] = {
    module.COMMAND.name: module.COMMAND
    for module in (
        *(predict, batch, run, mesh, sample, render),
        *(segment, concepts, caption, paint, describe),
        *(evaluate, serve, app),
    )
}
OWN = ("geometry", "stats", "img2code")  # the texts of our own errors are written for users


def parser() -> Parser:
    """Every command and its options."""
    top = Parser(
        prog="img2code",
        description="A picture of an object in, the parametric code that rebuilds it in 3D out.",
        epilog=example_lines(
            "predict mug.jpg --out results",
            "mesh results/mug/generated_code.json --out mug.stl",
            "app",
        )
        + "\nimg2code COMMAND --help tells more about each.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True, parser_class=Parser
    )
    for command in COMMANDS.values():
        command.add_to(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. Raises SystemExit for usage and --help."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may hold any bytes
    try:
        options = parser().parse_args(arguments)
        status = COMMANDS[options.command](options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _fail("stopped.", 130)
    except BrokenPipeError:  # whoever read our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        return _fail(explain(error), 1)
    return status


def explain(error: Exception) -> str:
    """What went wrong, in one line, for whoever typed the command."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        text = f"{error.filename}: {reason}" if error.filename else reason
    elif isinstance(error, ModuleNotFoundError):
        text = (
            f"the Python package {error.name} is missing. "
            f"Drawing and training need: {install('train')}; language models: {install('qwen')}; "
            f"published checkpoints of vision: {install('vision')}; "
            "all else comes with img2code itself: pip install img2code, in a checkout make run."
        )
    elif type(error).__module__.split(".")[0] in OWN:
        text = str(error)
    else:
        text = f"unexpected {type(error).__name__}: {error}. {TRACEBACK}=1 shows where."
    return " ".join(text.split())


def _fail(message: str, status: int) -> int:
    print(f"img2code: {message}", file=sys.stderr)
    return status
