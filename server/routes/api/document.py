"""The OpenAPI document."""

from inspect import cleandoc
from typing import Any

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin
from litestar.router import Router
from litestar.typing import FieldDefinition
from msgspec import Struct

from server.routes import access

PLACE = "/api/v1/openapi.json"


def document(cookie: str) -> OpenAPIConfig:
    """How the document is made, for a server with this cookie, and where it lies: alone, so that it catches no other address of the API."""
    return OpenAPIConfig(
        title="Weft",
        version="1",
        description="Promises, check-ins and what they come to. Refusals are problem details (RFC 9457).",
        components=Components(security_schemes=_schemes(cookie)),
        security=[{"token": []}, {"session": []}],
        use_handler_docstrings=True,
        openapi_router=Router(PLACE, route_handlers=[], opt=access.ANYONE, include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
    )


def _schemes(cookie: str) -> dict[str, Reference | SecurityScheme]:
    session = "A signed-in browser, from this server's own pages."
    return {
        "token": SecurityScheme(type="http", scheme="bearer", description="A personal token, made on the page about oneself."),
        "session": SecurityScheme(type="apiKey", name=cookie, security_scheme_in="cookie", description=session),
    }


class Described(OpenAPISchemaPlugin):
    """Adds to what the framework finds in a type: its docstring, and that it takes no unknown field."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        return not field_definition.is_union and field_definition.is_subclass_of(Struct)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """The type's schema, described."""
        supports = schema_creator.plugin_supports_field
        others = (one for one in schema_creator.plugins if one is not self and supports(one, field_definition))
        schema: Schema = next(others).to_openapi_schema(field_definition, schema_creator)
        shape = field_definition.annotation
        schema.description = cleandoc(shape.__doc__ or "")
        if shape.__struct_config__.forbid_unknown_fields:
            schema.additional_properties = False
        return schema
