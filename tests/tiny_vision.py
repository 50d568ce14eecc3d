"""Tiny random checkpoints of every published model that is a preset, saved as public ones are.

Those that paint are in tiny_painters.py.

Built, saved and loaded through the real classes of transformers and diffusers. Tokenizers know
letters and a few special tokens; weights are random, so answers mean nothing.
"""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers as t
from tokenizers import Tokenizer, models, pre_tokenizers

SIDE = 32  # pixels of the pictures that they see
LETTERS = list(string.ascii_lowercase + string.digits + " .,:?{}[]\"'<>|/_-\n")
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<image>"]
VOCABULARY = 128
PAD, START, END, UNKNOWN, IMAGE = range(5)
LAST = VOCABULARY - 1
#: What is the same in all of these text models.
TEXT: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 2048,
    "pad_token_id": PAD,
    "bos_token_id": START,
    "eos_token_id": END,
}
VISION: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": SIDE,
    "patch_size": 8,
}


def tokenizer(special: Sequence[str] = (), image: str = "<image>") -> Any:
    """One token per letter. image: the one that it knows to be a picture's, "" for none."""
    names = [*SPECIAL, *special, *LETTERS]
    inner = Tokenizer(models.WordLevel({name: n for n, name in enumerate(names)}, "<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    assert len(names) <= VOCABULARY
    return t.PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        extra_special_tokens={"image_token": image} if image else {},
        model_max_length=1024,
    )


def saved(folder: Path, model: Any, processor: Any) -> Path:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def seeded() -> None:
    torch.manual_seed(0)


def sam(folder: Path) -> Path:
    seeded()
    config = t.SamConfig(
        vision_config=t.SamVisionConfig(
            hidden_size=16, output_channels=16, num_hidden_layers=2, num_attention_heads=2,
            image_size=64, patch_size=8, window_size=2, global_attn_indexes=[1], num_pos_feats=8,
            mlp_dim=32,
        ),
        prompt_encoder_config=t.SamPromptEncoderConfig(
            hidden_size=16, image_size=64, patch_size=8, image_embedding_size=8,
        ),
        mask_decoder_config=t.SamMaskDecoderConfig(
            hidden_size=16, mlp_dim=32, num_hidden_layers=2, num_attention_heads=2,
            iou_head_hidden_dim=16,
        ),
    )  # fmt: skip
    pictures = t.SamImageProcessorPil(
        size={"longest_edge": 64}, pad_size={"height": 64, "width": 64},
        mask_size={"longest_edge": 16}, mask_pad_size={"height": 16, "width": 16},
    )  # fmt: skip
    return saved(folder, t.SamModel(config), t.SamProcessor(pictures))


def sam2(folder: Path) -> Path:
    seeded()
    backbone = t.Sam2HieraDetConfig(
        hidden_size=8, num_attention_heads=1, blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 1, 2, 2],
        window_size_per_stage=[8, 4, 4, 4], global_attention_blocks=[3], image_size=[128, 128],
        window_positional_embedding_background_size=[4, 4],
    )  # fmt: skip
    config = t.Sam2Config(
        vision_config=t.Sam2VisionConfig(
            backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8], fpn_hidden_size=32,
            backbone_feature_sizes=[[32, 32], [16, 16], [8, 8]],
        ),
        prompt_encoder_config=t.Sam2PromptEncoderConfig(
            hidden_size=32, image_size=128, patch_size=16, mask_input_channels=4,
        ),
        mask_decoder_config=t.Sam2MaskDecoderConfig(
            hidden_size=32, mlp_dim=32, num_hidden_layers=2, num_attention_heads=2,
            iou_head_hidden_dim=16,
        ),
    )  # fmt: skip
    t.Sam2Model(config).save_pretrained(folder)
    return folder


def clip(folder: Path) -> Path:
    seeded()
    text = {**TEXT, "max_position_embeddings": 77}
    text.pop("num_key_value_heads")
    config = t.CLIPConfig(text_config=text, vision_config=VISION, projection_dim=16)
    return saved(folder, t.CLIPModel(config), t.CLIPProcessor(clip_pictures(), tokenizer()))


def clip_pictures() -> Any:
    return t.CLIPImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    )


def siglip2(folder: Path) -> Path:
    """The checkpoints of one resolution, which are of the class Siglip."""
    seeded()
    text = {**TEXT, "max_position_embeddings": 64, "projection_size": 32}
    text.pop("num_key_value_heads")
    model = t.SiglipModel(t.SiglipConfig(text_config=text, vision_config=VISION))
    pictures = t.SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    own = tokenizer()
    own.model_max_length = 64
    return saved(folder, model, t.SiglipProcessor(pictures, own))


def blip(folder: Path) -> Path:
    seeded()
    text = {**TEXT, "encoder_hidden_size": 32, "sep_token_id": END}
    text.pop("num_key_value_heads")
    config = t.BlipConfig(text_config=text, vision_config=VISION, projection_dim=16)
    pictures = t.BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    model = t.BlipForConditionalGeneration(config)
    return saved(folder, model, t.BlipProcessor(pictures, tokenizer()))


