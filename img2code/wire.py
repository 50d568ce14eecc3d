"""The JSON that goes in and out, with the examples that the OpenAPI document shows."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from geometry.export.sizes import LEAST_SCALE, MOST_SCALE, Up, read_size
from img2code import limits
from img2code.boxes import checked_box
from img2code.fit.fitting import Fitted
from img2code.recognition import WHOLE, Box, Recognition
from img2code.result import Result

AUTO = "auto"
#: A mug of 16 × 16 pixels, as PNG.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAABlBMVEX///+0PCjR01S3AAAAKElEQVR42mNgQAL8D5gY"
    "GBj4fzAxvGFi+MfEwMDEwMTEIMLE8AKuBAB1EATt6xr+6gAAAABJRU5ErkJggg=="
)
POSE = {"global_position": [0, 0, 0], "global_rotation": [20, -35, 0]}
BODY = {"outer_size": [0.57, 0.55, 1.25], "inner_size": [0.5, 0.48, 1.16]}
CODE = {
    "category": "Mug",
    "pose": POSE,
    "conceptualization": [{"template": "Cylindrical_Body", "parameters": BODY}],
}
TOKENS = {"outer_size": [2520, 2496, 2610], "inner_size": [2503, 2488, 2598]}
TOKEN_CODE = {**CODE, "conceptualization": [{"template": "Cylindrical_Body", "parameters": TOKENS}]}

Format = Literal["glb", "obj", "stl", "ply", "urdf", "xml", "sdf", "py"]


#: Left, top, right and bottom of the object in the upright picture.
CheckedBox = Annotated[Box, AfterValidator(checked_box)]


#: A longer size is none.
MOST_SIZE_CHARACTERS = 64


def _readable(size: str) -> str:
    read_size(size)
    return size


CheckedSize = Annotated[str, AfterValidator(_readable)]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class PredictRequest(BaseModel):
    model_config = _example(image=PICTURE, category="Mug")

    image: str = Field(description="the file's bytes as base64, or a data URL; never an address")
    category: str | None = Field(None, description="what the picture shows; the model's choice")
    strict: bool = Field(False, description="refuse an answer that needs more than punctuation")
    box: CheckedBox | None = Field(
        None, description="left, top, right, bottom of the object, 0 to 1; what stands out"
    )
    fit: bool = Field(False, description="fit the code to the picture, which takes some seconds")
    mask: str | None = Field(
        None, description="fit it to these pixels: a picture as base64, white where the object is"
    )


class InferenceRequest(BaseModel):
    model_config = _example(image=PICTURE, category="Mug")

    image: str = Field(description="the file's bytes as base64")
    category: str | None = Field(None, description="what the picture shows; or auto")
    box: CheckedBox | None = Field(
        None, description="left, top, right, bottom of the object, 0 to 1; what stands out"
    )


class InferenceAnswer(BaseModel):
    model_config = _example(output_text="<code>{…}</code>", success=True, error=None)

    output_text: str = Field(description="the code in token form between <code> and </code>")
    success: bool
    error: str | None = Field(None, description="a sentence where success is false")


class Timings(BaseModel):
    """Seconds."""

    queue: float = Field(description="until the model began")
    first_token: float = Field(description="from then to the first token")
    run: float = Field(description="the model's work and the recovery of the code")
    total: float = Field(description="from the request's arrival to its answer")


class CameraAnswer(BaseModel):
    """A pinhole on +z that looks to -z, over the square around the upright picture.

    A point of the object, turned by the code's pose about the middle of its box, is seen at
    focal · x / (distance - z) + x of the camera, and so for y, where the square's sides are at -1
    and 1 and y points up.
    """

    distance: float = Field(description="from the middle of the object, in the object's units")
    focal: float = Field(description="3.73 for 30 degrees from side to side")
    x: float
    y: float


class FitAnswer(BaseModel):
    """How the code lies on the picture."""

    iou: float = Field(description="of the object's silhouette and the picture's, 0 to 1")
    iou_before: float = Field(description="the same of the model's answer")
    camera: CameraAnswer
    changes: int = Field(description="numbers that were changed")
    other_parts: bool = Field(False, description="whether the model's answer had other templates")
    seconds: float

    @classmethod
    def of(cls, fitted: Fitted) -> FitAnswer:
        camera = CameraAnswer(**dataclasses.asdict(fitted.camera))
        return cls(
            iou=fitted.overlap,
            iou_before=fitted.before,
            camera=camera,
            changes=len(fitted.changes),
            other_parts=fitted.other_parts,
            seconds=fitted.seconds,
        )


class Prediction(BaseModel):
    model_config = _example(
        category="Mug",
        code=CODE,
        token_code=TOKEN_CODE,
        raw_text='{"category": "Mug", …}',
        repairs=[],
        tokens=84,
        confidence=0.96,
        alternatives=[["Mug", 0.96], ["Bucket", 0.02], ["Kettle", 0.01]],
        known=True,
        known_probability=0.99,
        box=[0.21, 0.18, 0.8, 0.87],
        others=[],
        doubt="",
        fit=None,
        timings={"queue": 0.0, "first_token": 0.21, "run": 0.62, "total": 0.64},
    )

    category: str
    code: dict[str, Any] = Field(description="recovered form: lengths and degrees")
    token_code: dict[str, Any] = Field(description="token form: integers 2048 to 3071")
    raw_text: str = Field(description="the answer as the model wrote it")
    repairs: list[str] = Field(description="what had to be mended in the answer, as sentences")
    tokens: int
    confidence: float | None = Field(None, description="of the category; null: not recognised")
    alternatives: list[tuple[str, float]] = Field(
        [], description="every category with its probability, likeliest first"
    )
    known: bool | None = Field(None, description="whether it is one of the categories at all")
    known_probability: float | None = Field(None, description="of being one of the categories")
    box: Box | None = Field(None, description="where the object was found, 0 to 1")
    others: list[Box] = Field([], description="more objects that were found")
    doubt: str = Field("", description="a sentence where the picture speaks against the answer")
    fit: FitAnswer | None = Field(None, description="where it was asked for")
    timings: Timings

    def recognition(self) -> Recognition | None:
        """What the picture shows, where the answer says so."""
        if not self.alternatives or self.known_probability is None:
            return None
        ranking, others = tuple(self.alternatives), tuple(self.others)
        return Recognition(ranking, self.known_probability, self.box or WHOLE, others)

    @classmethod
    def of(cls, result: Result, queue: float, total: float) -> Prediction:
        """queue, total: seconds."""
        timings = Timings(
            queue=queue, first_token=result.first_token_seconds, run=result.seconds, total=total
        )
        seen = result.recognition
        return cls(
            confidence=result.confidence,
            alternatives=list(seen.ranking) if seen else [],
            known=seen.is_known if seen else None,
            known_probability=seen.known if seen else None,
            box=seen.box if seen else None,
            others=list(seen.others) if seen else [],
            doubt=result.doubt,
            fit=FitAnswer.of(result.fitted) if result.fitted else None,
            category=result.category,
            code=result.code,
            token_code=result.token_code,
            raw_text=result.raw_text,
            repairs=list(result.repairs),
            tokens=result.tokens,
            timings=timings,
        )


class MeshRequest(BaseModel):
    model_config = _example(code=CODE, format="glb", segments=48)

    code: dict[str, Any] = Field(description="recovered form, as /v1/predict gives it")
    format: Format = "glb"
    segments: int = Field(64, ge=3, le=limits.MAX_MESH_SEGMENTS, description="sides of a circle")
    scale: float = Field(
        1.0, ge=LEAST_SCALE, le=MOST_SCALE, description="metres per length of the code"
    )
    up: Up | None = Field(None, description="upward axis, for obj, stl and ply; the format's own")
    size: CheckedSize | None = Field(
        None,
        max_length=MOST_SIZE_CHARACTERS,
        description="a known dimension, as in height 95 mm, or usual; instead of a scale",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> MeshRequest:
        if self.size is not None and self.scale != 1:
            raise ValueError("give a size or a scale, not both")
        return self


class Category(BaseModel):
    model_config = _example(name="Mug", templates=["Cylindrical_Body", "Curved_Handle"])

    name: str
    templates: list[str]


class Categories(BaseModel):
    categories: list[Category]


class Health(BaseModel):
    model_config = _example(status="healthy", model_loaded=True)

    status: Literal["healthy", "loading", "stopping"]
    model_loaded: bool


class State(BaseModel):
    model_config = _example(status="ok")

    status: Literal["ok"]


class ErrorDetail(BaseModel):
    code: str
    message: str
    hint: str
    raw_text: str | None = Field(None, description="the model's answer, where that is no code")


class ErrorAnswer(BaseModel):
    model_config = _example(
        error={
            "code": "invalid_image",
            "message": "This file is not an image.",
            "hint": "Use a PNG, JPEG or WebP picture.",
        }
    )

    error: ErrorDetail
