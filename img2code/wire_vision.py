"""The JSON of understanding and creation: segments, concepts, captions, paintings; and of /api."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from img2code import limits
from img2code.wire import CODE, PICTURE

Number = Annotated[float, Field(allow_inf_nan=False)]
Point = tuple[Number, Number]
PixelBox = tuple[Number, Number, Number, Number]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=limits.MAX_TEXT_CHARACTERS),
]
Texts = Annotated[list[Text], Field(min_length=1, max_length=limits.MAX_TEXTS)]
Prompts = Annotated[list[Text], Field(min_length=1, max_length=limits.MAX_PROMPTS)]
Ring = list[Point]

_IMAGE = "the file's bytes as base64, or a data URL; never an address"


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class SegmentRequest(BaseModel):
    model_config = _example(image=PICTURE, points=[[8, 8]])

    image: str = Field(description=_IMAGE)
    points: list[Point] = Field(
        [], max_length=limits.MAX_REGIONS, description="x, y in pixels, all on one object"
    )
    boxes: list[PixelBox] = Field(
        [],
        max_length=limits.MAX_REGIONS,
        description="left, top, right, bottom in pixels, an object each",
    )
    masks: bool = Field(True, description="whether the masks come too, as PNG in base64")
    rle: bool = Field(False, description="whether COCO's run lengths come too")


class PolygonAnswer(BaseModel):
    outer: Ring = Field(description="x, y in pixels of the picture")
    holes: list[Ring]


class SegmentAnswer(BaseModel):
    prompt: int = Field(description="which of the prompts: the points first, then each box")
    name: str = Field(description="what it is, where that is known")
    iou: float = Field(description="overlap with the true region, as predicted, 0 to 1")
    polygons: list[PolygonAnswer]
    mask: str | None = Field(None, description="PNG of the picture's size, in base64")
    rle: dict[str, Any] | None = None


class SegmentsAnswer(BaseModel):
    model_config = _example(width=640, height=480, segments=[])

    width: int
    height: int
    segments: list[SegmentAnswer] = Field(description="three per prompt")


class ConceptsRequest(BaseModel):
    model_config = _example(image=PICTURE, texts=["a blue mug", "a kettle"])

    image: str = Field(description=_IMAGE)
    texts: Texts
    box: PixelBox | None = Field(None, description="left, top, right, bottom in pixels")


class ConceptsAnswer(BaseModel):
    model_config = _example(
        texts=["a blue mug", "a kettle"], scores=[0.97, 0.03], best="a blue mug"
    )

    texts: list[str]
    scores: list[float] = Field(description="in the order of the texts; they sum to 1")
    best: str


class CaptionRequest(BaseModel):
    model_config = _example(image=PICTURE, seed=0)

    image: str = Field(description=_IMAGE)
    seed: int = Field(0, ge=0, lt=2**31, description="another one words it otherwise")


class RegionAnswer(BaseModel):
    box: PixelBox = Field(description="left, top, right, bottom in pixels of the picture")
    sentence: str


class CaptionAnswer(BaseModel):
    model_config = _example(caption="A blue mug with a handle.", regions=[], paragraph="This is …")

    caption: str
    regions: list[RegionAnswer]
    paragraph: str


class PaintRequest(BaseModel):
    model_config = _example(text="a tall blue mug with a square handle", size=256)

    text: Text
    layout: str | None = Field(None, description="a picture whose layout is kept, as base64")
    seed: int = Field(0, ge=0, lt=2**31)
    size: int = Field(512, ge=64, le=1024, description="pixels of the pictures' sides")


class PaintingAnswer(BaseModel):
    image: str = Field(description="PNG, in base64")
    code: dict[str, Any] | None = Field(None, description="of what is in it, where there is one")
    notes: list[str] = Field(description="what could not be had, as sentences")


class PaintAnswer(BaseModel):
    model_config = _example(paintings=[{"image": PICTURE, "code": CODE, "notes": []}])

    paintings: list[PaintingAnswer] = Field(description="one per object that the text asks for")


#: Of /api: what older clients of an image generation and analysis server send and get.
Roi = Annotated[
    list[Point | PixelBox] | None,
    Field(
        min_length=1,
        max_length=limits.MAX_REGIONS,
        description="points (x, y), all on one object, and boxes (x1, y1, x2, y2), an object "
        "each; null: the main object",
    ),
]
PolygonFormat = Literal["coordinates", "image"]


class GenerateRequest(BaseModel):
    model_config = _example(prompt="a blue mug")

    prompt: Text | Prompts


class GenerateAnswer(BaseModel):
    request_id: str
    generated_image: str | list[str] = Field(description="PNG in base64; a list for a list")


class AnalyzeRequest(BaseModel):
    model_config = _example(image=PICTURE, texts=["a mug", "a kettle"], roi=[[8, 8]])

    image: str | Annotated[list[str], Field(min_length=1, max_length=1)]
    texts: Text | Texts
    roi: Roi
    polygon_format: PolygonFormat = "coordinates"


class ClipAnalysis(BaseModel):
    concepts: list[str]
    confidence_scores: list[float]
    max_confidence_concept: str


class Segmentation(BaseModel):
    masks: list[str] = Field(description="PNG in base64, three per object")
    iou_scores: list[float]
    polygons: list[list[Ring]] | list[str] = Field(
        description="per mask its rings, those of holes too; or the cut-out picture"
    )


class AnalyzeAnswer(BaseModel):
    request_id: str
    image: str
    clip_analysis: ClipAnalysis
    basic_segmentation: Segmentation


class AdvancedRequest(BaseModel):
    model_config = _example(prompt="a blue mug", texts=["a mug", "a kettle"], roi=[[256, 256]])

    prompt: Text
    texts: Text | Texts
    roi: Roi
    polygon_format: PolygonFormat = "coordinates"


class GlobalAnalysis(BaseModel):
    all_concepts: list[str]
    all_confidence_scores: list[float]
    global_confident_concept: str


class RegionAnalysis(BaseModel):
    concepts: list[str]
    confidence_scores: list[float]
    max_confident_concept: str


class SegmentedRegion(BaseModel):
    request_id: str
    clip_analysis: RegionAnalysis
    polygon: list[Ring] | str


class AdvancedSegmentation(Segmentation):
    segmented_regions: list[SegmentedRegion]


class AdvancedAnswer(BaseModel):
    request_id: str
    generated_image: str
    clip_analysis: GlobalAnalysis
    segmentation: AdvancedSegmentation


class ApiState(BaseModel):
    name: str
    version: str
    paths: list[str]


class ApiError(BaseModel):
    model_config = _example(error="prompt: Field required.")

    error: str = Field(description="one sentence")
