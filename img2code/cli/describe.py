"""`img2code describe`: a picture to a paragraph, and the paragraph to a picture again."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from img2code.cli import types
from img2code.cli.options import Command, Parser

if TYPE_CHECKING:
    from img2code.vision.describe import Stage

MORE = """
Caption, regions and semantics of a picture become a paragraph, which is painted again. Writes
NAME.png (both side by side), NAME.html (everything, with the time of each stage) and prints the
words. Every stage has its own back end and device; published checkpoints are loaded one after the
other and let go, so that the largest of them is what must fit into memory."""
EXAMPLES = (
    "describe --image_src mug.jpg --out_image_name described/mug",
    "describe --image_src mug.jpg --captioner_base_model blip2 --image_caption_device cuda",
    "describe --image_src mug.jpg --gpt_version gpt-4o",
)
EMBEDDED = "embedded"
#: Checkpoints by the names that these flags have taken for long; hub names, loaded when asked for.
CHECKPOINTS = {
    "blip": ("blip", "Salesforce/blip-image-captioning-large"),
    "blip2": ("blip2", "Salesforce/blip2-opt-2.7b"),
    "vit_b": ("sam", "facebook/sam-vit-base"),
    "vit_l": ("sam", "facebook/sam-vit-large"),
    "vit_h": ("sam", "facebook/sam-vit-huge"),
    "ssa": ("clip", "openai/clip-vit-large-patch14"),
    "edit_anything": ("clip", "openai/clip-vit-large-patch14"),
    "controlnet": ("controlnet", "lllyasviel/sd-controlnet-canny"),
}


@dataclass(frozen=True)
class Options:
    image_src: Path
    out_image_name: Path
    image_caption: bool
    dense_caption: bool
    semantic_segment: bool
    sam_arch: str
    captioner_base_model: str
    region_classify_model: str
    painter: str
    label: list[str]
    image_caption_device: str | None
    dense_caption_device: str | None
    semantic_segment_device: str | None
    contolnet_device: str | None
    gpt_version: str | None
    url: str | None
    seed: int


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("--image_src", type=Path, required=True, metavar="IMAGE", help="the picture")
    about = "path of the files written, without a suffix (default: described)"
    add("--out_image_name", type=Path, default=Path("described"), metavar="NAME", help=about)
    for name, about in (
        ("--image_caption", "say it in a sentence"),
        ("--dense_caption", "say what each region shows"),
        ("--semantic_segment", "find regions and name them"),
    ):
        add(name, action=BooleanOptionalAction, default=True, help=f"{about} (default: yes)")
    for name, known, about in (
        ("--captioner_base_model", "blip, blip2", "what captions"),
        ("--sam_arch", "vit_b, vit_l, vit_h", "what segments"),
        ("--region_classify_model", "ssa, edit_anything", "what names regions"),
        ("--painter", "controlnet", "what paints"),
    ):
        add(name, default=EMBEDDED, metavar="NAME", help=f"{about}: {EMBEDDED} (default), {known}")
    about = "a name that regions may have; may be given again (default: those of the code's parts)"
    add("--label", action="append", default=[], metavar="TEXT", help=about)
    stages = ("image_caption", "dense_caption", "semantic_segment", "contolnet")
    for stage in stages:
        add(f"--{stage}_device", metavar="NAME", help="as torch names it, such as cpu or cuda:1")
    about = "a model on an OpenAI-compatible server that writes the paragraph (default: our words)"
    add("--gpt_version", metavar="NAME", help=about)
    about = "that server's address, with /v1 (default: the variable OPENAI_BASE_URL)"
    add("--url", metavar="URL", help=about)
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help="(default: 0)")


def stage(name: str, device: str | None) -> Stage:
    """What a flag names. Raises UserError for a name that there is none of."""
    from geometry.errors import UserError, suggestion
    from img2code.vision.describe import Stage

    if name == EMBEDDED:
        return Stage(device=device)
    if name not in CHECKPOINTS:
        known = ", ".join([EMBEDDED, *CHECKPOINTS])
        hint = " ".join(filter(None, [suggestion(name, CHECKPOINTS), f"Known: {known}."]))
        raise UserError(f"There is no model {name!r}.", hint)
    engine, model = CHECKPOINTS[name]
    return Stage(engine, model, device)


def run(options: Options) -> int:
    from img2code.cli.vision import upright
    from img2code.vision import sheet
    from img2code.vision.caption import server
    from img2code.vision.describe import Plan, describe

    picture, _, _ = upright(options.image_src)
    captioner = options.captioner_base_model
    plan = Plan(
        caption=stage(captioner, options.image_caption_device) if options.image_caption else None,
        dense=stage(EMBEDDED, options.dense_caption_device) if options.dense_caption else None,
        semantics=(
            stage(options.sam_arch, options.semantic_segment_device)
            if options.semantic_segment
            else None
        ),
        regions_by=stage(options.region_classify_model, options.semantic_segment_device),
        paint=stage(options.painter, options.contolnet_device),
        labels=tuple(options.label),
        seed=options.seed,
    )
    writer = None
    if options.gpt_version:
        writer = server.Writer(server.load(options.gpt_version, options.url))
    report = describe(picture, plan, writer)
    found = report.description
    drawn = sheet.boxed(picture, found.regions)
    if report.semantics:
        drawn = sheet.boxed(
            sheet.highlighted(picture, [each.segment.mask for each in report.semantics[-1:]]),
            found.regions,
        )
    pictures = {"The picture": picture, "Regions": drawn}
    if report.painted:
        pictures["Painted again from the paragraph"] = report.painted[0].picture
    base = options.out_image_name
    base.parent.mkdir(parents=True, exist_ok=True)
    last = list(pictures.values())[-1]
    image, page = base.with_name(f"{base.name}.png"), base.with_name(f"{base.name}.html")
    sheet.side_by_side(picture, last).save(image)
    text = sheet.page(options.image_src.name, pictures, found, report.seconds)
    page.write_text(text, encoding="utf-8")
    print(found.caption)
    for region in found.regions:
        print(f"  {','.join(str(round(edge)) for edge in region.box)}: {region.sentence}")
    for each in report.semantics:
        print(f"  {each.label} ({each.segment.mask.mean():.0%} of the picture)")
    print(found.paragraph)
    for name, seconds in report.seconds.items():
        print(f"{name}: {seconds:.2f} s")
    print(f"{image}\n{page}")
    return 0


SUMMARY = "a picture to a paragraph, and the paragraph to a picture again"
COMMAND = Command("describe", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
