"""Starts the page; also the entry point of a Hugging Face Space.

IMG2CODE_BACKEND chooses the back end ("embedded" where it is not set), GRADIO_SERVER_NAME and
GRADIO_SERVER_PORT the address, IMG2CODE_API_KEYS, IMG2CODE_ALLOW_HOST and IMG2CODE_ALLOW_ORIGIN who
may talk to it (docs/security.md). `app.py --mcp` also offers a tool to MCP clients.
"""

import argparse
import os
import signal
import sys

from geometry.errors import UserError
from img2code.backends import load
from img2code.reconstruct import Reconstructor
from img2code.service.page_alone import serve


def main() -> None:
    parser = argparse.ArgumentParser(description="The page in the browser.", allow_abbrev=False)
    about = "also a tool for MCP clients, at /gradio_api/mcp; needs img2code[mcp]"
    parser.add_argument("--mcp", action="store_true", help=about)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # an orderly end: visitors' files go too
    backend = load(os.environ.get("IMG2CODE_BACKEND", "embedded"))
    try:
        serve(lambda: Reconstructor(backend), mcp=options.mcp)
    except UserError as error:
        sys.exit(f"app.py: {error}")


if __name__ == "__main__":
    main()
