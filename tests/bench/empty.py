"""The least that anything made of this framework and SQLAlchemy can be: both are loaded, and one page is empty."""

import sys

import sqlalchemy  # noqa: F401  # what it takes to load is what is asked
import uvicorn
from litestar import Litestar, get


@get("/")
async def nothing() -> None:
    """Nothing."""


if __name__ == "__main__":
    uvicorn.run(Litestar([nothing], openapi_config=None), port=int(sys.argv[1]), log_level="error", access_log=False)
