"""What removes a finding of the live account, as a command that works as it is typed, or as what a person must decide."""

from __future__ import annotations

from shlex import quote

from runbook.environment import App, Environment, Process
from runbook.rules.rule import Finding, Fix
from runbook.unknown import Unknown


def app_name(environment: Environment) -> str:
    """The live app's; the stack's own where it could not be read."""
    app = environment.app
    name = app.name if isinstance(app, App) else None
    return name if isinstance(name, str) else f"sc-mvp-{environment.stack}"


def heroku(environment: Environment, *commands: str) -> Fix:
    """Commands of Heroku's CLI on the stack's app, each only if the one before it worked."""
    app = quote(app_name(environment))
    return Fix("type", " && ".join(f"heroku {command} -a {app}" for command in commands))


def ask(text: str) -> Fix:
    return Fix("ask", text)


def edit(environment: Environment, text: str) -> Fix:
    return Fix("edit", f"{text} in Pulumi.{environment.stack}.yaml")


def named(finding: Finding) -> str:
    """The object that a finding is of."""
    return finding.target.partition("/")[2]


def live_addon(environment: Environment, name: str) -> str:
    """What a database is called on the account: it may have been renamed there."""
    live = environment.live
    renames = () if isinstance(live, Unknown) else live.renames
    return next((rename.live for rename in renames if rename.declared == name), name)


def own_databases(environment: Environment) -> list[str]:
    found = environment.databases
    return [] if isinstance(found, Unknown) else [database.name for database in found]


def running(environment: Environment) -> list[Process]:
    """Process types that have dynos, as far as they are known."""
    found = environment.formation
    return [] if isinstance(found, Unknown) else [process for process in found if process.up_to != 0]


def last_good_release(environment: Environment) -> int | None:
    """The version of the newest release that succeeded, after which a newer one failed."""
    live = environment.live
    if isinstance(live, Unknown) or isinstance(live.releases, Unknown):
        return None
    return next((found.version for found in live.releases if found.status == "succeeded"), None)


def release_before(environment: Environment, change: str) -> int | None:
    """The version that was current before the newest release whose description says `change`."""
    live = environment.live
    if isinstance(live, Unknown) or isinstance(live.releases, Unknown):
        return None
    place = next((n for n, found in enumerate(live.releases) if change in found.description), None)
    older = [] if place is None else live.releases[place + 1 :]
    return next((found.version for found in older if found.status == "succeeded"), None)
