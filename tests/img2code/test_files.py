"""Files are written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from img2code.atomic import atomic_path


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail(write: Callable[[Path], object]) -> None:
        with atomic_path(target) as temporary:
            write(temporary)
            raise RuntimeError("stopped half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail(lambda path: path.write_text("new"))
    assert target.read_text() == "old"
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    with atomic_path(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "link.txt"}
