"""What every command of the command line is made of, and the options that several share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from img2code.cli import types

if TYPE_CHECKING:
    from img2code.reconstruct import Reconstructor

BACKEND = "embedded"
Options = TypeVar("Options")


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line, and texts left as they are written."""

    def __init__(self, **settings: Any) -> None:
        keep = argparse.RawDescriptionHelpFormatter
        super().__init__(allow_abbrev=False, formatter_class=keep, **settings)

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith((".", "?")) else "."
        self.exit(2, f"{self.prog}: {message}{end} See {self.prog} --help.\n")


@dataclass(frozen=True)
class Command(Generic[Options]):
    """A command: its help, its options as a frozen dataclass, and what it does with them.

    run: returns the exit status.
    """

    name: str
    summary: str
    more: str
    examples: tuple[str, ...]
    options: type[Options]
    add_options: Callable[[Parser], None]
    run: Callable[[Options], int]

    def add_to(self, commands: Any) -> None:
        """Make it known to the parser of the whole command line."""
        parser = commands.add_parser(
            self.name,
            help=self.summary,
            description=f"{self.summary[0].upper()}{self.summary[1:]}.\n{self.more}",
            epilog=example_lines(*self.examples),
        )
        self.add_options(parser)

    def __call__(self, parsed: argparse.Namespace) -> int:
        given = {field.name: getattr(parsed, field.name) for field in fields(self.options)}  # type: ignore[arg-type]  # a dataclass
        return self.run(self.options(**given))


@dataclass(frozen=True)
class BackendOptions:
    """Which back end answers, and what was said about it; None is left to the back end."""

    backend: str
    model: str | None
    url: str | None
    stats: Path | None
    system_prompt: Path | None
    unconstrained: bool | None
    general: bool | None

    def settings(self) -> dict[str, Any]:
        """What is passed on to the back end: what was given."""
        settings = {
            "model": self.model,
            "url": self.url,
            "system_prompt": self.system_prompt,
            "unconstrained": self.unconstrained,
            "general": self.general,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def reconstructor(self, strict: bool = False, revisions: int = 0) -> Reconstructor:
        from img2code.backends import load
        from img2code.reconstruct import Reconstructor
        from stats import read_checkpoint

        statistics = read_checkpoint(self.stats) if self.stats else None
        return Reconstructor(load(self.backend, **self.settings()), statistics, strict, revisions)


def add_backend(
    parser: Parser,
    backend: str | None = BACKEND,
    kind: Callable[[str], str] = types.backend,
) -> None:
    """The options of BackendOptions. backend: the one that is taken where none is named.

    kind: checks a name.
    """
    add = parser.add_argument_group("back end").add_argument
    about = "what answers (default: embedded, the model that comes along)"
    add("--backend", type=kind, default=backend, metavar="NAME", help=about)
    about = "qwen: the checkpoint's folder, or its name on the hub; openai: its name on the server"
    add("--model", metavar="PATH_OR_NAME", help=about)
    about = "openai: the server's address, with /v1 (default: the variable OPENAI_BASE_URL)"
    add("--url", metavar="URL", help=about)
    about = "the statistics file that comes with the model (default: our own)"
    add("--stats", type=Path, metavar="FILE", help=about)
    about = "a text that replaces our instructions to a language model"
    add("--system-prompt", type=Path, metavar="FILE", help=about)
    about = "qwen, openai: let the model write what it likes; its answer is repaired"
    add("--unconstrained", action="store_true", default=None, help=about)
    about = (
        "openai: the model was never trained on codes; it is shown the category's templates with "
        "typical numbers and writes lengths and degrees"
    )
    add("--general", action="store_true", default=None, help=about)


def add_strict(parser: Parser) -> None:
    about = "refuse an answer that needs more than punctuation, instead of repairing it"
    parser.add_argument("--strict", action="store_true", help=about)


def example_lines(*lines: str) -> str:
    return "examples:\n" + "".join(f"  img2code {line}\n" for line in lines)
