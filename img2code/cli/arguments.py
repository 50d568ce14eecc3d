"""The commands of the command line and their arguments, with examples for each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from img2code import __version__, limits
from img2code.cli import types

#: As geometry.export.EXPORTERS; a test compares.
MESH_SUFFIXES = (".glb", ".obj", ".stl", ".ply", ".urdf", ".xml", ".sdf", ".py", ".step")
MAX_SEGMENTS, MAX_SIZE = 512, 4096
BACKEND = "embedded"
#: What is passed on to the back end where it is given.
BACKEND_OPTIONS = ("model", "url", "system_prompt", "unconstrained")


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line, and texts left as they are written."""

    def __init__(self, **settings: Any) -> None:
        keep = argparse.RawDescriptionHelpFormatter
        super().__init__(allow_abbrev=False, formatter_class=keep, **settings)

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith((".", "?")) else "."
        self.exit(2, f"{self.prog}: {message}{end} See {self.prog} --help.\n")


def parser() -> Parser:
    """Every command and its arguments."""
    top = Parser(
        prog="img2code",
        description="A picture of an object in, the parametric code that rebuilds it in 3D out.",
        epilog=_examples(
            "predict mug.jpg --out results",
            "mesh results/mug/generated_code.json --out mug.stl",
            "app",
        )
        + "\nimg2code COMMAND --help tells more about each.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True, parser_class=Parser
    )
    for add in (_predict, _batch, _mesh, _sample, _render, _eval, _serve, _app):
        add(commands)
    return top


def _predict(commands: Any) -> None:
    command = _command(
        commands,
        "predict",
        "pictures to codes and meshes",
        """
For each picture a folder DIR/<name>/ with generated_code_before_rec.json (tokens),
generated_code.json (lengths and degrees), generated_raw_outputs.txt and mesh.glb. A picture
that fails does not stop the others; the exit status is then 1.""",
        "predict mug.jpg --out results",
        "predict photos/*.jpg --category Chair --report report.jsonl --out results",
        "predict mug.jpg --backend qwen --model checkpoint --stats stats.json --out results",
        "predict mug.jpg --server http://127.0.0.1:8000 --out results",
    )
    add = command.add_argument
    add("images", nargs="+", type=Path, metavar="IMAGE", help="a picture")
    add("--out", type=Path, required=True, metavar="DIR", help="where the folders go")
    about = "what the pictures show (default: auto, the back end decides)"
    add("--category", type=types.category_or_auto, default="auto", metavar="NAME", help=about)
    about = "one JSON line per picture: path, category, seconds, error, folder"
    add("--report", type=Path, metavar="FILE", help=about)
    about = "let a service (img2code serve) do it; IMG2CODE_API_KEY holds its key, if it has one"
    add("--server", metavar="URL", help=about)
    about = "refuse an answer that needs more than punctuation, instead of repairing it"
    add("--strict", action="store_true", help=about)
    _add_backend(command)


def _batch(commands: Any) -> None:
    command = _command(
        commands,
        "batch",
        "folders of pictures to codes, by several processes",
        """
DIR has one folder per category with pictures inside. What becomes of each goes to
OUT/<model>/<category>/<index>/, where the index counts the sorted file names from 0: the picture,
generated_code_before_rec.json (tokens), generated_code.json (lengths and degrees),
generated_raw_outputs.txt and mesh.glb, or error.txt. A folder is there whole or not at all: however
a run was interrupted, the same command goes on from there. OUT/<model>/manifest.jsonl lists every
picture. One process per GPU, or per CPU core. The exit status is 1 while pictures have errors.""",
        "batch --test_set_dir objects --save_dir results",
        "batch --test_set_dir objects --save_dir results --model_path checkpoint --num_gpus 4",
        "batch --test_set_dir objects --save_dir results --retry",
    )
    add = command.add_argument
    add("--test_set_dir", type=Path, required=True, metavar="DIR", help="the pictures")
    add("--save_dir", type=Path, required=True, metavar="OUT", help="where the results go")
    about = "processes on GPUs (default: one for each that is there; 0: the CPU)"
    add("--num_gpus", type=types.whole_number(0), metavar="N", help=about)
    about = "processes without a GPU (default: one per core; openai: 8 requests at once)"
    add("--workers", type=types.whole_number(1), metavar="N", help=about)
    about = "try pictures again that failed in an earlier run"
    add("--retry", action="store_true", help=about)
    about = "refuse an answer that needs more than punctuation, instead of repairing it"
    add("--strict", action="store_true", help=about)
    about = "the same as --model; the back end is then qwen unless --backend says otherwise"
    add("--model_path", dest="model", metavar="PATH", help=about)
    about = "the folder of the model's statistics: one .json file, or a <category>.json for each"
    add("--stats_dir", dest="stats", type=types.folder, metavar="DIR", help=about)
    _add_backend(command)
    command.set_defaults(backend=None)


