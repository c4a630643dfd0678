"""Pictures that are shared, drawn from views as PNG; what draws them is loaded with the first one."""

from functools import lru_cache
from importlib import import_module

from web.views import Picture

WIDTH, HEIGHT = 1080, 1350


@lru_cache(maxsize=8)
def png(picture: Picture) -> bytes:
    """Draw a picture of 1080 × 1350 pixels; one that was drawn just now, for the look before it is shared, is not drawn again."""
    drawn: bytes = import_module("web.drawing.sheet").draw(picture)
    return drawn


def can_write(text: str) -> bool:
    """Whether the font of the pictures has every letter of a text."""
    found: bool = import_module("web.drawing.lettering").has(text)
    return found
