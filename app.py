"""Starts the page; also the entry point of a Hugging Face Space.

IMG2CODE_BACKEND chooses the back end ("embedded" where it is not set), GRADIO_SERVER_NAME and
GRADIO_SERVER_PORT the address.
"""

import os
import signal
import sys

from img2code.backends import load
from img2code.page import serve
from img2code.reconstruct import Reconstructor


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # an orderly end: visitors' files go too
    backend = load(os.environ.get("IMG2CODE_BACKEND", "embedded"))
    serve(Reconstructor(backend))


if __name__ == "__main__":
    main()
