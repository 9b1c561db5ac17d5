"""The app's place in a pipeline."""

from __future__ import annotations

import pulumi

from components import heroku_postgres
from runbook.pipeline import PipelineSettings


class Pipeline(pulumi.ComponentResource):
    """Registers the app's coupling: the pipeline, by its name, and the app's stage in it. Nothing restarts, and nothing costs.

    Both stacks share the pipeline and neither owns it: whichever comes first makes it. Taking the key out takes the app
    out of the pipeline, and leaves the pipeline.
    """

    def __init__(
        self,
        settings: PipelineSettings,
        *,
        app_id: pulumi.Output[str],
        postgres: heroku_postgres.Provider,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("runbook:heroku:Pipeline", "pipeline", None, opts)
        heroku_postgres.Coupling(
            "pipeline",
            app_id=app_id,
            pipeline=settings.name,
            stage=settings.stage,
            opts=pulumi.ResourceOptions(parent=self, provider=postgres),
        )
        self.register_outputs({})
