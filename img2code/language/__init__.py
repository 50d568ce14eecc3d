"""Vision-language models: their prompt, their tokens, their checkpoints, decoding within a grammar.

Nothing here is imported before a back end asks for it; `transformers` comes with img2code[qwen].
"""
