"""Pictures of an object without OpenGL: plotly figures and a small rasteriser."""
