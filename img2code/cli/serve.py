"""`img2code serve`: the HTTP service, with the page if you like."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from img2code import limits
from img2code.cli import types
from img2code.cli.access import MORE_KEYS, ServerOptions, add_also, add_mcp, add_server
from img2code.cli.options import Command, Parser

if TYPE_CHECKING:
    from img2code.vision import Kind

HOST = "127.0.0.1"
MORE = f"""
POST a picture to /v1/predict, or to /v1/predict/stream for the code while it is written; a code to
/v1/mesh. /openapi.json describes everything, /metrics counts. Prints its address and serves until
Ctrl-C or SIGTERM. {MORE_KEYS}"""
EXAMPLES = (
    "serve",
    "serve --host 0.0.0.0 --port 8000 --page --allow-host models.example.org",
    "serve --page --mcp",
    "serve --legacy-port 5001 --vision segment=sam2:CHECKPOINT",
)


@dataclass(frozen=True)
class Options(ServerOptions):
    host: str
    port: int
    page: bool
    limit_concurrency: int
    legacy_port: int | None
    vision: list[tuple[Kind, tuple[str, str | None]]]


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("--host", default=HOST, metavar="NAME", help=f"address to serve on (default: {HOST})")
    number = types.whole_number(0, 65535)
    add("--port", type=number, default=8000, metavar="N", help="(default: 8000; 0: a free one)")
    add("--page", action="store_true", help="the page too, at /page, with the same model")
    add_also(parser)
    add_mcp(parser, "/page/gradio_api/mcp (with --page)")
    about = f"connections at a time (default: {limits.MAX_CONNECTIONS})"
    number = types.whole_number(1)
    default = limits.MAX_CONNECTIONS
    add("--limit-concurrency", type=number, default=default, metavar="N", help=about)
    about = "serve the same on this port too, as clients of /api/generate and /api/analyze expect"
    add("--legacy-port", type=types.whole_number(0, 65535), metavar="N", help=about)
    about = (
        "what segments, scores (concepts), captions or paints instead of the embedded one, as "
        "segment=sam2:CHECKPOINT; may be given again (docs/vision.md)"
    )
    kind = "KIND=ENGINE:MODEL"
    add("--vision", type=engine, action="append", default=[], metavar=kind, help=about)
    add_server(parser)


def engine(text: str) -> tuple[Kind, tuple[str, str | None]]:
    """Of a task, which back end does it, and with which checkpoint."""
    from img2code.vision import PRESETS

    kind, equals, named = text.partition("=")
    name, _, model = named.partition(":")
    if not equals or kind not in PRESETS:
        known = ", ".join(PRESETS)
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with one of {known}, and =")
    for task, presets in PRESETS.items():
        if task == kind and name not in presets:
            known = ", ".join(presets)
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {known}")
        if task == kind:
            return task, (name, model or None)
    raise AssertionError(kind)


def run(options: Options) -> int:
    from geometry.errors import UserError
    from img2code.service.server import serve

    if options.mcp and not options.page:
        raise UserError("--mcp: the tool is one of the page's.", "Add --page.")
    if options.also and not options.page:
        raise UserError("--also: it is the page that compares.", "Add --page.")
    access = options.access(options.host)
    settings = (options.host, options.port, options.page, access, options.limit_concurrency)
    serve(
        options.reconstructor,
        *settings,
        mcp=options.mcp,
        legacy_port=options.legacy_port,
        vision=dict(options.vision),
        others=options.others(),
    )
    return 0


SUMMARY = "the HTTP service, with the page if you like"
COMMAND = Command("serve", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
