"""Where the app's logs are sent."""

from __future__ import annotations

import pulumi
from pulumiverse_heroku.drain import Drain

from runbook.drains import RESOURCE
from runbook.settings import Settings


class LogDrains(pulumi.ComponentResource):
    """Registers one drain a name. Nothing restarts, and nothing costs; another URL is another drain, made before the old one goes.

    The URL is a secret. Its host is in the component's inputs, for reviewers to see where the logs go.
    """

    def __init__(
        self, settings: Settings, *, app_id: pulumi.Output[str], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("runbook:heroku:LogDrains", "log-drains", {"hosts": dict(settings.log_drains)}, opts)
        for name, url in settings.drain_urls.items():
            if url is not None:
                Drain(
                    f"{RESOURCE}{name}",
                    app_id=app_id,
                    sensitive_url=pulumi.Output.secret(url.get_secret_value()),
                    opts=pulumi.ResourceOptions(parent=self),
                )
        self.register_outputs({})
