"""The OpenAPI document says what the API does."""

from typing import TYPE_CHECKING, Any

import pytest

from server.routes.api import HANDLERS
from tests.routes.api.caller import ROOT

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture
def document(client: "TestClient[Litestar]") -> Any:
    answer = client.get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document: Any) -> list[tuple[str, Any]]:
    return [(f"{method} {path}", one) for path, some in document["paths"].items() for method, one in some.items()]


def test_it_holds_every_route_and_no_other(document: Any) -> None:
    routes = {(method.lower(), path) for one in HANDLERS for method in one.http_methods for path in one.paths}
    assert {name.replace(ROOT, "") for name, _ in operations(document)} == {
        f"{method} {path.replace(':uuid', '').replace(':date', '')}" for method, path in routes
    }


def test_every_route_is_described_with_its_refusals(document: Any) -> None:
    for name, one in operations(document):
        refusals = {status: answer for status, answer in one["responses"].items() if int(status) >= 400}
        assert one["description"], name
        assert {"400", "401", "403", "422"} <= set(refusals), name
        assert all(answer["content"] == PROBLEM for answer in refusals.values()), name
        assert ("requestBody" in one) <= ({"413", "415"} <= set(refusals)), name
        assert ("{promise_id}" in name) <= ("404" in refusals), name


def test_every_shape_is_described(document: Any) -> None:
    shapes = document["components"]["schemas"]
    assert [name for name, one in shapes.items() if not one.get("description")] == []
    bodies = {
        one["requestBody"]["content"]["application/json"]["schema"]["$ref"] for _, one in operations(document) if "requestBody" in one
    }
    assert {one.rpartition("/")[2] for one in bodies} == {name for name, one in shapes.items() if one.get("additionalProperties") is False}


def test_it_takes_a_token_or_a_signed_in_browser(document: Any) -> None:
    assert document["security"] == [{"token": []}, {"session": []}]
    schemes = document["components"]["securitySchemes"]
    assert (schemes["token"]["scheme"], schemes["session"]["in"]) == ("bearer", "cookie")
    assert schemes["session"]["name"] == "sid", "over http a browser keeps no cookie of the other name"