def _mesh(commands: Any) -> None:
    command = _command(
        commands,
        "mesh",
        "a code to a mesh file",
        """
The suffix chooses the format. .glb and .obj keep every part as an object of its own; .stl and .ply
are one closed body. .glb has the joints, and so have .urdf, .xml (MuJoCo) and .sdf (Gazebo), with a
folder of meshes beside them. .py is a CadQuery script with the parameters as constants, .step the
solids that it makes; that takes CadQuery (pip install -r requirements-cad.txt). A number of a code
counts as metres; .stl, .ply and .step are in millimetres, .stl and .ply z up.""",
        "mesh code.json --out mug.glb",
        "mesh code.json --size height=95mm --segments 128 --out mug.stl",
        "mesh code.json --out mug.urdf",
        "mesh code.json --out mug.py",
    )
    add = command.add_argument
    add("code", type=Path, metavar="CODE.json", help="a code with lengths and degrees")
    path = types.path_with(MESH_SUFFIXES)
    add("--out", type=path, required=True, metavar="FILE", help=" ".join(MESH_SUFFIXES))
    number = types.whole_number(3, MAX_SEGMENTS)
    add("--segments", type=number, default=64, metavar="N", help="sides of a circle (default: 64)")
    add("--posed", action="store_true", help="turned as in its picture, not as it stands")
    add("--up", choices=("y", "z"), help="the upward axis of the file (default: the format's own)")
    add = command.add_mutually_exclusive_group().add_argument
    about = "how large the object is made, as its largest extent or as its height, width or depth"
    add("--size", type=types.size, metavar="95mm|height=95mm", help=about)
    about = "how many times as large it is made (default: 1)"
    add("--scale", type=types.scale, default=1.0, metavar="FACTOR", help=about)


def _sample(commands: Any) -> None:
    command = _command(
        commands,
        "sample",
        "a made-up object of a category, as a code",
        """
The same seed gives the same object.""",
        "sample Mug --seed 7 --out mug.json",
    )
    add = command.add_argument
    add("category", type=types.category, metavar="CATEGORY", help="for instance Mug")
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help="(default: 0)")
    add("--out", type=Path, required=True, metavar="CODE.json", help="the file to write")


def _render(commands: Any) -> None:
    command = _command(
        commands,
        "render",
        "a code to a picture",
        """
Seen as its pose says, every part in a colour of its own.""",
        "render code.json --out mug.png",
        "render code.json --size 1024 --out mug.png",
    )
    add = command.add_argument
    add("code", type=Path, metavar="CODE.json", help="a code with lengths and degrees")
    path = types.path_with([".png"])
    add("--out", type=path, required=True, metavar="FILE.png", help="the file to write")
    number = types.whole_number(16, MAX_SIZE)
    add("--size", type=number, default=512, metavar="PIXELS", help="width (default: 512)")


