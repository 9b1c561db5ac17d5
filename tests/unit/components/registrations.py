"""What a program registers, recorded on the engine's side of the SDK's mocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime import mocks, rpc

APP_ID = "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b3d"
APP = "heroku:app/app:App"


class _Answers(mocks.Mocks):
    """Answers as Heroku would: an app has a URL with a suffix of its own."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == APP:
            return APP_ID, {
                **args.inputs,
                "webUrl": f"https://{args.inputs['name']}-6b7a268cc8ad.herokuapp.com/",
            }
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(f"a declaration reads nothing: {args.token}")


@dataclass(frozen=True)
class Registration:
    """One resource as the program handed it to the engine."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    after: frozenset[str]
    """Names of the resources it waits for."""
    protect: bool
    ignore_changes: tuple[str, ...]


@dataclass
class Registered(mocks.MockMonitor):
    """The engine's side: every registration, in order."""

    all: list[Registration] = field(default_factory=list)

    def __init__(self) -> None:
        super().__init__(_Answers())
        self.all = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's own name
        if request.type != "pulumi:pulumi:Stack":
            self.all.append(
                Registration(
                    type=request.type,
                    name=request.name,
                    inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
                    parent=request.parent.split("::")[-1] if request.parent else "",
                    after=frozenset(urn.split("::")[-1] for urn in request.dependencies),
                    protect=request.protect,
                    ignore_changes=tuple(request.ignoreChanges),
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def one(self, type_: str, name: str) -> Registration:
        return next(found for found in self.all if (found.type, found.name) == (type_, name))


Declare = Callable[[Callable[[], None]], Registered]
