"""The dyno formation: how many dynos of which dyno type each process type has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pulumi
from pulumiverse_heroku.build import Build, BuildSourceArgs
from pulumiverse_heroku.formation import Formation as HerokuFormation

from runbook.settings import Settings

PLACEHOLDER = Path("bootstrap")
"""A source that answers /healthz, from the root of this project."""


class Formation(pulumi.ComponentResource):
    """Registers one formation a process type and, for a new app, its first release.

    Heroku knows a process type only after a release that has it. So a new app is given one from bootstrap/; an app
    that is live is never built here. Removing a process type here does not stop its dynos: set its quantity to 0.
    A process type with a range is made with the least of it, and its quantity is never changed here.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        app_id: pulumi.Output[str],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions,
    ) -> None:
        hints = ranges(settings)
        super().__init__("runbook:heroku:Formation", "formation", hints, opts)
        ready: Sequence[pulumi.Resource] = after
        if settings.rehearsal.placeholder_release:
            ready = [self._first_release(settings, app_id, after)]
        # A new app's web runs on Basic, which Heroku mixes with no Standard of another process type.
        web_first = sorted(settings.formation.items(), key=lambda one: one[0] != "web")
        for name, process in web_first:
            made = HerokuFormation(
                f"formation-{name}",
                app_id=app_id,
                type=name,
                quantity=process.least,
                size=process.dyno_type,
                opts=pulumi.ResourceOptions(
                    parent=self,
                    depends_on=ready,
                    ignore_changes=["quantity"] if process.most != process.least else None,
                ),
            )
            if name == "web":
                ready = [*ready, made]
        # A stack policy sees outputs only.
        self.register_outputs(hints or {})

    def _first_release(
        self, settings: Settings, app_id: pulumi.Output[str], after: Sequence[pulumi.Resource]
    ) -> Build:
        missing = sorted(settings.formation.keys() - placeholder_process_types(PLACEHOLDER))
        if missing:
            raise pulumi.RunError(
                f"{PLACEHOLDER}/Procfile: has no process type {missing[0]}, which the formation declares; add it there"
            )
        return Build(
            "first-release",
            app_id=app_id,
            source=BuildSourceArgs(path=str(PLACEHOLDER), version="placeholder"),
            # What was deployed since is not to be replaced by another placeholder.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=after, ignore_changes=["source", "buildpacks", "localChecksum"]
            ),
        )


def ranges(settings: Settings) -> dict[str, dict[str, dict[str, int | str]]] | None:
    """What a rule must know of process types with a range: their resources have one quantity. None where all are fixed."""
    found: dict[str, dict[str, int | str]] = {
        name: {"least": process.least, "most": process.most, "dynoType": process.dyno_type}
        for name, process in settings.formation.items()
        if process.most != process.least
    }
    return {"ranges": found} if found else None


def placeholder_process_types(source: Path) -> set[str]:
    """The process types of a source's Procfile."""
    lines = (source / "Procfile").read_text(encoding="utf-8").splitlines()
    return {line.split(":", 1)[0].strip() for line in lines if ":" in line}
