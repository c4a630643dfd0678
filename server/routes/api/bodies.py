"""How a body is read: in one step, and strictly."""

import re
from typing import Any, Generic, TypeVar

import msgspec
from litestar.dto import AbstractDTO
from litestar.exceptions import ClientException
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from server.domain.errors import InvalidError

T = TypeVar("T")
PLACE = re.compile(r" - at `\$\.?(.*)`$")
NAMED = re.compile(r"field `(.+)`$")


class Strict(AbstractDTO[T], Generic[T]):
    """A JSON body that is what its type says, no more and no less; the framework by itself takes "3" for 3 and a number for an instant."""

    def decode_bytes(self, value: bytes) -> T:
        """The body; InvalidError where it is of another type, ClientException where it is no JSON."""
        media_type = self.asgi_connection.headers.get("content-type", "application/json")
        if media_type.partition(";")[0].strip().lower() != "application/json":
            raise ClientException(status_code=415)
        try:
            return msgspec.json.decode(value, type=self.model_type)
        except msgspec.ValidationError as error:
            raise refusal_of(error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ClientException from None

    @classmethod
    def create_for_field_definition(cls, *_: Any, **__: Any) -> None:
        """Prepare nothing: the type alone says how it is read."""

    @classmethod
    def create_openapi_schema(cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any) -> Reference | Schema:
        """The type's own schema."""
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema


def refusal_of(error: msgspec.ValidationError) -> InvalidError:
    """What is wrong, and with which field."""
    sentence = str(error)
    place = PLACE.search(sentence) or NAMED.search(sentence)
    return InvalidError(f"{PLACE.sub('', sentence)}.", place[1] if place else "")
