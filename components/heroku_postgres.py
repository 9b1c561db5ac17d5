"""The resource types of this project's own `heroku-postgres` plugin (providers/heroku_postgres)."""

from __future__ import annotations

import pulumi


class Provider(pulumi.ProviderResource):
    """Speaks Heroku's Platform and Data API; token and addresses come from the environment, never from the state."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("heroku-postgres", name, {}, opts)


class Attachment(pulumi.CustomResource):
    """A database attached to an app under a name. Heroku attaches a new database by itself; this adopts that."""

    attachment_id: pulumi.Output[str]
    config_var: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: pulumi.Input[str],
        database_id: pulumi.Input[str],
        name: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"appId": app_id, "databaseId": database_id, "name": name}
        outputs = {"attachmentId": None, "configVar": None}
        super().__init__("heroku-postgres:index:Attachment", resource_name, {**inputs, **outputs}, opts)


class BackupSchedule(pulumi.CustomResource):
    """The daily backup of the database behind an attachment. `hour` is wall time in `timezone`."""

    at: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: pulumi.Input[str],
        database_id: pulumi.Input[str],
        attachment: str,
        hour: int,
        timezone: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "appId": app_id,
            "databaseId": database_id,
            "attachment": attachment,
            "hour": hour,
            "timezone": timezone,
        }
        outputs = {"scheduleId": None, "name": None, "at": None}
        super().__init__("heroku-postgres:index:BackupSchedule", resource_name, {**inputs, **outputs}, opts)


class Coupling(pulumi.CustomResource):
    """The stage of an app in a pipeline. It makes the pipeline where there is none of the name, and never deletes it."""

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: pulumi.Input[str],
        pipeline: str,
        stage: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"appId": app_id, "pipeline": pipeline, "stage": stage}
        super().__init__("heroku-postgres:index:Coupling", resource_name, inputs, opts)
