"""A database by URL, opened as the jobs open it."""

from server.db import Database
from tests import make


def opened(url: str) -> Database:
    """For everything, and with the keys that `served` lends its servers."""
    return Database(url, make.SEALER).everything()
