"""Back ends by name: whatever turns a picture into the text of a code. Loaded when asked for."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from PIL import Image

from geometry.errors import UserError, suggestion
from geometry.program import Program
from img2code.recognition import Box, Recognition

if TYPE_CHECKING:
    from img2code.fit.fitting import Evidence
    from img2code.fit.mask import Mask
    from img2code.revise import Attempt

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


@runtime_checkable
class BlindBackend(Backend, Protocol):
    """A back end that makes objects up: there is no use in fitting them to a picture."""

    blind: Literal[True]


@runtime_checkable
class FittingBackend(SeeingBackend, Protocol):
    """A back end that says what a picture tells beyond its code."""

    def evidence(
        self,
        picture: Image.Image,
        seen: Any,
        program: Program,
        mask: Mask | None = None,
        others: bool = True,
    ) -> Evidence:
        """Of a picture that `see` has looked at, for a fit of the program.

        mask: the object's, where it is known. others: with other readings of the picture.
        """
        ...


@runtime_checkable
class SecondLookBackend(FittingBackend, Protocol):
    """A back end that compares its answer with the picture, and may give another one."""

    def look_again(self, picture: Image.Image, seen: Any, program: Program) -> str | None:
        """A whole answer that suits the picture better; None where the program is the best one.

        Of a picture that `see` has looked at, and the program that was written for it.
        """
        ...


@runtime_checkable
class DoubtingBackend(FittingBackend, Protocol):
    """A back end that has other codes, where a fit does not meet the picture."""

    def alternatives(
        self, picture: Image.Image, seen: Any, program: Program, mask: Mask
    ) -> Iterator[Program]:
        """Of other templates, the likeliest first.

        Of a picture that `see` has looked at, and the program that was written for it.
        """
        ...


@runtime_checkable
class RevisingBackend(Backend, Protocol):
    """A back end that writes another answer when it is shown what became of its last one.

    plain: its answers hold lengths and degrees instead of tokens.
    """

    plain: bool

    def revise(self, picture: Image.Image, attempts: Sequence[Attempt]) -> Iterator[str]:
        """As generate. attempts: what was answered so far, the first one first."""
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


def read_also(text: str) -> tuple[str, dict[str, Any]]:
    """A back end to compare with and its options: "openai:MODEL@URL", "qwen:FOLDER", "fake".

    Raises UserError where there is none of that name.
    """
    name, _, rest = text.partition(":")
    model, _, url = rest.partition("@")
    if name not in BACKENDS:
        raise _unknown(name)
    options = {"model": model, "url": url}
    return name, {option: value for option, value in options.items() if value}


def _unknown(name: str) -> UserError:
    valid = f"Known back ends: {', '.join(BACKENDS)}."
    hint = " ".join(filter(None, [suggestion(name, BACKENDS), valid]))
    return UserError(f"There is no back end {name!r}.", hint)


def load(name: str = "embedded", **options: Any) -> Backend:
    """The back end of that name, ready to use; `options` are the ones of its own `load`.

    Raises UserError for a name or an option that there is none of.
    """
    if name not in BACKENDS:
        raise _unknown(name)
    loader = importlib.import_module(BACKENDS[name]).load
    known = inspect.signature(loader).parameters
    for option in options:
        if option not in known:
            problem = f"The back end {name} has no option {option!r}."
            raise UserError(problem, f"It has {', '.join(known) or 'none'}.")
    backend: Backend = loader(**options)
    return backend
