"""From a picture of a CAD part to its code: find a similar one, then fit it to the picture."""
