"""CadQuery source of strangers: what is modelling runs, everything else is refused or killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geometry.cad_parts.sample import sample
from geometry.export.part_script import script
from img2code.sandbox import SandboxError, run
from img2code.sandbox_rules import check

BOX = "import cadquery as cq\nresult = cq.Workplane('XY').box(1, 2, 3).faces('>Z').hole(0.5)\n"
PUBLISHED = """import cadquery as cq
wp_sketch0 = cq.Workplane(cq.Plane(cq.Vector(-0.68, -0.32, 0.0), cq.Vector(1, 0, 0), cq.Vector(0, 0, 1)))
loop0=wp_sketch0.moveTo(0.6, -0.4).lineTo(1.3, -0.1).lineTo(1.4, 0.6).lineTo(0.0, 0.0).close()
solid0=wp_sketch0.add(loop0).extrude(0.29)
solid=solid0
"""  # noqa: E501

ATTACKS = {
    "import": "import os\nresult = os",
    "from": "from os import system\nresult = system('true')",
    "dunder": "result = ().__class__.__bases__[0].__subclasses__()",
    "getattr": "result = getattr((), 'count')",
    "exec": "exec('1')",
    "open": "result = open('/etc/passwd').read()",
    "exporter": "import cadquery as cq\ncq.exporters.export(cq.Workplane().box(1,1,1), 'x.step')",
    "lambda": "f = lambda: 1\nresult = f()",
    "power": "result = 9 ** 999999",
    "large": "result = 1e9",
    "while": "while True: pass",
    "function": "def f(): return f()\nresult = f()",
    "class": "class A: pass",
    "try": "try:\n    x = 1\nfinally:\n    result = x",
    "private": "_x = 1\nresult = _x",
    "range": "result = [0 for i in range(99999)]",
    "format": "result = f'{1:>999999}'",
    "bytes": "result = b'x'",
    "wrapped": "import cadquery as cq\nresult = cq.Workplane().box(1, 1, 1).val().wrapped",
}


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS.keys())
def test_what_is_not_modelling_is_refused_before_it_runs(source: str) -> None:
    assert check(source)
    with pytest.raises(SandboxError, match="refused"):
        run(source)


@pytest.mark.parametrize("source", [BOX, PUBLISHED])
def test_modelling_is_not_refused(source: str) -> None:
    assert check(source) is None


def test_our_own_scripts_pass_but_for_their_last_lines() -> None:
    for seed in range(20):
        source = script(sample(np.random.default_rng(seed)))
        assert check(source.partition("\nif __name__")[0]) is None, source


def test_a_mesh_and_a_volume_come_back() -> None:
    made = run(BOX)
    assert made.volume == pytest.approx(6 - np.pi * 0.0625 * 3)
    assert made.mesh.is_watertight
    assert made.mesh.volume == pytest.approx(made.volume, rel=0.01)
    assert run(PUBLISHED).volume > 0


#: Each says what it did: a "result" that is a solid would be a success of the attack.
WON = "\nimport cadquery as cq\nresult = cq.Workplane('XY').box(1, 1, 1)\n"
#: How an attacker who got past the check reaches the interpreter.
REACH = (
    "import cadquery\n"
    "b = cadquery.Workplane.box.__globals__['__builtins__']\n"
    "os = b['__import__']('os')\n"
)
UNCHECKED = {
    "socket": REACH + "b['__import__']('socket').socket()",
    "connect": REACH + "b['__import__']('socket').create_connection(('127.0.0.1', 9), 1)",
    "fork": REACH + "os.fork()",
    "exec": REACH + "os.execv('/bin/true', ['true'])",
    "system": REACH + "assert os.system('true') == 0",
    "write": REACH + "b['open']('stolen.txt', 'w').write('x')",
    "write outside": REACH + "b['open']('FOLDER/was_here', 'w').write('x')",
    "unlink": REACH + "os.unlink('FOLDER/target')",
    "kill": REACH + "os.kill(os.getppid(), 9)",
    "root": REACH + "os.setuid(0)",
    "secret": REACH + "b['open']('FOLDER/target').read()",
    "memory": REACH + "x = b['bytearray'](8 * 1024**3)",
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "target"
    path.write_text("secret")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("attack", UNCHECKED.values(), ids=UNCHECKED.keys())
def test_the_process_holds_back_what_got_past_the_check(attack: str, target: Path) -> None:
    with pytest.raises(SandboxError):
        run(attack.replace("FOLDER", str(target.parent)) + WON, checked=False)
    assert target.read_text() == "secret"
    assert not target.with_name("was_here").exists()


@pytest.mark.parametrize("loop", ["while True: pass", "x = 9 ** 9 ** 9"])
def test_what_does_not_end_is_killed(loop: str) -> None:
    with pytest.raises(SandboxError, match=r"no end within|without an answer"):
        run(loop + WON, checked=False, seconds=20)


def test_the_way_past_the_check_is_a_real_one() -> None:
    """What the attacks above reach is there: they are stopped by the process, not by a mistake."""
    made = run(REACH + "assert os.getpid() > 0" + WON, checked=False)
    assert made.volume == pytest.approx(1)


def test_wrong_results_are_said() -> None:
    with pytest.raises(SandboxError, match="none of result"):
        run("import cadquery as cq\nx = cq.Workplane('XY').box(1, 1, 1)")
    with pytest.raises(SandboxError, match="failed"):
        run("import cadquery as cq\nresult = cq.Workplane('XY').rect(1, 1)" + ".extrude('a')")


def test_elsewhere_than_on_linux_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(SandboxError, match=r"Linux only, not on win32\. .*container"):
        run("result = 1", checked=False)
