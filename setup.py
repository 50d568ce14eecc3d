"""Copies what the page shows into the wheel; everything else stands in pyproject.toml.

The example pictures and the project's own pages lie beside the packages in a checkout, where
people look for them. In a wheel they lie in img2code/shipped/, under the same names.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = (
    *("README.md", "docs/service.md", "example_images/*.jpg", "example_images/*.json"),
    "example_images/cad_parts/*.png",
)


class BuildWithExamples(build_py):
    """build_py, and a copy of the files; an editable install finds those of the checkout."""

    def run(self) -> None:
        super().run()
        for source, target in self._shipped().items():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return super().get_outputs(include_bytecode) + list(self._shipped().values())

    def _shipped(self) -> dict[str, str]:
        if self.editable_mode:
            return {}
        folder = Path(self.build_lib, "img2code", "shipped")
        found = [path for pattern in SHIPPED for path in sorted(Path().glob(pattern))]
        return {str(path): str(folder / path) for path in found}


setup(cmdclass={"build_py": BuildWithExamples})
