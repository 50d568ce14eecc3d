"""Options that say who may talk to a server, for the commands that start one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from img2code import limits
from img2code.cli import types
from img2code.cli.options import BackendOptions, Parser, add_backend

if TYPE_CHECKING:
    from img2code.reconstruct import Reconstructor
    from img2code.service.access import Access

MORE_KEYS = """The variable IMG2CODE_API_KEYS holds keys, separated by commas, without which it
then refuses."""


@dataclass(frozen=True)
class ServerOptions(BackendOptions):
    """What answers, and to whom."""

    mcp: bool
    allow_host: list[str]
    allow_origin: list[str]
    trusted_proxy: list[str]
    rate: int
    also: list[str]

    def others(self) -> dict[str, Reconstructor]:
        """What `--also` names, loaded. Raises UserError."""
        from img2code.backends import load, read_also
        from img2code.reconstruct import Reconstructor

        asked = {text: read_also(text) for text in self.also}
        return {text: Reconstructor(load(name, **more)) for text, (name, more) in asked.items()}

    def access(self, host: str) -> Access:
        """The rules for a server bound to `host`. Raises UserError."""
        from img2code.service.access import access_for

        names = (self.allow_host, self.allow_origin, self.trusted_proxy)
        return access_for(host, os.environ, *names, self.rate)


def add_also(parser: Parser) -> None:
    """What the tab Compare of the page may rebuild pictures by, besides its own back end."""
    about = (
        "a back end that the page can compare with, openai:MODEL@URL or qwen:FOLDER; may be given "
        "again"
    )
    add = parser.add_argument
    add("--also", action="append", default=[], metavar="NAME:MODEL", help=about)


def add_mcp(parser: Parser, path: str) -> None:
    """path: where the tool is."""
    about = f"also a tool for MCP clients, at {path}; needs img2code[mcp]"
    parser.add_argument("--mcp", action="store_true", help=about)


def add_server(parser: Parser) -> None:
    """The other options of ServerOptions."""
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
    add_backend(parser)
