"""Rules on plain config vars: what must be set, to what, and what is not set by hand."""

from __future__ import annotations

from runbook.checklists import DEPENDS, SECURITY
from runbook.environment import App, ConfigVar, Environment
from runbook.rules.expected import (
    API_PATH,
    API_URL,
    DATABASE_URL,
    EXPECTED_VALUES,
    REQUIRED,
    expected_values,
    expected_words,
)
from runbook.rules.fixes import app_name, ask, edit, heroku, live_addon, named, own_databases, release_before
from runbook.rules.rule import Context, Finding, Findings, Fix, Rule, Severity, at, failed, not_run, under
from runbook.settings import APP_URL
from runbook.unknown import Unknown


def _present(environment: Environment, context: Context) -> Findings:
    for name in REQUIRED:
        var = environment.config_vars.find(name)
        where = f"{environment.stack}/{name}"
        if isinstance(var, Unknown):
            yield not_run(where, "whether it is set", var)
        elif var is None:
            yield failed(where, "is not set", "it to be set; the app does not start without it")
        else:
            yield from _of_required(var, where, environment, context)
    yield from _absent_externals(environment)
    yield from _without_values(environment)


def _of_required(var: ConfigVar, where: str, environment: Environment, context: Context) -> Findings:
    if not var.has_value and environment.is_live:
        yield failed(where, "is not set", "it to be set; the app does not start without it")
    elif not var.has_value:
        yield _without_value(var, environment)
    elif var.kind == "optional":
        yield failed(where, "is optional, so it may be missing", "managed or external")
    elif var.digest == context.digests.of(""):
        yield failed(where, "is empty", "a value; the app does not start without it")


def _absent_externals(environment: Environment) -> Findings:
    """Secrets that the file calls external and that nobody set, whatever they are for."""
    for var in environment.config_vars.known:
        if var.kind == "external" and not var.has_value and var.name not in REQUIRED:
            yield failed(
                f"{environment.stack}/{var.name}",
                "is declared external and is not set on the app",
                "it to be set by hand",
                severity=Severity.SEV_2,
            )


def _without_values(environment: Environment) -> Findings:
    """Managed secrets that a local run would fill in and the real `up` would fail on, whatever they are for."""
    for var in environment.config_vars.known:
        is_empty = var.kind == "managed" and not var.has_value
        if is_empty and var.name not in REQUIRED and not environment.is_live:
            yield _without_value(var, environment)


def _without_value(var: ConfigVar, environment: Environment) -> Finding:
    return failed(
        f"{environment.stack}/{var.name}",
        "is a managed secret without a value",
        f"a value set with `pulumi config set --secret {var.name} --stack {environment.stack}`",
    )


def _expected(environment: Environment, context: Context) -> Findings:
    for name, values in expected_values(environment.stack).items():
        where = f"{environment.stack}/{name}"
        var = environment.config_vars.find(name)
        if isinstance(var, Unknown):
            yield not_run(where, "its value", var)
        elif var is None or var.kind == "optional":
            continue
        elif isinstance(var.digest, Unknown) and var.template is None:
            yield not_run(where, "its value", var.digest)
        elif all(var.digest != context.digests.of(value) for value in values):
            yield failed(where, "has another value (not shown)", " or ".join(values))


def _database_url(environment: Environment, _context: Context) -> Findings:
    where = f"{environment.stack}/{DATABASE_URL}"
    var = environment.config_vars.find(DATABASE_URL)
    if isinstance(var, Unknown):
        yield not_run(where, "whether it is set by hand", var)
    elif var is not None and var.kind != "addon":
        yield failed(where, "is set by hand (value not shown)", "it to be left to the attached database")


def _api_url(environment: Environment, context: Context) -> Findings:
    where = f"{environment.stack}/{API_URL}"
    var = environment.config_vars.find(API_URL)
    if isinstance(var, Unknown):
        yield not_run(where, "its value", var)
    elif var is not None:
        own = _is_own(var, environment, context)
        if isinstance(own, Unknown):
            yield not_run(where, "whether it is this app's URL", own)
        elif not own:
            yield failed(
                where, "has another value (not shown)", f"https, this app's own URL or domain and {API_PATH}"
            )


def _is_own(var: ConfigVar, environment: Environment, context: Context) -> bool | Unknown:
    """By its value and the app's URL or a declared domain; before these are known, by how the settings make it."""
    domains = environment.parts.get("domain", ())
    if var.digest in [context.digests.of(f"https://{host}{API_PATH}") for host in domains]:
        return True
    url = environment.app.url if environment.app and not isinstance(environment.app, Unknown) else None
    if not isinstance(var.digest, Unknown) and isinstance(url, str):
        return url.startswith("https://") and var.digest == context.digests.of(url + API_PATH)
    if var.template is not None:
        return var.template == context.digests.of(APP_URL + API_PATH)
    if isinstance(var.digest, Unknown):
        return var.digest
    return url if isinstance(url, Unknown) else False


def _set_present(finding: Finding, environment: Environment) -> Fix:
    """A known value; else the one it had, of the release before it was taken away."""
    name = named(finding)
    var = environment.config_vars.find(name)
    if isinstance(var, ConfigVar) and var.has_value and var.kind == "optional":
        return edit(environment, f"Call {name} managed or external under secrets")
    if name == API_URL:
        return _set_api_url(finding, environment)
    if name in EXPECTED_VALUES:
        return _set_expected(finding, environment)
    before = release_before(environment, name)
    if before is None:
        return ask(
            f"Set {name} by hand to the value that is kept for {environment.stack}; nothing here knows it"
        )
    app = app_name(environment)
    value = f"$(heroku releases:info v{before} --shell -a {app} | grep '^{name}=')"
    return Fix("type", f'eval "heroku config:set {value} -a {app}"')


