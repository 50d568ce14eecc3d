"""What the page keeps per visitor outside the browser: a folder of files and a stop signal."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import threading
from pathlib import Path

from geometry import program
from geometry.export import export
from img2code.reconstruct import Result

SUFFIXES = (".glb", ".obj", ".stl", ".py")
URDF = ".urdf.zip"


class Sessions:
    """Visitors by their session hash. Everything of a visitor goes when they leave."""

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="img2code-page-"))
        atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        self._stops: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def begin(self, session: str) -> None:
        """A run begins now: one still going in the session is stopped, the new one is not."""
        with self._lock:
            previous = self._stops.get(session)
            self._stops[session] = threading.Event()
        if previous:
            previous.set()

    def stop_signal(self, session: str) -> threading.Event:
        """The stop signal of the session's run; one is made where none has begun."""
        with self._lock:
            return self._stops.setdefault(session, threading.Event())

    def stop(self, session: str) -> None:
        """Ask the session's run to stop; harmless where none is going."""
        with self._lock:
            signal = self._stops.get(session)
        if signal:
            signal.set()

    def leave(self, session: str) -> None:
        """Stop the visitor's run and delete their files."""
        self.stop(session)
        with self._lock:
            self._stops.pop(session, None)
        shutil.rmtree(self._folder(session), ignore_errors=True)

    def write(self, session: str, result: Result) -> dict[str, str]:
        """The files to download, by suffix: the code in both forms, meshes, CAD source, URDF.

        ".json" is the recovered form, ".tokens.json" the token form, ".urdf.zip" a URDF with its
        meshes.
        """
        parent = self._folder(session)
        parent.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent))
        stem = result.category.lower()
        files = {
            ".json": folder / f"{stem}_code.json",
            ".tokens.json": folder / f"{stem}_tokens.json",
        }
        files[".json"].write_text(program.dumps(result.code))
        files[".tokens.json"].write_text(json.dumps(result.token_code, indent=1))
        for suffix in SUFFIXES:
            files[suffix] = export(result.code, folder / f"{stem}{suffix}")
        robot = folder / "urdf"
        robot.mkdir()
        export(result.code, robot / f"{stem}.urdf")
        files[URDF] = Path(shutil.make_archive(str(folder / f"{stem}_urdf"), "zip", robot))
        return {suffix: str(path) for suffix, path in files.items()}

    def _folder(self, session: str) -> Path:
        if not session.isalnum():
            raise ValueError(f"{session!r} is no session hash.")
        return self._root / session
