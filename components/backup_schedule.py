"""The daily backup of the database."""

from __future__ import annotations

import pulumi

from components import heroku_postgres
from components.database import ATTACHMENT, Database
from runbook.settings import BackupSettings


class BackupSchedule(pulumi.ComponentResource):
    """Registers the schedule of the database behind DATABASE_URL. Another hour or zone is changed in place."""

    at: pulumi.Output[str]

    def __init__(
        self,
        settings: BackupSettings,
        *,
        app_id: pulumi.Output[str],
        database: Database,
        postgres: heroku_postgres.Provider,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("runbook:heroku:BackupSchedule", "backups", {"database": database.name}, opts)
        schedule = heroku_postgres.BackupSchedule(
            "backups",
            app_id=app_id,
            database_id=database.id,
            attachment=ATTACHMENT,
            hour=settings.at.hour,
            timezone=settings.at.zone,
            opts=pulumi.ResourceOptions(parent=self, provider=postgres, depends_on=[database.attachment]),
        )
        self.at = schedule.at
        self.register_outputs({"at": self.at})
