"""Open pages on many servers: hints come over Redis, and without it nothing else is missing."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from server.app import create_app
from server.config import SettingsError, from_environment
from server.db import Database, Moved
from server.routes import redis as redis_hints
from tests import make
from tests.listening import MOVED, serving
from tests.redis import RedisService


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def redis() -> Iterator[RedisService]:
    with RedisService() as service:
        yield service


@pytest.mark.slow
def test_with_redis_a_page_hears_what_another_server_and_the_jobs_elsewhere_commit(
    desk: Any, database: Any, couple: make.Couple, redis: RedisService
) -> None:
    apart = replace(
        desk,
        settings=replace(desk.settings, redis=redis.url),
        database=Database(database.url.render_as_string(hide_password=False), make.SEALER),
    )
    elsewhere = redis_hints.teller(redis.url)
    with ExitStack() as stack:
        stack.callback(apart.database.close)
        one, _other = (stack.enter_context(serving(create_app(which))) for which in (apart, replace(apart, database=database)))
        page = one.opens(couple.sam)
        redis.is_listened_to(2)
        with database.write() as session:
            make.promise(session, couple.noor)
        assert page.hears() == MOVED
        elsewhere(Moved(set(), {couple.sam.id}))
        assert page.hears() == MOVED


@pytest.mark.slow
def test_while_redis_is_away_all_else_goes_on_and_afterwards_pages_hear_again(
    desk: Any, database: Any, couple: make.Couple, redis: RedisService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_hints, "AGAIN_AFTER", 0.05)
    redis.goes()
    with serving(create_app(replace(desk, settings=replace(desk.settings, redis=redis.url)))) as house:
        page = house.opens(couple.sam)
        with database.write() as session:
            make.promise(session, couple.noor)
        for _ in range(2):
            redis.comes()
            redis.is_listened_to(1)
            with database.write() as session:
                make.promise(session, couple.noor)
            assert page.hears() == MOVED
            redis.goes()


@pytest.mark.parametrize("url", ["6379", "http://127.0.0.1:6379"])
def test_an_address_that_is_no_redis_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match=r"redis://host:6379/0"):
        from_environment({"WEFT_REDIS": url})