def blip2(folder: Path) -> Path:
    seeded()
    opt = t.OPTConfig(
        vocab_size=VOCABULARY, hidden_size=32, ffn_dim=48, num_hidden_layers=2,
        num_attention_heads=4, word_embed_proj_dim=32, max_position_embeddings=2048,
        pad_token_id=PAD, bos_token_id=START, eos_token_id=END,
    )  # fmt: skip
    config = t.Blip2Config(
        vision_config=t.Blip2VisionConfig(**VISION),
        qformer_config=t.Blip2QFormerConfig(
            vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
            num_attention_heads=4, encoder_hidden_size=32,
        ),
        text_config=opt,
        num_query_tokens=4,
        image_token_index=IMAGE,
    )  # fmt: skip
    pictures = t.BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    own = tokenizer(image="")  # the processor adds it
    processor = t.Blip2Processor(pictures, own, num_query_tokens=4)
    return saved(folder, t.Blip2ForConditionalGeneration(config), processor)


def llama(**changes: Any) -> Any:
    return t.LlamaConfig(**{**TEXT, **changes})


def llava(folder: Path) -> Path:
    seeded()
    config = t.LlavaConfig(
        vision_config=t.CLIPVisionConfig(**VISION), text_config=llama(), image_token_index=IMAGE,
        vision_feature_layer=-1,
    )  # fmt: skip
    processor = t.LlavaProcessor(
        clip_pictures(), tokenizer(), patch_size=8, vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )  # fmt: skip
    return saved(folder, t.LlavaForConditionalGeneration(config), processor)


def llava_next(folder: Path) -> Path:
    seeded()
    grid = [[SIDE, 2 * SIDE], [2 * SIDE, SIDE]]
    config = t.LlavaNextConfig(
        vision_config=t.CLIPVisionConfig(**VISION), text_config=llama(), image_token_index=IMAGE,
        vision_feature_layer=-1, image_grid_pinpoints=grid,
    )  # fmt: skip
    pictures = t.LlavaNextImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE},
        image_grid_pinpoints=grid,
    )  # fmt: skip
    processor = t.LlavaNextProcessor(
        pictures, tokenizer(), patch_size=8, vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )  # fmt: skip
    return saved(folder, t.LlavaNextForConditionalGeneration(config), processor)


def llava_onevision(folder: Path) -> Path:
    """The processor is written as public checkpoints have it: saving one wants torchvision."""
    seeded()
    grid = [[SIDE, 2 * SIDE], [2 * SIDE, SIDE]]
    own = tokenizer(["<video>"])
    config = t.LlavaOnevisionConfig(
        vision_config=t.SiglipVisionConfig(**VISION), text_config=t.Qwen2Config(**TEXT),
        image_token_index=IMAGE, image_grid_pinpoints=grid,
        video_token_index=own.convert_tokens_to_ids("<video>"), vision_feature_layer=-1,
    )  # fmt: skip
    t.LlavaOnevisionForConditionalGeneration(config).save_pretrained(folder)
    t.LlavaOnevisionImageProcessorPil(
        size={"height": SIDE, "width": SIDE}, image_grid_pinpoints=grid
    ).save_pretrained(folder)
    own.save_pretrained(folder)
    said = {
        "processor_class": "LlavaOnevisionProcessor",
        "num_image_tokens": (SIDE // VISION["patch_size"]) ** 2,
        "vision_feature_select_strategy": "full",
    }
    (folder / "processor_config.json").write_text(json.dumps(said))
    return folder


def mllama(folder: Path) -> Path:
    seeded()
    vision = t.models.mllama.configuration_mllama.MllamaVisionConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_global_layers=1,
        attention_heads=4, image_size=SIDE, patch_size=8, vision_output_dim=64,
        intermediate_layers_indices=[0], max_num_tiles=2, supported_aspect_ratios=[[1, 1], [1, 2]],
    )  # fmt: skip
    text = t.models.mllama.configuration_mllama.MllamaTextConfig(
        **{**TEXT, "cross_attention_layers": [1], "rope_parameters": {
            "rope_type": "default", "rope_theta": 10000.0,
        }},
    )  # fmt: skip
    config = t.MllamaConfig(vision_config=vision, text_config=text, image_token_index=LAST)
    pictures = t.MllamaImageProcessorPil(size={"height": SIDE, "width": SIDE}, max_image_tiles=2)
    own = tokenizer(["<|image|>", "<|begin_of_text|>"], image="<|image|>")
    return saved(folder, t.MllamaForConditionalGeneration(config), t.MllamaProcessor(pictures, own))


def qwen2_5_vl(folder: Path) -> Path:
    import tiny_qwen

    tiny_qwen.save(folder)
    return folder


def qwen2_vl(folder: Path) -> Path:
    """As Qwen2.5-VL, with the classes of the one before."""
    import tiny_qwen

    seeded()
    newer = tiny_qwen.config()
    text = newer.text_config.to_dict()
    for name in ("model_type", "architectures"):
        text.pop(name, None)
    config = t.Qwen2VLConfig(
        text_config=text,
        vision_config={
            "depth": 2, "embed_dim": 32, "num_heads": 2, "hidden_size": 32, "mlp_ratio": 2,
        },
        image_token_id=tiny_qwen.IMAGE,
        video_token_id=tiny_qwen.VIDEO,
        vision_start_token_id=tiny_qwen.VISION_START,
        vision_end_token_id=tiny_qwen.VISION_END,
    )  # fmt: skip
    tiny_qwen.save(folder, t.Qwen2VLForConditionalGeneration(config))
    path = folder / "preprocessor_config.json"
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "processor_class": "Qwen2VLProcessor"}))
    return folder
