"""An adoption from start to end: look, compare, import in a scratch stack, write the state once, prove."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import click

from operations.accounts.account import Account
from operations.accounts.live_reading import read_live
from operations.adopting import comparison, deployment, drain_urls, promoted, standing
from operations.adopting.declared import Declared, components, not_in_state
from operations.adopting.deployment import State
from operations.adopting.live_app import LiveApp, live_app
from operations.adopting.proof import Proof, prove
from operations.adopting.scratch import Scratch, scratch
from operations.adopting.time_budget import TimeBudget
from operations.adopting.values import DeclaredValues, as_live
from operations.console import heading, say, working
from operations.errors import OperationError
from operations.pulumi_run.decrypted_settings import decrypted_settings
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.readers.live.wanted import Wanted
from runbook.settings import Settings, StackName
from runbook.unknown import Unknown

WRITE_SECONDS = 300.0
"""For writing the state, which no budget cuts short."""
DIFFERS = 2


def would_adopt(missing: Iterable[Declared], app: LiveApp, live: Environment) -> Iterator[str]:
    """One line a resource of Heroku's, with the id that the engine would import it by."""
    ids = deployment.import_ids(missing := list(missing), app, live)
    for one in missing:
        if one.type == deployment.CONFIG_ASSOCIATION:
            yield f"would adopt  {one.name} ({one.type}), by the values that are live already"
        elif one.custom and not one.is_provider:
            found = ids.get(one.urn)
            yield (
                f"would adopt  {one.name} ({one.type}) as {found}"
                if found
                else f"not live     {one.name} ({one.type})"
            )


@dataclass(frozen=True)
class Found:
    """The live app, twice: by what adopting needs, and as an Environment."""

    app: LiveApp
    environment: Environment


