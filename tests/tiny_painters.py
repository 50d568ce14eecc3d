"""Tiny random checkpoints of the published models that paint, as those of tiny_vision.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import transformers as t
from tiny_vision import END, PAD, VOCABULARY, seeded, tokenizer


def stable_diffusion(folder: Path) -> Path:
    import diffusers

    seeded()
    pipeline = diffusers.StableDiffusionPipeline(
        vae=vae(4),
        text_encoder=t.CLIPTextModel(clip_text()),
        tokenizer=clip_tokenizer(),
        unet=unet(),
        scheduler=diffusers.DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    return folder


def controlnet(folder: Path) -> Path:
    import diffusers

    seeded()
    net = diffusers.ControlNetModel(
        block_out_channels=(8, 16), layers_per_block=1, in_channels=4, cross_attention_dim=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), norm_num_groups=4,
        conditioning_embedding_out_channels=(4, 8), attention_head_dim=4,
    )  # fmt: skip
    net.save_pretrained(folder)
    return folder


def unet() -> Any:
    import diffusers

    return diffusers.UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=16, in_channels=4,
        out_channels=4, cross_attention_dim=32, norm_num_groups=4, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip


def vae(channels: int) -> Any:
    import diffusers

    return diffusers.AutoencoderKL(
        block_out_channels=[8, 16], in_channels=3, out_channels=3, norm_num_groups=4,
        down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=channels, use_quant_conv=channels == 4, use_post_quant_conv=channels == 4,
        shift_factor=0.06,
    )  # fmt: skip


def clip_text(**changes: Any) -> Any:
    return t.CLIPTextConfig(
        **{
            "vocab_size": 600, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
            "num_attention_heads": 4, "max_position_embeddings": 77, "projection_dim": 32,
            "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1, **changes,
        }
    )  # fmt: skip


def clip_tokenizer() -> Any:
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    names = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{each}</w>" for each in letters)]
    vocabulary = {name: number for number, name in enumerate(names)}
    return t.CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)


def t5(folder: Path | None = None) -> tuple[Any, Any]:
    """An encoder of T5, and its tokenizer."""
    config = t.T5Config(
        vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4,
        pad_token_id=PAD, eos_token_id=END,
    )  # fmt: skip
    return t.T5EncoderModel(config), tokenizer()


def sd3(folder: Path) -> Path:
    import diffusers

    seeded()
    encoder, words = t5()
    transformer = diffusers.SD3Transformer2DModel(
        sample_size=16, patch_size=1, in_channels=4, num_layers=1, attention_head_dim=8,
        num_attention_heads=4, caption_projection_dim=32, joint_attention_dim=32,
        pooled_projection_dim=64, out_channels=4,
    )  # fmt: skip
    pipeline = diffusers.StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=vae(4),
        text_encoder=t.CLIPTextModelWithProjection(clip_text()),
        tokenizer=clip_tokenizer(),
        text_encoder_2=t.CLIPTextModelWithProjection(clip_text()),
        tokenizer_2=clip_tokenizer(),
        text_encoder_3=encoder,
        tokenizer_3=words,
    )
    pipeline.save_pretrained(folder)
    return folder


def flux(folder: Path) -> Path:
    import diffusers

    seeded()
    encoder, words = t5()
    transformer = diffusers.FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=32, pooled_projection_dim=32,
        axes_dims_rope=[4, 4, 8], guidance_embeds=True,
    )  # fmt: skip
    pipeline = diffusers.FluxPipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=vae(4),
        text_encoder=t.CLIPTextModel(clip_text()),
        tokenizer=clip_tokenizer(),
        text_encoder_2=encoder,
        tokenizer_2=words,
    )
    pipeline.save_pretrained(folder)
    return folder