def _set_expected(finding: Finding, environment: Environment) -> Fix:
    name = named(finding)
    return heroku(environment, f"config:set {name}={expected_values(environment.stack)[name][0]}")


def _set_api_url(_finding: Finding, environment: Environment) -> Fix:
    app = environment.app
    if not isinstance(app, App) or not isinstance(app.url, str):
        return ask("Find out the app's URL: Heroku says none")
    return heroku(environment, f"config:set {API_URL}={app.url}{API_PATH}")


def _give_back(_finding: Finding, environment: Environment) -> Fix:
    """To the attached database; Heroku sets it."""
    own = own_databases(environment)
    if len(own) != 1:
        return ask(
            f"Decide which database is the app's: it has {', '.join(own) or 'none'}; then unset {DATABASE_URL}"
        )
    addon = live_addon(environment, own[0])
    return heroku(environment, f"config:unset {DATABASE_URL}", f"addons:attach {addon} --as DATABASE")


CONFIG_PRESENT = Rule(
    id="config-present",
    key=under("config_vars"),
    items=(DEPENDS, SECURITY),
    title="Every required config var and every external secret is set",
    section="App Won't Start",
    severity=Severity.SEV_1,
    reads=(
        "the names and kinds of the config vars",
        "whether a value is empty",
        "what the file calls external",
    ),
    expects=REQUIRED,
    decide=_present,
    why="Missing environment variables head the runbook's list of why the app does not start.",
    cannot_tell="A map of config vars is known only after `up` and no component declares its keys.",
    edit="Add {object} under config_vars or secrets in Pulumi.{stack}.yaml",
    command="heroku config:set {object}=VALUE -a {app}",
    fix=_set_present,
    fails_with="secrets: {RAILS_MASTER_KEY: external, SECRET_KEY_BASE: optional}",
    passes_with="secrets: {RAILS_MASTER_KEY: external, SECRET_KEY_BASE: external}",
    touches=frozenset({"config var"}),
)
CONFIG_EXPECTED = Rule(
    id="config-expected",
    key=under("config_vars"),
    items=(SECURITY,),
    title="Config vars with a known right value have it",
    section="App Won't Start",
    severity=Severity.SEV_2,
    reads=("keyed digests of " + ", ".join(EXPECTED_VALUES),),
    expects=expected_words(),
    decide=_expected,
    why="Rails logs to stdout and serves the frontend's files only with these values; without them `heroku logs` is "
    "empty and assets answer 404.",
    cannot_tell="The value is known only after `up`, or the config var is set by hand.",
    edit="Set config_vars.{object} in Pulumi.{stack}.yaml",
    command="heroku config:set {object}=VALUE -a {app}",
    fix=_set_expected,
    each="config var",
    fails_with="config_vars: {NODE_ENV: development}",
    passes_with="config_vars: {NODE_ENV: production}",
    touches=frozenset({"config var"}),
)
DATABASE_URL_OWNED = Rule(
    id="database-url-owned",
    key=under("config_vars"),
    items=(DEPENDS, SECURITY),
    title="DATABASE_URL is never set by hand",
    document="ENV_CONFIG",
    section="DATABASE_URL",
    severity=Severity.SEV_1,
    reads=("the names and kinds of the config vars",),
    decide=_database_url,
    why="Heroku sets DATABASE_URL and changes it when credentials rotate; one set by hand goes stale and the app "
    "loses its database.",
    cannot_tell="A map of config vars is known only after `up` and no component declares its keys.",
    edit="Remove DATABASE_URL from Pulumi.{stack}.yaml",
    command="heroku config:get DATABASE_URL -a {app}",
    fix=_give_back,
    each="config var",
    fails_with="config_vars: {DATABASE_URL: postgres://db.example/app}",
    passes_with="config_vars: {}",
    touches=frozenset({"config var", "attachment"}),
)
API_URL_OWN = Rule(
    id="api-url-own",
    key=at("config_vars", "VITE_API_URL"),
    items=(DEPENDS, SECURITY),
    title="VITE_API_URL is https and this stack's own app URL or domain with /api/v1",
    document="ENV_CONFIG",
    section="VITE_API_URL",
    severity=Severity.SEV_1,
    reads=(
        "VITE_API_URL's keyed digest, or how the settings make it",
        "the app's URL",
        "its declared domains",
    ),
    decide=_api_url,
    why="With the other stack's URL, staging's users write to production's database.",
    cannot_tell="It is written out in full and the app's URL is not known yet; ${app.url}/api/v1 can be told at once.",
    edit='Set config_vars.VITE_API_URL to "${{app.url}}/api/v1" in Pulumi.{stack}.yaml, or declare its domain under domains',
    command="heroku config:set VITE_API_URL=https://APP_URL/api/v1 -a {app}",
    fix=_set_api_url,
    fails_with='config_vars: {VITE_API_URL: "${app.url}"}',
    passes_with='config_vars: {VITE_API_URL: "${app.url}/api/v1"}',
    touches=frozenset({"config var", "app"}),
)
