"""The `heroku-postgres` provider: its settings and its resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import HerokuError
from providers.heroku_postgres import VERSION
from providers.heroku_postgres.attachment import Attachment
from providers.heroku_postgres.backup_schedule import BackupSchedule
from providers.heroku_postgres.coupling import Coupling
from providers.protocol.errors import ProviderError
from providers.protocol.lifecycle import Checked, Failure
from providers.protocol.values import is_known
from providers.resources.configuration import Configuration
from providers.resources.provider import ResourceProvider

if TYPE_CHECKING:
    from providers.protocol.lifecycle import CheckRequest
    from providers.protocol.values import Properties
    from providers.resources.calls import Lifecycle

LIFECYCLES: dict[str, Lifecycle] = {
    "heroku-postgres:index:BackupSchedule": BackupSchedule(),
    "heroku-postgres:index:Attachment": Attachment(),
    "heroku-postgres:index:Coupling": Coupling(),
}
SETTINGS = {
    "url": "Base URL of the Platform API: https, or http on loopback. Otherwise HEROKU_API_URL.",
    "dataUrl": "Base URL of the Data API: https, or http on loopback. Otherwise HEROKU_DATA_URL.",
}
THE_ENGINES = {"version", "pluginDownloadURL"}
"""Configuration the engine may add to any provider."""


class HerokuPostgres(ResourceProvider):
    """Configuration come from the program, or else from the environment; the API key only from the environment."""

    def lifecycle(self, token: str) -> Lifecycle:
        if token not in LIFECYCLES:
            raise ProviderError(
                f"heroku-postgres has no resource type {token}; it has {', '.join(LIFECYCLES)}"
            )
        return LIFECYCLES[token]

    def schema(self) -> str:
        from providers.resources.package import schema_text  # noqa: PLC0415 - only for pulumi import and package

        resources = [lifecycle.resource for lifecycle in LIFECYCLES.values()]
        return schema_text("heroku-postgres", VERSION, SETTINGS, resources)

    def check_config(self, request: CheckRequest) -> Checked:
        failures = [
            Failure(name, f"is no setting of heroku-postgres; it takes {', '.join(SETTINGS)}")
            for name in sorted(request.news)
            if name not in SETTINGS and name not in THE_ENGINES and not name.startswith("__")
        ]
        if not failures and request.news.keys() & SETTINGS.keys() and is_known(request.news):
            from heroku_api.endpoints import Endpoints  # noqa: PLC0415 - most programs leave it to the environment

            configuration = self._configuration(request.news)
            try:
                Endpoints(configuration.url, configuration.data_url)
            except HerokuError as error:
                failures = [Failure("", str(error))]
        return Checked(request.news, failures)

    def configure(self, args: Properties) -> None:
        self._connection.configure(self._configuration(args))

    def _configuration(self, args: Properties) -> Configuration:
        """What the program gives, else the environment, else Heroku's own."""
        env = self._connection.env

        def address(name: str, variable: str, usual: str) -> str:
            given = args.get(name)
            return (given if isinstance(given, str) else "") or env.get(variable) or usual

        return Configuration(
            url=address("url", "HEROKU_API_URL", Configuration.url),
            data_url=address("dataUrl", "HEROKU_DATA_URL", Configuration.data_url),
            api_key=env.get("HEROKU_API_KEY", ""),
        )
