"""Whether a preview is of the stack files beside it: where it was made by other hands, it may be of any.

The files are read as data. What they declare must be what the preview registers, and they must hold by their own
rules. What code of the change does beside that, only its review can see (docs/ci.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from operations.judging import undeclared
from operations.judging.answer import Trouble
from operations.judging.change import Basis
from operations.pulumi_run import events
from operations.pulumi_run.runner import Done
from runbook import stack_file
from runbook.environment import ConfigVar, Environment
from runbook.readers.other_stack import other_environment
from runbook.readers.plan import PlanError, environment_of_plan
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import evaluate, sentence
from runbook.settings import StackName
from runbook.settings_reader import SettingsError, settings_from_file
from runbook.unknown import Unknown, all_known
from runbook.waivers import waive

_FREE = Unknown("any number of a range is as declared")


def troubles_of(stack: StackName, done: Done, basis: Basis, red: Collection[str]) -> Iterator[Trouble]:
    """`red`: rules that the preview breaks already, which are not said twice."""
    name = f"Pulumi.{stack}.yaml"
    try:
        settings = settings_from_file(stack_file.read(basis.folder / name), stack)
    except (stack_file.StackFileError, SettingsError) as error:
        yield from (Trouble("blocked", line) for line in str(error).splitlines())
        return
    declared = environment_of_settings(stack, settings, basis.digests)
    yield from _broken(declared, basis, red)
    try:
        planned = environment_of_plan(done.stdout, basis.digests)
    except (PlanError, SettingsError):
        return  # the gate says why
    if other := sorted(_differences(_facts(declared), _facts(planned))):
        yield Trouble(
            "blocked",
            f"the preview of {stack} is not of {name}: they differ in {', '.join(other)} (values not shown). Preview this commit again; "
            "a program that declares otherwise than its stack file is not accepted",
        )
    yield from undeclared.troubles_of(events.read(done.stdout).changes, settings, name)


def _broken(declared: Environment, basis: Basis, red: Collection[str]) -> Iterator[Trouble]:
    context = Context(basis.digests, other_environment(declared.stack, basis.folder, basis.digests))
    for verdict in waive(evaluate(declared, context, RULES, {"settings"}), basis.waivers, basis.today):
        if verdict.name == "fail" and verdict.rule.id not in red:
            for finding in verdict.findings:
                yield Trouble("blocked", sentence(verdict.rule, finding, declared))


def _differences(declared: dict[str, Any], planned: dict[str, Any]) -> Iterator[str]:
    """By name; what the preview does not know yet is not compared."""
    for name in declared.keys() | planned.keys():
        values = declared.get(name), planned.get(name)
        if values[0] != values[1] and not any(isinstance(value, Unknown) for value in values):
            yield name


def _facts(environment: Environment) -> dict[str, Any]:
    """Everything that a stack file decides, by a name for people."""
    facts: dict[str, Any] = {}
    app = environment.app
    for part in ("name", "region", "heroku_stack", "acm"):
        facts[f"app.{part}"] = getattr(app, part) if app and not isinstance(app, Unknown) else app
    for one in all_known(environment.formation):
        facts[f"formation.{one.process_type}.dyno_type"] = one.dyno_type
        facts[f"formation.{one.process_type}.quantity"] = _FREE if one.most else one.quantity
    facts |= {f"database {one.name}": one.plan for one in all_known(environment.databases)}
    facts |= {"backups": tuple((one.hour, one.zone) for one in all_known(environment.backup_schedules))}
    facts |= {
        f"config var {var.name}": _of_var(var) for var in environment.config_vars.known if var.kind != "addon"
    }
    return facts


def _of_var(var: ConfigVar) -> object:
    return (var.template or var.digest) if var.kind == "plain" else var.kind
