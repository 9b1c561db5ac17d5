"""What is no HTTP request that the parser knows, such as an unknown method: refused as Heroku refuses, not in the server's plain text."""

from __future__ import annotations

import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_BODY = json.dumps(
    {"id": "bad_request", "message": "The request could not be parsed: unknown method, path or header."}
)
ANSWER = (
    "HTTP/1.1 400 Bad Request\r\n"
    "content-type: application/json\r\n"
    f"content-length: {len(_BODY)}\r\n"
    "connection: close\r\n"
    f"\r\n{_BODY}"
).encode()


class HerokuProtocol(HttpToolsProtocol):
    """The parser's refusals come before any route. The shape is Heroku's; the text is not validated against the live service."""

    def send_400_response(self, msg: str) -> None:
        del msg
        self.transport.write(ANSWER)
        self.transport.close()
