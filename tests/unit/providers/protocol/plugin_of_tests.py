"""A plugin that misbehaves on request: prints, waits, fails in every way. Started by test_serving."""

from __future__ import annotations

import os
import sys

from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import (
    Checked,
    CheckRequest,
    Created,
    CreateRequest,
    DeleteRequest,
    Difference,
    DiffRequest,
    Found,
    Kind,
    PropertyChange,
    Provider,
    ReadRequest,
    UpdateRequest,
)
from providers.protocol.serving import serve
from providers.protocol.values import UNKNOWN, Properties


class Misbehaving(Provider):
    def configure(self, args: Properties) -> None:
        print("to stdout, by print")  # noqa: T201 - what must not reach the engine
        os.write(1, b"to stdout, by descriptor\n")

    def check(self, request: CheckRequest) -> Checked:
        return Checked(request.news)

    def diff(self, request: DiffRequest) -> Difference:
        return Difference.of(
            {"a.b[0]": PropertyChange(Kind.UPDATE), "c": PropertyChange(Kind.UPDATE_REPLACE)},
            delete_before_replace=True,
        )

    def create(self, request: CreateRequest) -> Created:
        match request.inputs["how"]:
            case "wait":
                if self.cancelled.wait(60):
                    raise ProviderError("the run was stopped while waiting; run again to go on")
            case "fail":
                raise ProviderError("it does not work; do this")
            case "init":
                raise InitFailedError(
                    "not ready; run again", id="the-id", properties={"name": "x", "later": UNKNOWN}
                )
            case "bug":
                raise KeyError("canary")
        return Created("id", request.inputs)

    def read(self, request: ReadRequest) -> Found | None:
        return None

    def update(self, request: UpdateRequest) -> Properties:
        return request.news

    def delete(self, request: DeleteRequest) -> None:
        return


if __name__ == "__main__":
    serve(Misbehaving(), "1.2.3", sys.argv[1:])
