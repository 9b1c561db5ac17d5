"""What the `heroku` plugin says on the protocol beyond `providers.protocol`: automatic names as the project sets them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from providers.protocol import generated
from providers.protocol.lifecycle import CheckRequest
from providers.protocol.servicer import Servicer, check_response, decoded
from providers.protocol.values import decode
from providers.resources.naming import Mode, Naming

if TYPE_CHECKING:
    from pulumi.runtime.proto import provider_pb2 as provider

    from providers.heroku.provider import HerokuProvider

VARIABLE = "heroku:config:"


@dataclass(frozen=True)
class NamedCheckRequest(CheckRequest):
    """A check with what the project's settings say about automatic names."""

    naming: Naming | None = None


class HerokuServicer(Servicer):
    """Serves a HerokuProvider."""

    def __init__(self, served: HerokuProvider, version: str) -> None:
        super().__init__(served, version)
        self._served = served

    def configure(self, request: provider.ConfigureRequest) -> provider.ConfigureResponse:
        """The configuration comes in `args`, from older engines in `variables`."""
        arguments = decode(request.args) if request.HasField("args") else _variables(request)
        self._served.configure(arguments)
        return generated.provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    def diff_config(self, request: provider.DiffRequest) -> provider.DiffResponse:
        """The official plugin details these differences without saying so."""
        response = super().diff_config(request)
        response.hasDetailedDiff = False
        return response

    def check(self, request: provider.CheckRequest) -> provider.CheckResponse:
        named = replace(decoded(NamedCheckRequest, request), naming=_naming(request))
        return check_response(self._served.check(named))


def _naming(request: provider.CheckRequest) -> Naming:
    name = request.name or request.urn.rpartition("::")[2]
    if not request.HasField("autonaming"):
        return Naming(name, request.randomSeed)
    options = request.autonaming
    return Naming(name, request.randomSeed, options.proposed_name, Mode(options.mode))


def _variables(request: provider.ConfigureRequest) -> dict[str, str]:
    return {name.removeprefix(VARIABLE): value for name, value in request.variables.items()}
