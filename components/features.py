"""Features of the app, as `heroku features` and `heroku labs` list them."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumiverse_heroku.app import Feature


class Features(pulumi.ComponentResource):
    """Registers one feature a name, switched on. Removing one here switches it off.

    Nothing restarts and nothing costs; some features take effect with the next restart or release only.
    """

    def __init__(
        self, names: Sequence[str], *, app_id: pulumi.Output[str], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("runbook:heroku:Features", "features", None, opts)
        for name in names:
            Feature(
                f"feature-{name}",
                app_id=app_id,
                name=name,
                enabled=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
