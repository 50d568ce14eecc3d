"""Steps of one's own: Python files that are run so that their steps become known."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from geometry.errors import UserError


def load_modules(paths: Sequence[str]) -> None:
    """Run the files, each once in a process. Raises UserError."""
    for path in paths:
        name = f"img2code_steps_{Path(path).stem}"
        if name in sys.modules:
            continue
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None or not Path(path).is_file():
            raise UserError(f"there is no file of steps {path}.", "Give a Python file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            problem = f"the steps of {path} cannot be loaded: {type(error).__name__}: {error}"
            raise UserError(problem, "Mend the file.") from error
