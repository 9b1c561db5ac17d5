"""Where the live account has another name than the stack file, or only a name was there to look for: one line each."""

from __future__ import annotations

from collections.abc import Iterator

from operations.pulumi_run.stored_state import StoredIds
from runbook.environment import App, Environment
from runbook.settings import Settings
from runbook.unknown import Known, Unknown


def found_elsewhere(settings: Settings, live: Environment, ids: Known[StoredIds]) -> Iterator[str]:
    app, file, facts = live.app, f"Pulumi.{live.stack}.yaml", live.live
    if app is None and isinstance(ids, Unknown):
        yield (
            f"{live.stack}: looked for by its name alone, so one that was renamed looks missing; its id was not read: {ids.why}"
        )
    if isinstance(app, App) and app.name != settings.app.name and not isinstance(app.name, Unknown):
        yield (
            f"{live.stack}: renamed: the app is {app.name}, and {file} says app.name: {settings.app.name}. All else is judged. Edit "
            f"the file, or rename it back: heroku apps:rename {settings.app.name} -a {app.name}"
        )
    renames = () if isinstance(facts, Unknown) else facts.renames
    for rename in (one for one in renames if one.live != settings.database.name):
        yield (
            f"{live.stack}: renamed: the database is {rename.live}, and was {rename.declared} at the last `up`. Edit database.name "
            f"in {file}, or rename it back: heroku addons:rename {rename.live} {rename.declared}"
        )