def _eval(commands: Any) -> None:
    command = _command(
        commands,
        "eval",
        "how good a back end is, as a table",
        """
Measured on objects whose code is known: the pictures of a folder, each beside its code (mug.png,
mug.json). Without a folder, objects that are made up and drawn here, the same ones on every run;
that needs requirements-train.txt and OpenGL.""",
        "eval",
        "eval --objects 20 --category Mug --all-around",
        "eval my_objects",
    )
    add = command.add_argument
    add("folder", nargs="?", type=types.folder, metavar="DIR", help="pictures and their codes")
    _add_backend(command)
    about = "a second table by the published protocol: the best of a grid of rotations"
    add("--aligned", action="store_true", help=about)
    about = "refuse an answer that needs more than punctuation, instead of repairing it"
    add("--strict", action="store_true", help=about)
    add = command.add_argument_group("objects that are made up here").add_argument
    number = types.whole_number(1)
    add("--objects", type=number, default=100, metavar="N", help="per category (default: 100)")
    about = "only this one; may be given again (default: all)"
    add("--category", type=types.category, action="append", metavar="NAME", help=about)
    add("--all-around", action="store_true", help="seen from behind too, not only from the front")
    add("--plain", action="store_true", help="clean pictures on white")
    about = "processes that share the work (default: 1)"
    add("--workers", type=number, default=1, metavar="N", help=about)


def _serve(commands: Any) -> None:
    command = _command(
        commands,
        "serve",
        "the HTTP service, with the page if you like",
        """
POST a picture to /v1/predict, or to /v1/predict/stream for the code while it is written; a code to
/v1/mesh. /openapi.json describes everything, /metrics counts. Prints its address and serves until
Ctrl-C or SIGTERM. The variable IMG2CODE_API_KEYS holds keys, separated by commas, without which it
then refuses.""",
        "serve",
        "serve --host 0.0.0.0 --port 8000 --page --allow-host models.example.org",
    )
    add = command.add_argument
    host = "127.0.0.1"
    add("--host", default=host, metavar="NAME", help=f"address to serve on (default: {host})")
    number = types.whole_number(0, 65535)
    add("--port", type=number, default=8000, metavar="N", help="(default: 8000; 0: a free one)")
    add("--page", action="store_true", help="the page too, at /page, with the same model")
    add = command.add_argument_group("who may talk to it (docs/security.md)").add_argument
    about = "a host name that it answers to, *.example.org for all below; may be given again"
    add("--allow-host", action="append", default=[], metavar="NAME", help=about)
    about = "pages from elsewhere that may call and embed it, https://example.org; again for more"
    add("--allow-origin", action="append", default=[], metavar="ORIGIN", help=about)
    about = "a proxy whose X-Forwarded-For is believed, an address or a network; again for more"
    add("--trusted-proxy", action="append", default=[], metavar="ADDRESS", help=about)
    about = f"requests a minute of one client (default: {limits.REQUESTS_PER_MINUTE}; 0: any)"
    default = limits.REQUESTS_PER_MINUTE
    add("--rate", type=types.whole_number(0), default=default, metavar="N", help=about)
    about = f"connections at a time (default: {limits.MAX_CONNECTIONS})"
    number = types.whole_number(1)
    default = limits.MAX_CONNECTIONS
    add("--limit-concurrency", type=number, default=default, metavar="N", help=about)
    _add_backend(command)


def _app(commands: Any) -> None:
    command = _command(
        commands,
        "app",
        "the page in the browser",
        """
Prints its address and serves until Ctrl-C.""",
        "app",
        "app --host 0.0.0.0 --port 8000",
        "app --mcp",
    )
    add = command.add_argument
    add("--host", metavar="NAME", help="address to serve on (default: 127.0.0.1)")
    number = types.whole_number(1, 65535)
    add("--port", type=number, metavar="N", help="(default: the first free one from 7860 on)")
    about = "also a tool for MCP clients, at /gradio_api/mcp; needs requirements-mcp.txt"
    add("--mcp", action="store_true", help=about)
    _add_backend(command)


def _command(commands: Any, name: str, summary: str, more: str, *examples: str) -> Parser:
    about = f"{summary[0].upper()}{summary[1:]}.\n{more}"
    command: Parser = commands.add_parser(
        name, help=summary, description=about, epilog=_examples(*examples)
    )
    return command


def _examples(*lines: str) -> str:
    return "examples:\n" + "".join(f"  img2code {line}\n" for line in lines)


def _add_backend(command: Parser) -> None:
    add = command.add_argument_group("back end").add_argument
    about = "what answers (default: embedded, the model that comes along)"
    add("--backend", type=types.backend, default=BACKEND, metavar="NAME", help=about)
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
