"""Rules on secret config vars: kept as secrets, and not shared between the stacks."""

from __future__ import annotations

from runbook.checklists import DEPENDS, SECURITY
from runbook.digest import of_one_run
from runbook.environment import BY_HAND, PRIMARY, ConfigVar, Environment
from runbook.rules.expected import SAMPLES, is_secret
from runbook.rules.fixes import ask, heroku, live_addon, named, own_databases
from runbook.rules.rule import (
    DECLARED,
    Context,
    Finding,
    Findings,
    Fix,
    Rule,
    Severity,
    elsewhere,
    failed,
    not_run,
    under,
)
from runbook.unknown import Unknown


def _secret(environment: Environment, _context: Context) -> Findings:
    for var in environment.config_vars.known:
        if var.kind == "plain" and is_secret(var.name):
            yield failed(
                f"{environment.stack}/{var.name}",
                "is a secret among the plain config vars (value not shown)",
                "a managed or external secret",
            )
        elif var.kind == "plain" and var.secret_form:
            yield failed(
                f"{environment.stack}/{var.name}",
                f"holds {var.secret_form} among the plain config vars (value not shown)",
                "a managed or external secret",
            )
    if environment.config_vars.rest is not None:
        yield not_run(environment.stack, "which config vars are set in clear", environment.config_vars.rest)


def _differ(environment: Environment, context: Context) -> Findings:
    if isinstance(context.other, Unknown):
        yield not_run(environment.stack, "the other stack's secrets", context.other)
        return
    if environment.config_vars.rest is not None:
        yield not_run(environment.stack, "all secrets", environment.config_vars.rest)
    for var in environment.config_vars.known:
        if not var.has_value:
            continue
        if var.kind == "external" and var.digest == BY_HAND:
            yield elsewhere(
                f"{environment.stack}/{var.name}", "is set by hand: compared on the live account only"
            )
        elif var.kind != "plain" and var.digest != BY_HAND and not _may_be_shared(var):
            yield from _differs(var, environment, context.other, context)


def _may_be_shared(var: ConfigVar) -> bool:
    """SMTP_HOST and its like stand among the secrets of the settings, and hold none."""
    return var.kind == "optional" and not is_secret(var.name)


def _differs(var: ConfigVar, environment: Environment, other: Environment, context: Context) -> Findings:
    where = f"{environment.stack}/{var.name}"
    theirs = other.config_vars.find(var.name)
    if isinstance(var.digest, Unknown):
        yield not_run(where, "its value", var.digest)
    elif any(var.digest == context.digests.of(sample) for sample in SAMPLES):
        yield failed(where, "is a sample value from a template (not shown)", "a value of its own")
    elif isinstance(theirs, Unknown):
        yield not_run(where, f"{other.stack}'s value", theirs)
    elif theirs is None or not theirs.has_value:
        return
    elif isinstance(theirs.digest, Unknown):
        if theirs.digest != BY_HAND:
            yield not_run(where, f"{other.stack}'s value", theirs.digest)
    elif not of_one_run(var.digest, theirs.digest):
        yield not_run(where, f"{other.stack}'s value", Unknown("it was digested in another run"))
    elif var.digest == theirs.digest:
        yield failed(where, f"has the same value as {other.stack}'s (not shown)", "a value of its own")


def _own_value(finding: Finding, environment: Environment) -> Fix:
    """A shared database is separated by detaching it; any other secret is a person's to replace."""
    name, stack = named(finding), environment.stack
    var = environment.config_vars.find(name)
    if isinstance(var, ConfigVar) and var.kind == "addon":
        return _own_database(name.removesuffix("_URL"), environment)
    if isinstance(var, ConfigVar) and var.kind == "managed":
        return ask(
            f"Give {stack} a {name} of its own: `pulumi config set --secret {name} --stack {stack}`, then `pulumi up`"
        )
    return ask(
        f"Give {stack} a {name} of its own by hand; a new one may sign users out or need a new key elsewhere"
    )


def _own_database(attachment: str, environment: Environment) -> Fix:
    own, attachments = own_databases(environment), environment.attachments
    found = () if isinstance(attachments, Unknown) else attachments
    foreign = any(one.name == attachment and one.database not in own for one in found)
    if not foreign:
        return ask("Detach this stack's database from the other stack's app (database-not-shared)")
    if attachment == PRIMARY and len(own) == 1:
        return heroku(environment, f"pg:promote {live_addon(environment, own[0])}")
    return heroku(environment, f"addons:detach {attachment}")


SECRETS_SECRET = Rule(
    id="secrets-secret",
    key=under("config_vars"),
    title="Secrets are Pulumi secrets or external, never plain",
    document="ENV_CONFIG",
    section="Security Best Practices",
    severity=Severity.SEV_1,
    everywhere=True,
    reads=("the names and kinds of the config vars", "the form of plain values, before they become digests"),
    decide=_secret,
    why="Anyone can read a plain value in the repository, the state, previews and logs. That is a security breach.",
    cannot_tell="A map of config vars is known only after `up` and no component declares its keys.",
    edit="Move {object} under secrets in Pulumi.{stack}.yaml (managed, then `pulumi config set --secret {object}`; or external), "
    "and replace the value: it has been seen",
    command="heroku config:set {object}=VALUE -a {app}",
    on=DECLARED,
    each="config var",
    waivable=False,
    fails_with="config_vars: {SMTP_PASSWORD: example}\nsecrets: {RAILS_MASTER_KEY: external, SECRET_KEY_BASE: external}",
    passes_with="secrets: {RAILS_MASTER_KEY: external, SECRET_KEY_BASE: external, SMTP_PASSWORD: optional}",
)
SECRETS_DIFFER = Rule(
    id="secrets-differ",
    key=under("secrets"),
    items=(DEPENDS, SECURITY),
    title="The secrets of production and staging differ, and none is a sample",
    document="ENV_CONFIG",
    section="Production (Heroku)",
    severity=Severity.SEV_1,
    everywhere=True,
    reads=("keyed digests of both stacks' managed secrets; external ones on the live account only",),
    decide=_differ,
    why="Who reads staging's secrets must not be able to read production's.",
    cannot_tell="A value is redacted, encrypted or not known yet, or only one stack was read. A redacted value is never "
    "taken for an equal or a different one.",
    edit="Give each stack a value of its own: `pulumi config set --secret {object} --stack {stack}`",
    command="heroku config:set {object}=VALUE -a {app}",
    fix=_own_value,
    on=frozenset({"state", "live"}),
    both_stacks=True,
    touches=frozenset({"config var", "attachment"}),
)
