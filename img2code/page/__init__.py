"""The page: a picture goes in, its code streams out, the object turns around in the browser."""

from img2code.page.guard import Itself
from img2code.page.layout import build_page, mount, serve

__all__ = ["Itself", "build_page", "mount", "serve"]
