"""The `heroku` provider: its configuration and its resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from providers.heroku.configuration import KEYS, ConfigurationError, checked, configuration_from
from providers.heroku.types import MODULES, lifecycle
from providers.protocol.errors import ProviderError
from providers.protocol.lifecycle import Checked, CheckRequest, Difference, Kind, PropertyChange
from providers.protocol.values import Secret, is_known
from providers.resources.check import opened
from providers.resources.provider import ResourceProvider

if TYPE_CHECKING:
    from providers.protocol.lifecycle import DiffRequest
    from providers.protocol.values import Properties
    from providers.resources.calls import Lifecycle

VERSION = "1.0.4"
"""The version of the official plugin that this one stands in for."""
INSTALL = (
    f"The official plugin has all of them: pulumi plugin install resource heroku {VERSION} "
    "--server github://api.github.com/pulumiverse"
)


class HerokuProvider(ResourceProvider):
    """Serves the resource types of `types`, for loopback endpoints only."""

    def schema(self) -> str:
        from providers.resources.package import schema_text  # noqa: PLC0415 - only for pulumi import and package

        resources = [lifecycle(token).resource for token in MODULES]
        language = {"python": {"packageName": "pulumiverse_heroku"}}
        return schema_text("heroku", VERSION, dict.fromkeys(KEYS, ""), resources, language=language)

    def invoke(self, token: str) -> NoReturn:
        raise ProviderError(f"{token} is a data source, and this local heroku plugin serves none. {INSTALL}")

    def check_config(self, request: CheckRequest) -> Checked:
        inputs, failures = checked(opened(request.news))
        if failures:
            return Checked({}, failures)
        marked = {name: isinstance(request.news.get(name), Secret) for name in inputs}
        return Checked({name: Secret(value) if marked[name] else value for name, value in inputs.items()})

    def diff_config(self, request: DiffRequest) -> Difference:
        olds, news = request.old_inputs or request.olds, request.news
        changed = {name for name in {*olds, *news} if is_known(news) and olds.get(name) != news.get(name)}
        kinds = {
            name: Kind.ADD if name not in olds else Kind.UPDATE if name in news else Kind.DELETE
            for name in sorted(changed)
        }
        return Difference(
            {name: PropertyChange(kind, input_diff=True) for name, kind in kinds.items()},
            True if kinds else None,
        )

    def configure(self, args: Properties) -> None:
        from heroku_api.endpoints import is_loopback  # noqa: PLC0415 - ipaddress and urllib are slow imports

        try:
            configuration = configuration_from(opened(args), self._connection.env)
        except ConfigurationError as error:
            raise ProviderError(str(error)) from None
        if not is_loopback(configuration.url):
            raise ProviderError(
                f"this local heroku plugin serves local Heroku only, and heroku:url is {configuration.url}. For "
                f"the real Heroku install the official plugin: pulumi plugin install resource heroku {VERSION} "
                "--server github://api.github.com/pulumiverse"
            )
        self._connection.configure(configuration)

    def lifecycle(self, token: str) -> Lifecycle:
        try:
            return lifecycle(token)
        except KeyError:
            served = ", ".join(sorted(name.rpartition(":")[2] for name in MODULES))
            raise ProviderError(
                f"unrecognized resource type {token}: this local heroku plugin serves {served}. {INSTALL}"
            ) from None
