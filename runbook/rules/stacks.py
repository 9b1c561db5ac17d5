"""Rules on the stack as a whole: protection, cost, and that the two stacks are alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runbook.checklists import COSTS, DOCUMENTATION
from runbook.environment import App, Environment, Resource
from runbook.rules.expected import EXPECTED_VALUES, REQUIRED
from runbook.rules.fixes import ask
from runbook.rules.rule import (
    DECLARED,
    Context,
    Finding,
    Findings,
    Fix,
    Rule,
    Severity,
    at,
    each,
    failed,
    not_run,
)
from runbook.settings import is_protected
from runbook.stack_cost import cost_of_stack
from runbook.unknown import Known, Unknown


@each("what is managed", lambda environment: environment.resources)
def _protected(resource: Resource, environment: Environment, _context: Context) -> Findings:
    if not is_protected(environment.stack):
        return
    where = f"{environment.stack}/{resource.name}"
    if isinstance(resource.protected, Unknown):
        yield not_run(where, "its protection", resource.protected)
    elif not resource.protected:
        yield failed(where, "is not protected", "every resource of production to be protected")


def _budget(environment: Environment, context: Context) -> Findings:
    budget = environment.monthly_budget_usd
    cost = cost_of_stack(environment, context.prices)
    if isinstance(budget, Unknown):
        yield not_run(environment.stack, "its budget", budget)
    elif cost.monthly_usd > budget:
        yield failed(environment.stack, f"costs {cost.words} a month", f"at most its budget of ${budget}")
    else:
        for line in cost.without_price[:1]:
            no_price = Unknown(f"the catalogue has no price for {line.what}")
            yield not_run(environment.stack, "what it costs", line.unknown or no_price)


Aspect = Callable[[Environment], Known[Mapping[str, object]]]
"""What is compared: words for each part, and its value. Unknown where any part is."""


def _of_app(field: str) -> Aspect:
    def read(environment: Environment) -> Known[Mapping[str, object]]:
        app = environment.app
        if not isinstance(app, App):
            return Unknown("the stack has no app") if app is None else app
        value = getattr(app, field)
        return value if isinstance(value, Unknown) else {field: value}

    return read


def _formation(environment: Environment) -> Known[Mapping[str, object]]:
    """What has dynos: each deploy leaves process types without any."""
    if isinstance(environment.formation, Unknown):
        return environment.formation
    found: dict[str, object] = {}
    for process in environment.formation:
        for part in (process.process_type, process.quantity, process.dyno_type):
            if isinstance(part, Unknown):
                return part
        if process.up_to:
            found[str(process.process_type)] = f"{process.dynos} x {process.dyno_type}"
    return found


def _postgres_plan(environment: Environment) -> Known[Mapping[str, object]]:
    """On the live account, of the database behind DATABASE_URL: what a promotion leaves over is drift's. Declared, each counts."""
    databases, primary = environment.databases, environment.primary_database
    if isinstance(databases, Unknown):
        return databases
    if not environment.is_live:
        primary = None
    if len(databases) > 1 and isinstance(primary, Unknown):
        return primary
    own = [one for one in databases if one.name == primary] or databases
    for database in own:
        if isinstance(database.plan, Unknown):
            return database.plan
    return {"Postgres plan": tuple(sorted(str(database.plan) for database in own))}


def _config_vars(environment: Environment) -> Known[Mapping[str, object]]:
    """Plain ones by digest; one made of the app's URL by how it is made, as the URLs differ.

    Where another rule says the value, only whether it is there is compared; where one says that too, nothing is.
    """
    if environment.config_vars.rest is not None:
        return environment.config_vars.rest
    found: dict[str, object] = {}
    for var in environment.config_vars.known:
        if var.kind != "plain" or var.name in REQUIRED:
            continue
        value = "set" if var.name in EXPECTED_VALUES else var.template or var.digest
        if isinstance(value, Unknown):
            return value
        found[var.name] = value
    return found


def _addons(environment: Environment) -> Known[Mapping[str, object]]:
    """Plans by attachment, as they are declared; what else is live is drift's."""
    attachments, addons = environment.addon_attachments, environment.addons
    if environment.is_live or isinstance(attachments, Unknown) or isinstance(addons, Unknown):
        return {}
    plans = {addon.name: addon.plan for addon in addons}
    found: dict[str, object] = {}
    for one in attachments:
        plan = one.database if isinstance(one.database, Unknown) else plans[one.database]
        for part in (one.name, plan):
            if isinstance(part, Unknown):
                return part
        found[str(one.name)] = plan
    return found


def _features(environment: Environment) -> Known[Mapping[str, object]]:
    """As they are declared; what else is live is drift's."""
    return dict.fromkeys(environment.parts.get("feature", ()), "on")


def _pipeline(environment: Environment) -> Known[Mapping[str, object]]:
    """As it is declared; what else is live is drift's."""
    held = environment.coupling
    if environment.is_live or held is None or isinstance(held, Unknown):
        return {}
    return held.pipeline if isinstance(held.pipeline, Unknown) else {"pipeline": held.pipeline}


def _secrets(environment: Environment) -> Known[Mapping[str, object]]:
    if environment.config_vars.rest is not None:
        return environment.config_vars.rest
    return {var.name: var.kind for var in environment.config_vars.known if var.kind not in ("plain", "addon")}


ASPECTS: dict[str, Aspect] = {
    "region": _of_app("region"),
    "heroku_stack": _of_app("heroku_stack"),
    "buildpacks": _of_app("buildpacks"),
    "acm": _of_app("acm"),
    "formation": _formation,
    "postgres_plan": _postgres_plan,
    "config_vars": _config_vars,
    "secrets": _secrets,
    "addons": _addons,
    "pipeline": _pipeline,
    "features": _features,
}
"""By the name that the settings' `differs` has for it. What a rule fixes on both stacks, such as the backup's time, is not
compared here too: one cause breaks one rule."""


