"""The assets of this version, read once, and where each is served."""

from functools import lru_cache

from web import assets
from web.assets import Asset


@lru_cache(maxsize=1)
def loaded() -> dict[str, Asset]:
    """Every asset by its name."""
    return assets.load()


@lru_cache(maxsize=1)
def build() -> str:
    """The name of this version of all that a phone keeps."""
    return assets.build(loaded())


def address(name: str) -> str:
    """Where an asset is served; its content's hash is part of it."""
    return loaded()[name].path
