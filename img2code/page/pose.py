"""What happens when joints are moved: the mesh, the downloads and STEP follow the sliders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry.articulation import articulate
from geometry.draw.figure import Camera, camera
from geometry.errors import UserError
from img2code.page import markup
from img2code.page.real_size import offered, sized
from img2code.page.sessions import VIEW, Sessions
from img2code.page.workbench import HAS_CAD
from img2code.result import Result

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

MAKING_STEP = "Making the STEP file …"
NO_STEP = "The STEP file could not be made: {} The other formats are there."
# The file is there: click the hidden button of it; without a file that does nothing.
DOWNLOAD = "() => setTimeout(() => document.querySelector('#step-file')?.click(), 100)"

Updates = dict[Any, Any]
Values = dict[str, float]
Mesh = tuple[str, Camera] | None  # a GLB, and from where it is seen


class PoseEvents:
    """The handlers of the sliders and of the STEP button."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def bind(
        self,
        tab: Reconstruct,
        latest: gr.State,
        mesh: gr.State,
        values: gr.State,
        quiet: dict[str, Any],
    ) -> None:
        """Connect the components. latest: the visitor's Result; mesh, values: what this keeps."""
        self._tab, self._mesh, self._values = tab, mesh, values
        tab.joints.pose(
            self.pose,
            [latest, tab.size],
            [*tab.downloads.values(), tab.model, mesh, values],
            trigger_mode="always_last",
            **quiet,
        ).then(self.deliver, mesh, tab.model, **quiet)
        tab.step.click(self.begin_step, None, [tab.step, tab.status], **quiet).then(
            self.make_step,
            [latest, values, tab.size],
            [tab.step, tab.step_file, tab.status],
            concurrency_limit=1,
            **quiet,
        ).then(self.taken, None, None, **quiet).then(None, None, None, js=DOWNLOAD)

    def pose(
        self, latest: Result | None, wanted: str | None, request: gr.Request, event: gr.EventData
    ) -> Updates:
        """Sliders were moved: the mesh and the downloads follow."""
        if latest is None:
            return {self._values: {}}
        sent = event._data.get("joints") if isinstance(event._data, Mapping) else None
        values = joint_values(latest, sent)
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `deliver`
        files = self._sessions.write(session, latest, values, sized(latest, wanted)[0])
        return {
            **offered(self._tab, files),
            self._mesh: (files[VIEW], camera(latest.program, values)),
            self._values: values,
        }

    def deliver(self, mesh: Mesh, request: gr.Request) -> Any:
        """Gradio has taken the files over: hand the mesh to its viewer."""
        self._sessions.release(str(request.session_hash))
        return hand_over(mesh)

    def begin_step(self) -> Updates:
        return {
            self._tab.step: gr.Button(interactive=False),
            self._tab.status: markup.status(MAKING_STEP),
        }

    def make_step(
        self, latest: Result | None, values: Values, wanted: str | None, request: gr.Request
    ) -> Updates:
        """Write the STEP file, at the pose that the sliders show if the code can say it."""
        tab = self._tab
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `taken`
        if latest is None or not HAS_CAD:
            return {tab.step_file: None}
        ready = gr.Button(interactive=True)
        try:
            path = self._sessions.write_step(session, latest, values, sized(latest, wanted)[0])
        except UserError as error:
            failure = markup.failure(NO_STEP.format(error))
            return {tab.step: ready, tab.step_file: None, tab.status: failure}
        return {tab.step: ready, tab.step_file: path, tab.status: markup.finished(latest)}

    def taken(self, request: gr.Request) -> None:
        self._sessions.release(str(request.session_hash))


def joint_values(result: Result, sent: Any) -> Values:
    """What a browser sent, as far as it names joints of the object and finite numbers."""
    names = {link.joint.name for link in articulate(result.program) if link.joint}
    if not isinstance(sent, Mapping):
        return {}
    return {
        name: float(value)
        for name, value in sent.items()
        if name in names
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
    }


def hand_over(mesh: Mesh) -> Any:
    """The mesh for its viewer, seen whole and from where the picture was taken."""
    if mesh is None:
        return None
    path, seen = mesh
    return gr.Model3D(path, camera_position=(seen.around, seen.down, seen.distance))
