"""`img2code app`: the page in the browser."""

from __future__ import annotations

from dataclasses import dataclass

from img2code.cli import types
from img2code.cli.access import MORE_KEYS, ServerOptions, add_also, add_mcp, add_server
from img2code.cli.options import Command, Parser

HOST = "127.0.0.1"
MORE = f"""
Prints its address and serves until Ctrl-C.
{MORE_KEYS}"""
EXAMPLES = (
    "app",
    "app --host 0.0.0.0 --port 8000",
    "app --mcp",
    "app --also openai:MODEL@http://localhost:8001/v1",
)


@dataclass(frozen=True)
class Options(ServerOptions):
    host: str
    port: int | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("--host", default=HOST, metavar="NAME", help=f"address to serve on (default: {HOST})")
    number = types.whole_number(1, 65535)
    add("--port", type=number, metavar="N", help="(default: the first free one from 7860 on)")
    add_also(parser)
    add_mcp(parser, "/gradio_api/mcp")
    add_server(parser)


def run(options: Options) -> int:
    from threading import Event

    from img2code.service.page_alone import serve

    access = options.access(options.host)
    where = (options.host, options.port, access, options.mcp)
    app = serve(options.reconstructor, *where, others=options.others(), prevent_thread_lock=True)
    try:
        Event().wait()
    finally:
        app.get_blocks().close(verbose=False)
    return 0


COMMAND = Command("app", "the page in the browser", MORE, EXAMPLES, Options, add_options, run)
