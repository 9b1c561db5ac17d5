"""The custom domains of the app."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumiverse_heroku.domain import Domain


class Domains(pulumi.ComponentResource):
    """Registers one domain a host name. Nothing restarts, and nothing costs; another host name is another domain.

    Heroku gives each one a DNS target, which a person sets at the DNS provider. Removing one here takes it off the app:
    visitors of that name find nothing any more.
    """

    targets: dict[str, pulumi.Output[str]]
    """Where the DNS of each host name must point to."""

    def __init__(
        self, hostnames: Sequence[str], *, app_id: pulumi.Output[str], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("runbook:heroku:Domains", "domains", None, opts)
        self.targets = {
            host: Domain(
                f"domain-{host}",
                app_id=app_id,
                hostname=host,
                opts=pulumi.ResourceOptions(parent=self),
            ).cname
            for host in hostnames
        }
        self.register_outputs({"targets": self.targets})
