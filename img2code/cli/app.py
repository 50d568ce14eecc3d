"""`img2code app`: the page in the browser."""

from __future__ import annotations

from dataclasses import dataclass

from img2code.cli import types
from img2code.cli.options import BackendOptions, Command, Parser, add_backend

MORE = """
Prints its address and serves until Ctrl-C."""
EXAMPLES = ("app", "app --host 0.0.0.0 --port 8000", "app --mcp")


@dataclass(frozen=True)
class Options(BackendOptions):
    host: str | None
    port: int | None
    mcp: bool


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("--host", metavar="NAME", help="address to serve on (default: 127.0.0.1)")
    number = types.whole_number(1, 65535)
    add("--port", type=number, metavar="N", help="(default: the first free one from 7860 on)")
    about = "also a tool for MCP clients, at /gradio_api/mcp; needs img2code[mcp]"
    add("--mcp", action="store_true", help=about)
    add_backend(parser)


def run(options: Options) -> int:
    from threading import Event

    from img2code.page import serve

    served, _, _ = serve(
        options.reconstructor(),
        server_name=options.host,
        server_port=options.port,
        mcp=options.mcp,
        prevent_thread_lock=True,
    )
    try:
        Event().wait()
    finally:
        served.get_blocks().close(verbose=False)
    return 0


COMMAND = Command("app", "the page in the browser", MORE, EXAMPLES, Options, add_options, run)
