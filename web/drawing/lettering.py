"""The letters of a picture: Inter at any weight, lines that fit."""

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

REGULAR, STRONG, BOLD = 450, 600, 740
SMALLEST_EYE, LARGEST_EYE = 14, 32
SMALLEST = 18
"""Of what is read on a phone; a longer text than fits then is cut."""
NO_LETTER = "\U0010fffe"


@lru_cache(maxsize=32)
def font(size: int, weight: int = REGULAR) -> FreeTypeFont:
    """Inter at a size in pixels and a weight, its shapes as they are meant for that size."""
    path = files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    found = ImageFont.truetype(str(path), size)
    found.set_variation_by_axes([min(max(size, SMALLEST_EYE), LARGEST_EYE), weight])
    return found


def has(text: str) -> bool:
    """Whether there is a shape for each letter, on one line."""
    face = font(LARGEST_EYE)
    nothing = _shape(face, NO_LETTER)
    return len(text.splitlines()) < 2 and all(letter.isspace() or _shape(face, letter) != nothing for letter in text)


def fitting(text: str, size: int, weight: int, width: int) -> FreeTypeFont:
    """The largest font up to a size in which a text is no wider than `width` pixels; small letters are wider than their size."""
    while (wide := font(size, weight).getlength(text)) > width and size > SMALLEST:
        size = max(min(int(size * width / wide), size - 1), SMALLEST)
    return font(size, weight)


def cut(text: str, face: FreeTypeFont, width: int) -> str:
    """As much of a text as is no wider than `width` pixels; what is missing is told by a sign."""
    if face.getlength(text) <= width:
        return text
    most = next(n for n in range(len(text), -1, -1) if face.getlength(f"{text[:n].rstrip()}…") <= width)
    return f"{text[:most].rstrip()}…"


def lines(text: str, face: FreeTypeFont, width: int) -> Sequence[str]:
    """Break a text into as few lines as fit, and those as even as they can be."""
    fewest = _broken(text, face, width)
    for narrower in range(width, 0, -20):
        tried = _broken(text, face, narrower)
        if len(tried) > len(fewest) or max(face.getlength(line) for line in tried) > width:
            break
        fewest = tried
    return fewest


def _broken(text: str, face: FreeTypeFont, width: int) -> list[str]:
    found: list[str] = []
    for word in text.split():
        if found and face.getlength(f"{found[-1]} {word}") <= width:
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
    return found


def _shape(face: FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(letter)
    return mask.size, bytes(mask)
