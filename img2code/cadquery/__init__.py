"""CadQuery source that language models write for a picture: asked for, run safely, compared."""
