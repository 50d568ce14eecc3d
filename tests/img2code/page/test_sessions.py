"""What the page keeps per visitor: files that go when they leave, a stop that reaches their run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from img2code.backends.fake import Fake
from img2code.page.sessions import SUFFIXES, URDF, VIEW, Sessions
from img2code.reconstruct import Reconstructor
from img2code.result import Result


@pytest.fixture(scope="module")
def result() -> Result:
    noise = np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8)
    return Reconstructor(Fake()).run(Image.fromarray(noise), "Bucket")


def test_files_are_written_and_go_when_the_visitor_leaves(result: Result) -> None:
    sessions = Sessions()
    files = sessions.write("abc123", result)
    assert set(files) == {".json", ".tokens.json", *SUFFIXES, URDF, VIEW}
    assert all(Path(path).stat().st_size for path in files.values())
    theirs = sessions.write("xyz789", result)
    sessions.leave("abc123")
    assert not any(Path(path).exists() for path in files.values())
    assert all(Path(path).exists() for path in theirs.values())


def test_results_of_one_visitor_do_not_overwrite_each_other(result: Result) -> None:
    sessions = Sessions()
    first, second = sessions.write("abc123", result), sessions.write("abc123", result)
    assert not set(first.values()) & set(second.values())


@pytest.mark.parametrize("session", ["", "../elsewhere", "a/b"])
def test_only_plain_names_become_folders(session: str, result: Result) -> None:
    with pytest.raises(ValueError, match="no session hash"):
        Sessions().write(session, result)


def test_stop_reaches_the_run_of_the_session_only() -> None:
    sessions = Sessions()
    sessions.begin("a")
    sessions.begin("b")
    mine, theirs = sessions.stop_signal("a"), sessions.stop_signal("b")
    sessions.stop("a")
    assert mine.is_set()
    assert not theirs.is_set()


def test_a_new_run_stops_the_one_before_and_is_not_stopped_itself() -> None:
    sessions = Sessions()
    sessions.begin("a")
    before = sessions.stop_signal("a")
    sessions.begin("a")
    assert before.is_set()
    assert not sessions.stop_signal("a").is_set()


def test_leaving_stops_the_run() -> None:
    sessions = Sessions()
    sessions.begin("a")
    running = sessions.stop_signal("a")
    sessions.leave("a")
    assert running.is_set()
