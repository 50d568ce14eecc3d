"""The page's one endpoint for programs: `predict`, a picture to its code and a GLB of it.

gradio_client and MCP clients call it. It waits in the page's own queue and is guarded like every
event of the page; all other events are private. docs/page-api.md shows how it is called.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_file_to_cache

import geometry
from geometry.errors import UserError
from geometry.export.write import export
from img2code import limits
from img2code.errors import GenerationError
from img2code.page.events import UNEXPECTED
from img2code.page.on_gpu import on_gpu
from img2code.page.picture_input import PictureInput
from img2code.page.workbench import AUTO
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Result

NAME = "predict"
NO_PICTURE = "There is no picture. Send one as `picture`."
log = logging.getLogger(__name__)


class Api:
    """The endpoint on hidden components: the guard knows which of their data may be files."""

    def __init__(self, reconstructor: Reconstructor) -> None:
        self._stream = on_gpu(reconstructor.stream)

    def bind(self, runs: str) -> None:
        """Add the endpoint, inside the page's context. runs: the id of the page's own runs, whose
        limit it shares.
        """
        trigger = gr.Button(visible=False)
        picture = PictureInput(label="Picture", type="filepath", image_mode=None, visible=False)
        category = gr.Textbox(value=AUTO, label="Category", visible=False)
        code = gr.JSON(label="Code", visible=False)
        self._mesh = gr.File(label="GLB", visible=False)
        trigger.click(
            self.predict,
            [picture, category],
            [code, self._mesh],
            api_name=NAME,
            api_description=about(),
            concurrency_id=runs,
            concurrency_limit=limits.CONCURRENT_RUNS,
            show_progress="hidden",
        )

    def predict(self, picture: str | None, category: str | None = AUTO) -> tuple[Any, str]:
        """The code of a picture, and the path of a GLB. Raises gr.Error alone.

        Parameters:
            picture: A picture of one object.
            category: What it shows, or "Auto".
        """
        if not picture:
            raise gr.Error(NO_PICTURE, print_exception=False)
        try:
            result = self._run(picture, None if category in (None, "", AUTO) else category)
            return result.code, self._write(result)
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from None
        except Exception:
            log.exception("A reconstruction failed.")
            raise gr.Error(UNEXPECTED, print_exception=False) from None

    def _run(self, picture: str, category: str | None) -> Result:
        with contextlib.closing(self._stream(picture, category)) as events:
            for event in events:
                if isinstance(event, Done):
                    return event.result
        raise GenerationError("The back end gave no answer.", "Try again.")

    def _write(self, result: Result) -> str:
        """A GLB among the files that the page serves, and deletes after a while."""
        with tempfile.TemporaryDirectory(prefix="img2code-page-") as folder:
            made = export(result.code, Path(folder) / f"{result.category.lower()}.glb")
            kept: str = save_file_to_cache(made, self._mesh.GRADIO_CACHE)
        return kept


def about() -> str:
    """What the endpoint does, for whoever looks through a list of tools."""
    names = ", ".join(geometry.categories())
    return (
        "One picture of an object in; its code out: category, pose and parts with their numbers, "
        "as JSON, and the address of a GLB of it. "
        f"category: {AUTO} lets the model decide, or one of {names}."
    )
