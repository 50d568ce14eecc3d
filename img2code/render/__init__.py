"""Pictures of sampled objects, drawn with OpenGL: for training, evaluation and tests."""