@dataclass(frozen=True)
class Adoption:
    stack: StackName
    account: Account
    budget: TimeBudget
    promoted: bool = False
    """Whether the stack is to be carried over to the database that is the primary one by now."""
    digests: Digests = field(default_factory=lambda: Digests(os.urandom(KEY_BYTES)))

    def look(self, settings: Settings) -> Found:
        """Reads the live account; raises OperationError where it can't, or where it is open what is meant."""
        with working("Reading the live account"):
            with self.account.client(self.budget.left) as client:
                app = live_app(
                    client,
                    self.stack,
                    settings.app.name,
                    None if self.promoted else settings.database.name,
                    other_addons=bool(settings.addons),
                    log_drains=bool(settings.log_drains),
                )
            name = app.database_name if self.promoted else settings.database.name
            wanted = Wanted(self.stack, settings, app.id, {name: app.database_id})
            read = read_live(self.account, [wanted], self.digests, Reach(), budget=self.budget.left)
        self._require_clear(app, read[self.stack])
        if self.promoted:
            promoted.require_schedule(self.stack, app, read[self.stack], settings.backups.at)
        return Found(app, read[self.stack])

    def _require_clear(self, app: LiveApp, live: Environment) -> None:
        """Raises OperationError for two schedules of one name, and where the two readings contradict each other."""
        if not isinstance(live.backup_schedules, Unknown):
            names = [(found.database, found.attachment) for found in live.backup_schedules]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice:
                raise OperationError(
                    f"{self.stack}: {twice[0]} has two backup schedules {twice[1]}_URL; keep one: "
                    f"heroku pg:backups:unschedule {twice[1]}_URL -a {app.name}"
                )
        there = {var.name for var in live.config_vars.known if var.has_value}
        if live.config_vars.rest is None and there != app.config_vars.keys():
            raise OperationError(
                f"{self.stack}: the config vars changed while they were read; run adopt again"
            )

    def run(self, settings: Settings, found: Found, *, keep_differences: bool) -> int:
        """The exit code; raises OperationError where the stack could not be adopted or proved."""
        settings, found, before = self._ready(settings, found)
        if self._differs(settings, found) and not keep_differences:
            self._say_what_to_do()
            return DIFFERS
        with scratch(self.account, self.stack, lambda: self.budget.left) as place:
            left = self._left(before, found)
            now = self._carry_over(place, before, left, found) if left else before
            is_new = self._adopt(place, now, found, self._values(settings, found))
            with working("Proving it by a preview"):
                proof = prove(self.account, self.stack, self.budget.left)
            self._show(proof)
            if proof.losses and (is_new or left):
                standing.put_back(self.account, self.stack, before, WRITE_SECONDS)
                say(
                    f"\nThe next `pulumi up` would have taken something away. The state of {self.stack} is as it was."
                )
                return DIFFERS
        return self._conclude(proof)

    def try_out(self, settings: Settings, found: Found, *, keep_differences: bool) -> int:
        """The same as far as nothing is written: what would be adopted, and under which id of Heroku's."""
        settings, found, before = self._ready(settings, found)
        differs = self._differs(settings, found)
        if differs and not keep_differences:
            self._say_what_to_do()
            return DIFFERS
        with working("Asking the program what it declares"):
            missing = not_in_state(self.account, self.stack, self.budget.left)
        missing += promoted.as_declared(self._left(before, found))
        heading("state")
        for line in would_adopt(missing, found.app, found.environment):
            say(f"  {line}")
        if not missing:
            say("  has all that the program declares; adopted already")
        standing.require_unchanged(self.account, self.stack, before, self.budget.left)
        say("\nDry run: neither Pulumi's state nor Heroku was written.")
        return DIFFERS if differs else 0

    def _ready(self, settings: Settings, found: Found) -> tuple[Settings, Found, State]:
        """The settings with what is encrypted decrypted, what is live matched with them, and the state as it is."""
        self.account.prepare_adoption(self.stack, settings)
        if settings.encrypted:
            settings = decrypted_settings(self.account, self.stack, self.budget.left)
        before = standing.exported(self.account, self.stack, self.budget.left)
        standing.require_own(promoted.without(before, self._left(before, found)), self.stack, found.app)
        self._require_region(settings, found.environment)
        app = drain_urls.with_ids(found.app, settings, found.environment, self.digests)
        return settings, replace(found, app=app), before

    def encrypt_urls(self, settings: Settings, found: Found) -> None:
        """Those of log drains, which only the live app tells. Raises OperationError."""
        drain_urls.encrypt(self.account, self.stack, settings, found.app.drain_urls, self.budget.left)

    def _left(self, before: State, found: Found) -> list[State]:
        """What of the state is of the database that was the primary one."""
        return promoted.entries_before(before, found.app) if self.promoted else []

    def _carry_over(self, place: Scratch, before: State, left: list[State], found: Found) -> State:
        """The state, written once, with the promoted database in the place of the one before."""
        with working("Asking the program what it declares"):
            inputs = components(self.account, self.stack, self.budget.left)
        declared, rest = promoted.as_declared(left), promoted.without(before, left)
        wanted = deployment.import_ids(declared, found.app, found.environment)
        with working(f"Importing {found.app.database_name} into a scratch stack"):
            base = deployment.without_heroku(deployment.resources_of(rest))
            imported = place.imported(base, deployment.import_file(wanted, declared))
        after = deployment.with_resources(before, promoted.carried_over(before, left, imported, inputs))
        standing.commit(self.account, self.stack, before, after, WRITE_SECONDS)
        heading("promotion")
        for words in promoted.words_of(left, found.app, found.environment):
            say(f"  {words}")
        return standing.exported(self.account, self.stack, self.budget.left)

    def _values(self, settings: Settings, found: Found) -> DeclaredValues:
        app = found.environment.app
        url = "" if app is None or isinstance(app, Unknown) or isinstance(app.url, Unknown) else app.url
        return as_live(settings, found.app.config_vars, url, self.digests)

    def _require_region(self, settings: Settings, live: Environment) -> None:
        """The one difference that no later change could fix: another region is another app."""
        app = live.app
        if app is None or isinstance(app, Unknown) or isinstance(app.region, Unknown):
            return
        if app.region != settings.app.region:
            raise OperationError(
                f"Pulumi.{self.stack}.yaml: app.region is {settings.app.region}, and the live app is in {app.region}: the next "
                f"up would replace the app, and lose its database. Set app.region to {app.region}; nothing was adopted"
            )

    def _differs(self, settings: Settings, found: Found) -> bool:
        compared = comparison.compared(self.stack, settings, found.environment, self.digests)
        heading("stack file")
        for one in compared.managed:
            click.secho(f"  differs  {comparison.words(one)}", fg="yellow")
        if not compared.managed:
            say(f"  Pulumi.{self.stack}.yaml describes the live app")
        for one in compared.beside:
            say(f"  beside   {comparison.words(one)}; Pulumi leaves it alone")
        for unread in compared.beside_unread:
            say(f"  beside   {unread}")
        return bool(compared.managed)

    def _say_what_to_do(self) -> None:
        file, command = f"Pulumi.{self.stack}.yaml", f"ops adopt {self.stack}"
        say(
            f"\nNothing was adopted: with this file the next `pulumi up` would change the live app.\n"
            f"Edit {file}, or let `{command} --write` write it from the live app; then run `{command}` again.\n"
            f"Where the file is right and the app is to change: `{command} --keep-differences`."
        )

    def _adopt(self, place: Scratch, before: State, found: Found, values: DeclaredValues) -> bool:
        """Brings what the state lacks into it, in one write; what can fail, fails before. False: it lacked nothing."""
        with working("Asking the program what it declares"):
            missing = not_in_state(self.account, self.stack, self.budget.left)
        heading("state")
        if not missing:
            say("  has all that the program declares; adopted already")
            return False
        present, made = deployment.resources_of(before), deployment.skeleton(missing)
        base = [*deployment.without_heroku(present), *made]
        wanted = deployment.import_ids(missing, found.app, found.environment)
        with working(f"Importing {len(wanted)} resources into a scratch stack"):
            imported = place.imported(base, deployment.import_file(wanted, missing))
        imported += deployment.config_associations(missing, found.app.id, values, base)
        after = deployment.merged(present, made, imported, missing)
        standing.commit(
            self.account, self.stack, before, deployment.with_resources(before, after), WRITE_SECONDS
        )
        urns = {entry["urn"] for entry in after}
        for one in missing:
            if one.custom and not one.is_provider:
                say(f"  {'adopted' if one.urn in urns else 'not live'}  {one.name} ({one.type})")
        return True

    def _show(self, proof: Proof) -> None:
        heading("proof: a refreshing preview with the runbook's rules")
        for line in proof.proposed:
            click.secho(f"  the next up would {line}", fg="red" if line in proof.losses else "yellow")
        for line in proof.violations:
            click.secho(f"  breaks the runbook: {line}", fg="red")

    def _conclude(self, proof: Proof) -> int:
        if proof.is_empty:
            say(f"  {proof.unchanged} unchanged, nothing to do: {self.stack} is adopted")
            return 0
        cures = [f"edit Pulumi.{self.stack}.yaml until `ops adopt {self.stack}` proves it empty"]
        if proof.proposed and not proof.losses:
            cures.append("let the next `pulumi up` make these changes")
        if proof.violations:
            cures.append("do what the rules say, or waive them in waivers.yaml")
        say(f"\n{self.stack} is adopted, and nothing of it was changed. Now {'; or '.join(cures)}.")
        if proof.losses:
            click.secho("Don't run `pulumi up` before that: it would take away what is live.", fg="red")
        return DIFFERS
