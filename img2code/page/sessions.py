"""What the page keeps per visitor outside the browser: a folder of files and a stop signal."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import trimesh

from geometry import Program, parse, program, rescale
from geometry.export.real import RealSize
from geometry.export.write import export
from geometry.posing import posed
from img2code import limits
from img2code.result import Result
from img2code.step import write_step

POSED = (".glb", ".obj", ".stl")
SUFFIXES = (*POSED, ".py")
URDF = ".urdf.zip"
VIEW = "view"  # the mesh that the page shows, in the unit of the camera that looks at it
FOLDERS = 6  # sets of files kept of a visitor, who gets a new one with each pose


@dataclass
class Visit:
    """A visitor: their run's stop signal, and how many still need the files of their folder."""

    run: threading.Event = field(default_factory=threading.Event)
    users: int = 0
    left: bool = False


class Sessions:
    """Visitors by their session hash. Everything of a visitor goes when they leave.

    Files that are being written, or handed over to Gradio, at that moment go right afterwards.
    """

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="img2code-page-"))
        atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()

    def begin(self, session: str) -> None:
        """A run begins now: one still going in the session is stopped, the new one is not."""
        with self._lock:
            visit = self._visit(session)
            visit.run.set()
            visit.run = threading.Event()

    def stop_signal(self, session: str) -> threading.Event:
        """The stop signal of the session's run; one is made where none has begun."""
        with self._lock:
            return self._visit(session).run

    def is_current(self, session: str, run: threading.Event) -> bool:
        """Whether the run with this stop signal is still the session's: no other came after it."""
        with self._lock:
            visit = self._visits.get(session)
            return visit is not None and visit.run is run

    def stop(self, session: str) -> None:
        """Ask the session's run to stop; harmless where none is going."""
        with self._lock:
            visit = self._visits.get(session)
        if visit:
            visit.run.set()

    def leave(self, session: str) -> None:
        """Stop the visitor's run and delete their files."""
        self.stop(session)
        with self._lock:
            visit = self._visits.pop(session, None)
            if visit is None:
                return
            visit.left = True
            needed = visit.users > 0
        if needed:  # and should whoever needs them never say that they are done
            later = threading.Timer(limits.HAND_OVER_SECONDS, self._remove, [session])
            later.daemon = True
            later.start()
        else:
            self._remove(session)

    def hold(self, session: str) -> Visit:
        """Keep the visitor's files until `release`, even when they leave."""
        with self._lock:
            visit = self._visit(session)
            visit.users += 1
            return visit

    def release(self, session: str, visit: Visit | None = None) -> None:
        with self._lock:
            visit = visit or self._visits.get(session)
            if visit is None:
                return
            visit.users = max(visit.users - 1, 0)
            over = visit.left and not visit.users and session not in self._visits
        if over:
            self._remove(session)

    def write(
        self,
        session: str,
        result: Result,
        values: Mapping[str, float] | None = None,
        size: RealSize | None = None,
    ) -> dict[str, str]:
        """The files to download, by suffix: the code in both forms, meshes, CAD source, URDF.

        ".json" is the recovered form, ".tokens.json" the token form, ".urdf.zip" a URDF with its
        meshes. values: joints that are moved, as for `geometry.posing.posed`. The meshes
        show them so; the code and the CAD source too, where the code's numbers can say it. size:
        of all but the code, and of VIEW, a GLB as large as the code says.
        """
        visit = self.hold(session)
        try:
            return self._write(session, result, values or {}, size)
        finally:
            self.release(session, visit)

    def write_step(
        self,
        session: str,
        result: Result,
        values: Mapping[str, float] | None = None,
        size: RealSize | None = None,
    ) -> str:
        """A STEP file; it takes seconds, so it is made when it is asked for.

        Raises UserError where it cannot be made, takes too long or its visitor leaves.
        """
        visit = self.hold(session)
        try:
            subject = posed(result.program, values or {})
            code = subject if isinstance(subject, Program) else result.program
            folder = self.new_folder(session)
            path = folder / f"{result.category.lower()}.step"
            return str(write_step(code, path, size=size, abandoned=lambda: visit.left))
        finally:
            self.release(session, visit)

    def _write(
        self,
        session: str,
        result: Result,
        values: Mapping[str, float],
        size: RealSize | None,
    ) -> dict[str, str]:
        subject = posed(result.program, values)
        code = subject if isinstance(subject, Program) else result.program
        folder = self.new_folder(session)
        stem = result.category.lower()
        files = {
            ".json": folder / f"{stem}_code.json",
            ".tokens.json": folder / f"{stem}_tokens.json",
        }
        files[".json"].write_text(program.dumps(code))
        files[".tokens.json"].write_text(json.dumps(result.token_code, indent=1))
        shown: trimesh.Scene | Program = subject
        moved, at_rest = size, result.program
        if size:
            files[VIEW] = export(subject, folder / "view.glb")
            at_rest = parse(rescale(at_rest, size.scale))  # once, and not for every file
            code = at_rest if code is result.program else parse(rescale(code, size.scale))
            moved = size if isinstance(subject, trimesh.Scene) else replace(size, scale=1.0)
            size = replace(size, scale=1.0)
            shown = subject if isinstance(subject, trimesh.Scene) else code
        for suffix in POSED:
            files[suffix] = export(shown, folder / f"{stem}{suffix}", size=moved)
        files.setdefault(VIEW, files[".glb"])
        files[".py"] = export(code, folder / f"{stem}.py", size=size)
        robot = folder / "urdf"
        robot.mkdir()
        export(at_rest, robot / f"{stem}.urdf", size=size)
        files[URDF] = Path(shutil.make_archive(str(folder / f"{stem}_urdf"), "zip", robot))
        return {suffix: str(path) for suffix, path in files.items()}

    def _visit(self, session: str) -> Visit:
        """The visitor's entry, made where there is none; the lock must be held."""
        return self._visits.setdefault(session, Visit())

    def new_folder(self, session: str) -> Path:
        """An empty folder of the visitor's; of many only the newest are kept."""
        parent = self._folder(session)
        parent.mkdir(exist_ok=True)
        before = sorted(parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in before[: 1 - FOLDERS]:
            shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=parent))

    def _remove(self, session: str) -> None:
        shutil.rmtree(self._folder(session), ignore_errors=True)

    def _folder(self, session: str) -> Path:
        if not session.isalnum():
            raise ValueError(f"{session!r} is no session hash.")
        return self._root / session
