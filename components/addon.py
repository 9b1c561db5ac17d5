"""An add-on beside the database, such as Redis or the scheduler."""

from __future__ import annotations

import pulumi
from pulumiverse_heroku.addon import Addon as HerokuAddon

from components import heroku_postgres
from runbook.app_parts import AddonSettings


class Addon(pulumi.ComponentResource):
    """Registers the add-on under its fixed name, and its attachment, which gives the app its config vars.

    It costs from the moment it is made, and makes a release, which restarts the dynos. Another plan is changed in place,
    another name renames it, another attachment attaches it anew. Removing it here would delete what it holds: the gate
    blocks that.
    """

    def __init__(
        self,
        attachment: str,
        settings: AddonSettings,
        *,
        app_id: pulumi.Output[str],
        postgres: heroku_postgres.Provider,
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = f"addon-{attachment}"
        super().__init__("runbook:heroku:Addon", name, {"name": settings.name}, opts)
        addon = HerokuAddon(
            name,
            name=settings.name,
            plan=settings.plan,
            app_id=app_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.attachment = heroku_postgres.Attachment(
            f"{name}-attachment",
            app_id=app_id,
            database_id=addon.id,
            name=attachment,
            opts=pulumi.ResourceOptions(parent=self, provider=postgres),
        )
        self.register_outputs({"name": settings.name})