_ONE_MAY_HAVE = frozenset({"pipeline"})
"""Compared only where both stacks have it: the two are adopted one after the other."""


def _aspect_key(name: str) -> tuple[str, ...]:
    if name in ("region", "heroku_stack", "buildpacks", "acm"):
        return "app", name
    return ("database", "plan") if name == "postgres_plan" else (name,)


def _alike(environment: Environment, context: Context) -> Findings:
    other = context.other
    if isinstance(other, Unknown):
        yield not_run(environment.stack, "the other stack", other)
        return
    for differs in (environment.differs, other.differs):
        if isinstance(differs, Unknown):
            yield not_run(environment.stack, "what may differ", differs)
            return
    allowed = {*_names(environment.differs), *_names(other.differs)}
    for name, aspect in ASPECTS.items():
        mine, theirs = aspect(environment), aspect(other)
        if name not in allowed and (name not in _ONE_MAY_HAVE or (mine and theirs)):
            yield from _compare(name, mine, theirs, environment, other)


def _names(differs: Known[tuple[str, ...]]) -> tuple[str, ...]:
    return () if isinstance(differs, Unknown) else differs


def _compare(
    name: str,
    mine: Known[Mapping[str, object]],
    theirs: Known[Mapping[str, object]],
    environment: Environment,
    other: Environment,
) -> Findings:
    where = f"{environment.stack}/{name}"
    if isinstance(mine, Unknown):
        yield not_run(where, "what it is", mine)
    elif isinstance(theirs, Unknown):
        yield not_run(where, f"what {other.stack} has", theirs)
    elif mine != theirs:
        parts = sorted(key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key))
        shown = parts if name == "config_vars" else [_both(part, mine, theirs) for part in parts]
        yield failed(
            where,
            f"differs from {other.stack} in {', '.join(shown)}",
            f"the same, or differs.{name} with a reason in a stack file",
        )


def _both(part: str, mine: Mapping[str, object], theirs: Mapping[str, object]) -> str:
    return f"{part} ({_words(mine.get(part))}; there {_words(theirs.get(part))})"


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _cheaper(_finding: Finding, environment: Environment) -> Fix:
    priced = [line for line in cost_of_stack(environment).lines if line.monthly_usd]
    most = max(priced, key=lambda line: line.monthly_usd or 0, default=None)
    what = f"most is for {most.what} (${most.monthly_usd})" if most else "nothing of it has a price"
    return ask(f"Decide what to give up, or raise cost.monthly_budget_usd: {what}")


def _make_alike(finding: Finding, environment: Environment) -> Fix:
    """Which of the two stacks is right, nobody here knows."""
    part = finding.target.partition("/")[2]
    return ask(
        f"Decide which stack is right: make the other like it, or give the reason under differs.{part} in "
        f"Pulumi.{environment.stack}.yaml"
    )


PRODUCTION_PROTECTED = Rule(
    id="production-protected",
    key=at("app"),
    title="Every production resource is protected",
    section="Severity Levels",
    severity=Severity.SEV_1,
    reads=("each resource's protect option",),
    decide=_protected,
    why="Data loss is Sev-1; a protected resource can't be deleted or replaced by a mistaken run.",
    cannot_tell="Never: the option is always known.",
    edit="Leave protection to components/environment.py; nothing in Pulumi.{stack}.yaml sets it",
    command="pulumi state protect URN --stack {stack}",
    on=DECLARED,
    each="resource",
)
COST_BUDGET = Rule(
    id="cost-budget",
    key=at("cost", "monthly_budget_usd"),
    items=(COSTS,),
    title="The monthly cost is within the stack's budget",
    section="Cost Estimation",
    severity=Severity.SEV_3,
    reads=("the formation", "the databases' plans", "other add-ons", "the budget", "the catalogue's prices"),
    decide=_budget,
    why="The monthly checklist reviews costs; this reviews them before they arise.",
    cannot_tell="Something has no price in the catalogue, or is known only after `up`, and the rest is within the budget.",
    edit="Lower the formation or plan, or raise cost.monthly_budget_usd in Pulumi.{stack}.yaml",
    command="heroku ps:scale web=1:basic -a {app}",
    fix=_cheaper,
    fails_with="cost: {monthly_budget_usd: 56}",
    passes_with="cost: {monthly_budget_usd: 57}",
    touches=frozenset({"formation", "database", "add-on"}),
)
STACKS_ALIKE = Rule(
    id="stacks-alike",
    key=_aspect_key,
    items=(DOCUMENTATION,),
    title="Staging and production differ only where the settings say so",
    section="Deploy to Production",
    severity=Severity.SEV_3,
    reads=("both stacks: " + ", ".join(ASPECTS), "what `differs` allows"),
    decide=_alike,
    why="Production is deployed after staging was verified; that proves nothing where the two are not alike.",
    cannot_tell="Only one stack was read, or something compared is known only after `up`.",
    edit="Make the stacks alike, or say why they differ under differs in Pulumi.{stack}.yaml",
    command="heroku ps -a {app}",
    fix=_make_alike,
    both_stacks=True,
    hangs_on_database=lambda finding: finding.target.endswith(("/postgres_plan", "/backups")),
    fails_with="app: {name: sc-mvp-staging, heroku_stack: heroku-26, buildpacks: [heroku/ruby]}",
    passes_with="app: {name: sc-mvp-staging, heroku_stack: heroku-26, buildpacks: [heroku/ruby]}\n"
    "differs: {heroku_stack: staging tries heroku-26}",
    touches=frozenset({"app", "formation", "database", "config var"}),
)
