"""Writes the software bill of materials (CycloneDX JSON): what an installation runs, no test tool.

python tools/sbom.py [FILE]    needs requirements/audit.txt; `make sbom`
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
EXTRAS = ("cad", "heic", "mcp", "qwen", "train")  # of img2code itself, as far as they are installed


def bill() -> dict[str, Any]:
    """The bill of this environment, without what img2code does not need."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    made = subprocess.run([*command, sys.executable], check=True, capture_output=True, text=True)
    return reduced(json.loads(made.stdout), needed("img2code", EXTRAS))


def needed(package: str, extras: tuple[str, ...] = ()) -> set[str]:
    """The names of all installed packages that one needs, directly or through others."""
    found: set[str] = set()
    seen: set[tuple[str, tuple[str, ...]]] = set()
    left = [(package, extras)]
    while left:
        name, wanted = left.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            lines = requires(name) or ()
        except PackageNotFoundError:
            continue
        found.add(canonicalize_name(name))
        for one in map(Requirement, lines):
            marker = one.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *wanted)):
                left.append((canonicalize_name(one.name), tuple(sorted(one.extras))))
    return found


def reduced(whole: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The bill with these packages alone."""
    components = [part for part in whole["components"] if canonicalize_name(part["name"]) in names]
    kept = {part["bom-ref"] for part in components}
    dependencies = [
        {**each, "dependsOn": sorted(kept.intersection(each.get("dependsOn", ())))}
        for each in whole["dependencies"]
        if each["ref"] in kept
    ]
    return {**whole, "components": components, "dependencies": dependencies}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sbom.json"
    content = bill()
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(content['components'])} packages.")
