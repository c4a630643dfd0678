"""A phone: a browser that keeps passkeys."""

import re
from dataclasses import dataclass, field
from typing import Any

from httpx import Response
from litestar.testing import TestClient

from tests.authenticator import Authenticator

CODE = re.compile(r"<li><code>([-0-9A-Z]{29})</code>")
ORIGIN = "http://localhost:8000"


@dataclass
class Phone:
    """A browser as its owner uses it: opening pages, sending forms, making and showing passkeys."""

    client: TestClient[Any]
    keys: Authenticator = field(default_factory=lambda: Authenticator(ORIGIN))

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers, follow_redirects=False)

    def post(self, path: str, **fields: str) -> Response:
        return self.client.post(path, data=fields, follow_redirects=False)

    def send(self, path: str, **body: Any) -> Response:
        return self.client.post(path, json=body, headers={"Accept": "application/json"}, follow_redirects=False)

    def make_passkey(self, url: str, options_url: str, **fields: str) -> Response:
        """Let the server ask for a passkey, and answer with a new one."""
        asked = self.send(options_url, **fields)
        return self.send(url, **fields, credential=self.keys.create(asked.json())) if asked.status_code == 200 else asked

    def show_passkey(self, after: str = "/") -> Response:
        """Let the server ask who it is, and answer with the newest passkey."""
        asked = self.send("/sign-in/options", next=after)
        return self.send("/sign-in/passkey", next=after, credential=self.keys.get(asked.json()))

    def codes(self) -> list[str]:
        """The recovery codes that stand on one's own page."""
        return CODE.findall(self.get("/me").text)

    @property
    def is_in(self) -> bool:
        return self.get("/me").status_code == 200
