"""Asks the index of known vulnerabilities about every installed package; `make audit`.

python tools/audit.py    needs requirements/audit.txt

The exit status is 1 for findings alone. Where no index can be reached that is said in one line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SECONDS = 15  # for an answer of the index


def audit() -> dict[str, Any] | str:
    """pip-audit's report on this environment; why there is none, where nothing was checked."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--skip-editable", "--timeout", str(SECONDS)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        report: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        return (ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1]
    if not checked(report):
        return "the index knows none of the packages"
    return report


def checked(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages that the index has told something about, be it that they are clean."""
    return [package for package in report["dependencies"] if "skip_reason" not in package]


def findings(report: dict[str, Any]) -> list[str]:
    """A line per known vulnerability, with the releases that mend it."""
    return [
        f"{package['name']} {package['version']}: {known['id']}, "
        f"mended in {', '.join(known['fix_versions']) or 'no release yet'}"
        for package in checked(report)
        for known in package["vulns"]
    ]


def main() -> int:
    report = audit()
    if isinstance(report, str):
        print(f"audit: no index of advisories can be reached, nothing was checked ({report}).")
        return 0
    found = findings(report)
    for line in found:
        print(f"audit: {line}")
    total = len(report["dependencies"])
    print(f"audit: {len(checked(report))} of {total} packages checked, {len(found)} findings.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
