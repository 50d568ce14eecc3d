"""`img2code serve`: the HTTP service, with the page if you like."""

from __future__ import annotations

import os
from dataclasses import dataclass

from img2code import limits
from img2code.cli import types
from img2code.cli.options import BackendOptions, Command, Parser, add_backend

MORE = """
POST a picture to /v1/predict, or to /v1/predict/stream for the code while it is written; a code to
/v1/mesh. /openapi.json describes everything, /metrics counts. Prints its address and serves until
Ctrl-C or SIGTERM. The variable IMG2CODE_API_KEYS holds keys, separated by commas, without which it
then refuses."""
EXAMPLES = (
    "serve",
    "serve --host 0.0.0.0 --port 8000 --page --allow-host models.example.org",
)


@dataclass(frozen=True)
class Options(BackendOptions):
    host: str
    port: int
    page: bool
    allow_host: list[str]
    allow_origin: list[str]
    trusted_proxy: list[str]
    rate: int
    limit_concurrency: int


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    host = "127.0.0.1"
    add("--host", default=host, metavar="NAME", help=f"address to serve on (default: {host})")
    number = types.whole_number(0, 65535)
    add("--port", type=number, default=8000, metavar="N", help="(default: 8000; 0: a free one)")
    add("--page", action="store_true", help="the page too, at /page, with the same model")
    add = parser.add_argument_group("who may talk to it (docs/security.md)").add_argument
    about = "a host name that it answers to, *.example.org for all below; may be given again"
    add("--allow-host", action="append", default=[], metavar="NAME", help=about)
    about = "pages from elsewhere that may call and embed it, https://example.org; again for more"
    add("--allow-origin", action="append", default=[], metavar="ORIGIN", help=about)
    about = "a proxy whose X-Forwarded-For is believed, an address or a network; again for more"
    add("--trusted-proxy", action="append", default=[], metavar="ADDRESS", help=about)
    about = f"requests a minute of one client (default: {limits.REQUESTS_PER_MINUTE}; 0: any)"
    default = limits.REQUESTS_PER_MINUTE
    add("--rate", type=types.whole_number(0), default=default, metavar="N", help=about)
    about = f"connections at a time (default: {limits.MAX_CONNECTIONS})"
    number = types.whole_number(1)
    default = limits.MAX_CONNECTIONS
    add("--limit-concurrency", type=number, default=default, metavar="N", help=about)
    add_backend(parser)


def run(options: Options) -> int:
    from img2code.service.access import access_for
    from img2code.service.server import serve

    names = (options.allow_host, options.allow_origin, options.trusted_proxy)
    access = access_for(options.host, os.environ, *names, options.rate)
    settings = (options.host, options.port, options.page, access, options.limit_concurrency)
    serve(options.reconstructor, *settings)
    return 0


SUMMARY = "the HTTP service, with the page if you like"
COMMAND = Command("serve", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
