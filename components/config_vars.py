"""The config vars of the app: plain values, managed secrets, and what is set by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumiverse_heroku.app import ConfigAssociation

from runbook.settings import APP_URL, Settings


class ConfigVars(pulumi.ComponentResource):
    """Registers one config association: the declared values are set, every other config var is left alone.

    Setting a value makes a release and restarts the dynos, once for all values that change together. Removing a key
    here removes it from the app. External and optional secrets are named in the inputs only.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        app_id: pulumi.Output[str],
        app_url: pulumi.Output[str],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions,
    ) -> None:
        hints = {"declared": declared(settings)}
        super().__init__("runbook:heroku:ConfigVars", "config-vars", hints, opts)
        ConfigAssociation(
            "config-vars",
            app_id=app_id,
            vars={name: _with_url(value, app_url) for name, value in settings.config_vars.items()},
            sensitive_vars={
                name: pulumi.Output.secret(value.get_secret_value())
                for name, value in settings.managed_values.items()
                if value is not None
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )
        # A stack policy sees outputs only.
        self.register_outputs(hints)


def declared(settings: Settings) -> dict[str, dict[str, str]]:
    """What is known of each config var before the app exists: its kind, and its value as the settings have it.

    A first preview knows no app URL, and then the plugin knows none of the map; a policy reads this instead.
    """
    plain = {name: {"kind": "plain", "value": value} for name, value in settings.config_vars.items()}
    return plain | {name: {"kind": kind} for name, kind in settings.secrets.items()}


def _with_url(value: str, app_url: pulumi.Output[str]) -> pulumi.Input[str]:
    return app_url.apply(lambda url: value.replace(APP_URL, url)) if APP_URL in value else value
