"""Back ends by name: whatever turns a picture into the text of a code. Loaded when asked for."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from PIL import Image

from geometry.errors import UserError, suggestion
from img2code.recognition import Box, Recognition

#: Whether the picture of a row is still wanted.
Wanted = Callable[[int], bool]


def always(row: int) -> bool:
    return True


class Backend(Protocol):
    """One small seam: a picture in, pieces of text out."""

    name: str

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        """The code in token form as JSON text, one piece per decided token, as it is decided.

        `picture` comes from `open_image`; `category` None leaves the choice to the back end.
        Closing the iterator ends the work. Raises GenerationError.
        """
        ...


@runtime_checkable
class BatchBackend(Backend, Protocol):
    """A back end that decodes several pictures at once; batch: how many at the most."""

    batch: int

    def generate_batch(
        self,
        pictures: Sequence[Image.Image],
        categories: Sequence[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str | None]]:
        """Pieces with the row that they belong to, and None where a row's answer is complete.

        wanted: a row that is not wanted any more may be left.
        """
        ...


class Seen(Protocol):
    """A picture that a back end has looked at."""

    @property
    def recognition(self) -> Recognition: ...


@runtime_checkable
class SeeingBackend(BatchBackend, Protocol):
    """A back end that says what a picture shows before it writes the code."""

    def see(
        self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None] | None = None
    ) -> Sequence[Seen]:
        """boxes: where the object is, for those pictures where that is known."""
        ...

    def generate_seen(
        self, seen: Sequence[Any], categories: Sequence[str | None], wanted: Wanted = always
    ) -> Iterator[tuple[int, str | None]]:
        """As generate_batch, of pictures that `see` has looked at."""
        ...


def batch_size(backend: Backend) -> int:
    """How many pictures the back end decodes at once."""
    return backend.batch if isinstance(backend, BatchBackend) else 1


# Each module has a function load(...) -> Backend.
BACKENDS: dict[str, str] = {
    "embedded": "img2code.backends.embedded",
    "fake": "img2code.backends.fake",
    "qwen": "img2code.backends.qwen",
    "openai": "img2code.backends.openai",
}


def load(name: str = "embedded", **options: Any) -> Backend:
    """The back end of that name, ready to use; `options` are the ones of its own `load`.

    Raises UserError for a name or an option that there is none of.
    """
    if name not in BACKENDS:
        valid = f"Known back ends: {', '.join(BACKENDS)}."
        hint = " ".join(filter(None, [suggestion(name, BACKENDS), valid]))
        raise UserError(f"There is no back end {name!r}.", hint)
    loader = importlib.import_module(BACKENDS[name]).load
    known = inspect.signature(loader).parameters
    for option in options:
        if option not in known:
            problem = f"The back end {name} has no option {option!r}."
            raise UserError(problem, f"It has {', '.join(known) or 'none'}.")
    backend: Backend = loader(**options)
    return backend
