"""Serves the page with a back end that takes its time: `python tests/slow_page.py`.

As app.py, whose address variables it reads; a run lasts until its visitor stops it, and so does the
fit of a CAD part.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from img2code.backends.fake import Fake
from img2code.page import part_events
from img2code.parts.fit import Fitted, fits
from img2code.reconstruct import Reconstructor
from img2code.service.page_alone import serve

PAUSE = 2.0  # seconds before each piece; an answer has hundreds


def endless_fits(*settings: Any) -> Iterator[Fitted]:
    """The fit, then its end again and again."""
    for fitted in fits(*settings):
        yield fitted
    while True:
        time.sleep(PAUSE)
        yield fitted


if __name__ == "__main__":
    part_events.fits = endless_fits  # type: ignore[assignment]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    serve(lambda: Reconstructor(Fake(pause=PAUSE)))
