"""Steps of one's own for tests of recipes: they note every row that they work on, and may fail."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry.errors import UserError
from img2code.recipes.registry import Config, Outcome, Place, Row, Work, batch_step, step


@dataclass(frozen=True, kw_only=True)
class Told(Config):
    """log: a file that gets a line per row, and per loading. ending: is added to the text."""

    log: str = ""
    ending: str = "!"
    seconds: float = 0.0
    fails: str = ""
    api_key: str | None = None


def noted(config: Told, line: str) -> None:
    if config.log:
        descriptor = os.open(config.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)


@step("TextGenerator", "Told", reads=["text"], writes=["text"])
def told(config: Told, place: Place) -> Callable[[Row], Row]:
    """The text and an ending."""
    noted(config, f"loaded {os.getpid()}")

    def run(row: Row) -> Row:
        mended = Path(f"{config.log}.mended").exists()
        if config.fails and config.fails in row["text"] and not mended:
            raise UserError("This text cannot be told.", "Change it.")
        time.sleep(config.seconds)
        noted(config, row["text"] + config.ending)
        return {"text": row["text"] + config.ending}

    return run


@batch_step("TextGenerator", "Together", reads=["text"], writes=["text", "rows"])
def together(config: Told, place: Place) -> Work:
    """Many at once; one bad row spoils a batch."""

    def work(rows: Sequence[Row]) -> Sequence[Outcome]:
        if any("bad" in row["text"] for row in rows):
            raise ValueError("a bad row")
        return [{"text": row["text"] + config.ending, "rows": len(rows)} for row in rows]

    return work


@step("ImageGenerator", "Written", reads=["text"], writes=["image"])
def written(config: Told, place: Place) -> Callable[[Row], Row]:
    """A file with the text."""

    def run(row: Row) -> Row:
        target = place.made(row, "generated.png")
        target.write_text(row["text"])
        return {"image": str(target)}

    return run


@step("TextGenerator", "Unloadable", reads=["text"], writes=["text"])
def unloadable(config: Told, place: Place) -> Callable[[Row], Row]:
    """Has no model."""
    raise UserError("There is no model.", "Name one.")


@step("TextGenerator", "Dies", reads=["text"], writes=["text"])
def dies(config: Told, place: Place) -> Callable[[Row], Row]:
    """Ends its process at a text, as one does that the system kills for its memory."""

    def run(row: Row) -> Row:
        noted(config, row["text"])
        if config.fails in row["text"] and not Path(f"{config.log}.mended").exists():
            os._exit(9)
        return {"text": row["text"] + config.ending}

    return run


@step("TextGenerator", "Shapeless", reads=["text"], writes=["text"])
def shapeless(config: Told, place: Place) -> Callable[[Row], Row]:
    """Gives what is no JSON."""
    return lambda row: {"text": object()}
