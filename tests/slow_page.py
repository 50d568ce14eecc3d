"""Serves the page with a back end that takes its time: `python tests/slow_page.py`.

As app.py, whose address variables it reads; a run lasts until its visitor stops it.
"""

from __future__ import annotations

import signal
import sys

from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service.page_alone import serve

PAUSE = 2.0  # seconds before each piece; an answer has hundreds

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    serve(lambda: Reconstructor(Fake(pause=PAUSE)))
