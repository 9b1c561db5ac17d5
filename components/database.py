"""The app's database: a Heroku Postgres add-on, attached as DATABASE."""

from __future__ import annotations

import pulumi
from pulumiverse_heroku.addon import Addon

from components import heroku_postgres
from runbook.settings import DatabaseSettings

SERVICE = "heroku-postgresql"
ATTACHMENT = "DATABASE"
"""Heroku sets the config var DATABASE_URL for it, which the app reads."""


class Database(pulumi.ComponentResource):
    """Registers the add-on under its fixed name, and its attachment.

    Another plan is changed in place within a tier group; between Essential and the others Heroku needs pg:copy.
    Another name renames it. It costs from the moment it is made.
    """

    id: pulumi.Output[str]
    name: str
    plan: pulumi.Output[str]
    attachment: heroku_postgres.Attachment

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        app_id: pulumi.Output[str],
        postgres: heroku_postgres.Provider,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("runbook:heroku:Database", "database", {"name": settings.name}, opts)
        addon = Addon(
            "database",
            name=settings.name,
            plan=f"{SERVICE}:{settings.plan}",
            app_id=app_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.attachment = heroku_postgres.Attachment(
            "database-attachment",
            app_id=app_id,
            database_id=addon.id,
            name=ATTACHMENT,
            opts=pulumi.ResourceOptions(parent=self, provider=postgres),
        )
        self.id = addon.id
        self.name = settings.name
        self.plan = addon.plan
        self.register_outputs({"id": self.id, "plan": self.plan})
