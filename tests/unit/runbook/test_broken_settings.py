"""Each mistake in a stack file is one clear sentence: file, line, key, what was found, what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook import stack_file
from runbook.settings_reader import SettingsError, settings_from_file, stack_name

ROOT = Path(__file__).resolve().parents[3]
GOOD = (
    (ROOT / "Pulumi.staging.yaml")
    .read_text(encoding="utf-8")
    .replace("SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
)
CANARY = "canary-3f9a"


def complaint(text: str) -> str:
    """What is said of a staging file with this text."""
    with pytest.raises((SettingsError, stack_file.StackFileError)) as raised:
        settings_from_file(stack_file.parse("Pulumi.staging.yaml", text), "staging")
    return str(raised.value)


TAKE_IN = "; if Heroku has it by now, `./ops catalogue --check --write` takes it in"
APP_NAME_RULE = "3 to 30 characters: lower case letters, digits and hyphens, a letter first, no hyphen last (Heroku's rule for app names)"

MISTAKES = {
    "quantity as a word": (
        "quantity: 1",
        "quantity: one",
        'Pulumi.staging.yaml:9: formation.web.quantity: found "one"; expected a whole number',
    ),
    "quantity negative": (
        "quantity: 1",
        "quantity: -1",
        "Pulumi.staging.yaml:9: formation.web.quantity: found -1; expected 0 or more",
    ),
    "quantity huge": (
        "quantity: 1",
        "quantity: 1000",
        "Pulumi.staging.yaml:9: formation.web.quantity: found 1000; expected 100 or less",
    ),
    "quantity fractional": (
        "quantity: 1",
        "quantity: 1.5",
        "Pulumi.staging.yaml:9: formation.web.quantity: found 1.5; expected a whole number",
    ),
    "quantity a truth value": (
        "quantity: 1",
        "quantity: true",
        "Pulumi.staging.yaml:9: formation.web.quantity: found true; expected a whole number",
    ),
    "attachment in small letters": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    redis: {name: own-redis, plan: heroku-redis:mini}\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: addons.redis: found "redis"; '
        "expected an attachment's name, such as REDIS: capital letters, digits and _, a letter first",
    ),
    "attachment of the database": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    DATABASE: {name: own, plan: heroku-redis:mini}\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: addons.DATABASE: found "DATABASE"; '
        "expected another name than DATABASE, which is the database's (key database)",
    ),
    "a follower as an add-on": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    FOLLOWER: {name: own, plan: heroku-postgresql:standard-0}\n"
        "  social-catering:backups:",
        'Pulumi.staging.yaml:14: addons.FOLLOWER.plan: found "heroku-postgresql:standard-0"; expected another service than '
        "heroku-postgresql: a stack declares one database, under database. Nothing here touches a further one, and "
        "drift-ignore.yaml keeps drift quiet about it",
    ),
    "add-on plan without its service": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    REDIS: {name: own, plan: mini}\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: addons.REDIS.plan: found "mini"; '
        "expected SERVICE:PLAN, such as heroku-redis:mini; `heroku addons` lists it",
    ),
    "add-on without a name": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    REDIS: {plan: heroku-redis:mini}\n  social-catering:backups:",
        "Pulumi.staging.yaml:14: addons.REDIS.name: is missing; set it in this file",
    ),
    "key of an add-on misspelt": (
        "  social-catering:backups:",
        "  social-catering:addons:\n    REDIS: {nane: own, name: own, plan: heroku-redis:mini}\n"
        "  social-catering:backups:",
        'Pulumi.staging.yaml:14: addons.REDIS.nane: no such key; did you mean "name"?',
    ),
    "domain as a URL": (
        "  social-catering:backups:",
        "  social-catering:domains: [https://api.example.com]\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: domains.0: found "https://api.example.com"; '
        "expected a host name in lower case, such as api.example.com or *.example.com",
    ),
    "domain of Heroku's": (
        "  social-catering:backups:",
        "  social-catering:domains: [sc-mvp-staging.herokuapp.com]\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: domains.0: found "sc-mvp-staging.herokuapp.com"; '
        "expected a domain of your own: Heroku gives the app its .herokuapp.com name by itself",
    ),
    "log drain named in lower case": (
        "  social-catering:backups:",
        "  social-catering:log_drains: {logs: logs.example.com}\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: log_drains.logs: found "logs"; '
        "expected a name of your own: capital letters, digits and _, a letter first",
    ),
    "URL of a log drain in clear": (
        "  social-catering:backups:",
        f"  social-catering:log_drains: {{LOGS: 'https://logs.example.com/{CANARY}'}}\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: log_drains.LOGS: found text (not shown); expected the host alone, in lower case, such as "
        "logs.example.com; the URL is a secret: `pulumi config set --secret NAME`",
    ),
    "URL of a log drain in clear under its name": (
        "  social-catering:backups:",
        f"  social-catering:log_drains: {{LOGS: logs.example.com}}\n  social-catering:LOGS: {CANARY}\n  social-catering:backups:",
        "Pulumi.staging.yaml:14: LOGS: found text in clear (not shown); expected a value set with `pulumi config set --secret LOGS`",
    ),
    "log drains as a list": (
        "  social-catering:backups:",
        "  social-catering:log_drains: [logs.example.com]\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: log_drains: found a list (not shown); expected a mapping",
    ),
    "log drain named as a config var": (
        "  social-catering:backups:",
        "  social-catering:log_drains: {SMTP_PORT: logs.example.com}\n  social-catering:backups:",
        "Pulumi.staging.yaml: expected another name for the log drain SMTP_PORT: a config var of this stack has it",
    ),
    "feature in capitals": (
        "  social-catering:backups:",
        "  social-catering:features: [Preboot]\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: features.0: found "Preboot"; '
        "expected a feature of the app, such as preboot; `heroku features` and `heroku labs` list them",
    ),
    "access of somebody without an address": (
        "  social-catering:backups:",
        "  social-catering:access: {pat: collaborator}\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: access.pat: found "pat"; '
        "expected a person's e-mail address, as `heroku access` shows it",
    ),
    "access in a list": (
        "  social-catering:backups:",
        "  social-catering:access: [pat@example.com]\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: access: found a list; expected a mapping",
    ),
    "access in a role of a team": (
        "  social-catering:backups:",
        "  social-catering:access:\n    pat@example.com: admin\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: access.pat@example.com: found "admin"; '
        "expected collaborator; admin is a role in a team, and an app of a team can't be declared here",
    ),
    "access of the owner": (
        "  social-catering:backups:",
        "  social-catering:access:\n    pat@example.com: owner\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: access.pat@example.com: found "owner"; '
        "expected collaborator; the app's owner has access anyway, and is not declared",
    ),
    "access in a role that is none": (
        "  social-catering:backups:",
        "  social-catering:access:\n    pat@example.com: developer\n  social-catering:backups:",
        'Pulumi.staging.yaml:14: access.pat@example.com: found "developer"; '
        "expected collaborator, the one role on an app that belongs to no team",
    ),
    "access without a role": (
        "  social-catering:backups:",
        "  social-catering:access:\n    pat@example.com:\n  social-catering:backups:",
        "Pulumi.staging.yaml:14: access.pat@example.com: found nothing; expected text; put it in quotes",
    ),
    "access of one person twice": (
        "  social-catering:backups:",
        "  social-catering:access:\n    pat@example.com: collaborator\n    Pat@example.com: collaborator\n"
        "  social-catering:backups:",
        "Pulumi.staging.yaml:13: access: found a mapping; expected each person once; pat@example.com appears twice",
    ),
    "pipeline without its stage": (
        "  social-catering:backups:",
        "  social-catering:pipeline: {name: sc-mvp}\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: pipeline.stage: is missing; set it in this file",
    ),
    "pipeline that is empty": (
        "  social-catering:backups:",
        "  social-catering:pipeline:\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: pipeline: found nothing; expected name and stage, such as {name: sc-mvp, stage: staging}",
    ),
    "pipeline by its name alone": (
        "  social-catering:backups:",
        "  social-catering:pipeline: sc-mvp\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: pipeline: found "sc-mvp"; expected a mapping',
    ),
    "pipeline in capitals": (
        "  social-catering:backups:",
        "  social-catering:pipeline: {name: SC, stage: staging}\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: pipeline.name: found "SC"; '
        "expected 3 to 30 characters: lower case letters, digits and hyphens, a letter first (Heroku's rule for pipelines)",
    ),
    "stage of a review app": (
        "  social-catering:backups:",
        "  social-catering:pipeline: {name: sc-mvp, stage: review}\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: pipeline.stage: found \"review\"; expected 'development', 'staging' or 'production'",
    ),
    "key of a pipeline misspelt": (
        "  social-catering:backups:",
        "  social-catering:pipeline: {nane: sc-mvp, name: sc-mvp, stage: staging}\n  social-catering:backups:",
        'Pulumi.staging.yaml:13: pipeline.nane: no such key; did you mean "name"?',
    ),
    "team of an app": (
        "    region: us\n",
        "    region: us\n    team: catering\n",
        "Pulumi.staging.yaml:6: app.team: no such key: an app of a team can't be declared: without its team it would be replaced, "
        "with its database. `./ops adopt` stops at one",
    ),
    "a second database": (
        "  social-catering:backups:",
        "  social-catering:databases: {FOLLOWER: {plan: standard-0}}\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: databases: no such key: a stack declares one database; a further one, such as a follower, "
        "can't be declared: nothing here touches one, and drift-ignore.yaml keeps drift quiet about it",
    ),
    "webhooks": (
        "  social-catering:backups:",
        "  social-catering:webhooks: [https://x.example]\n  social-catering:backups:",
        "Pulumi.staging.yaml:13: webhooks: no such key: webhooks can't be declared: nothing here touches one, and "
        "drift-ignore.yaml keeps drift quiet about it",
    ),
    "range that is none": (
        "quantity: 1",
        "quantity: {min: 2, max: 2}",
        "Pulumi.staging.yaml:9: formation.web.quantity: found a mapping; "
        "expected max above min (2); a fixed quantity is written as a number alone",
    ),
    "range without its end": (
        "quantity: 1",
        "quantity: {min: 2}",
        "Pulumi.staging.yaml:9: formation.web.quantity.max: is missing; set it in this file",
    ),
    "range with a word": (
        "quantity: 1",
        "quantity: {min: one, max: 2}",
        'Pulumi.staging.yaml:9: formation.web.quantity.min: found "one"; expected a whole number',
    ),
    "range too wide": (
        "quantity: 1",
        "quantity: {min: 1, max: 1000}",
        "Pulumi.staging.yaml:9: formation.web.quantity.max: found 1000; expected 100 or less",
    ),
    "key of a range misspelt": (
        "quantity: 1",
        "quantity: {min: 1, max: 2, mox: 3}",
        'Pulumi.staging.yaml:9: formation.web.quantity.mox: no such key; did you mean "max"?',
    ),
    "dyno type misspelt": (
        "dyno_type: basic",
        "dyno_type: standrad-1x",
        'Pulumi.staging.yaml:9: formation.web.dyno_type: found "standrad-1x"; expected a dyno type that Heroku has; '
        'did you mean "standard-1x"?',
    ),
    "key of a process type unknown": (
        "dyno_type: basic",
        "dyno_type: basic, size: 3",
        "Pulumi.staging.yaml:9: formation.web.size: no such key (dyno_type, quantity)",
    ),
    "process type in capitals": (
        "    web:",
        "    Web:",
        'Pulumi.staging.yaml:9: formation.Web: found "Web"; expected a process type as in a Procfile, such as web',
    ),
    "formation empty": (
        "\n    web: {quantity: 1, dyno_type: basic}",
        " {}",
        "Pulumi.staging.yaml:8: formation: found a mapping; expected at least one entry",
    ),
    "plan unknown": (
        "plan: standard-0",
        "plan: standard-O",
        'Pulumi.staging.yaml:12: database.plan: found "standard-O"; '
        f"expected a Heroku Postgres plan (standard-0, standard-2, standard-3, standard-4){TAKE_IN}",
    ),
    "plan misspelt": (
        "plan: standard-0",
        "plan: standrad-0",
        'Pulumi.staging.yaml:12: database.plan: found "standrad-0"; expected a Heroku Postgres plan; did you mean "standard-0"?',
    ),
    "plan near to one that is withdrawn": (
        "plan: standard-0",
        "plan: hobby-devs",
        'Pulumi.staging.yaml:12: database.plan: found "hobby-devs"; expected a Heroku Postgres plan; did you mean "essential-0"?',
    ),
    "plan missing": (
        "    plan: standard-0\n",
        "",
        "Pulumi.staging.yaml:10: database.plan: is missing; set it in this file",
    ),
    "add-on name": (
        "name: sc-mvp-staging-db",
        "name: 1-db",
        'Pulumi.staging.yaml:11: database.name: found "1-db"; '
        "expected letters, digits, - and _, a letter first (Heroku's rule for add-on names)",
    ),
    "backup at half past": (
        "02:00 America/Los_Angeles",
        "02:30 America/Los_Angeles",
        'Pulumi.staging.yaml:14: backups.at: found "02:30 America/Los_Angeles"; '
        "expected a whole hour, such as 02:00; Heroku schedules backups at no other minute",
    ),
    "backup at 25": (
        "02:00 America/Los_Angeles",
        "25:00 America/Los_Angeles",
        'Pulumi.staging.yaml:14: backups.at: found "25:00 America/Los_Angeles"; expected an hour from 00 to 23',
    ),
    "zone of another planet": (
        "02:00 America/Los_Angeles",
        "02:00 Mars/Base",
        'Pulumi.staging.yaml:14: backups.at: found "02:00 Mars/Base"; '
        'expected a zone of the tz database, such as "America/Los_Angeles"',
    ),
    "zone misspelt": (
        "02:00 America/Los_Angeles",
        "02:00 America/Los_Angles",
        'Pulumi.staging.yaml:14: backups.at: found "02:00 America/Los_Angles"; '
        'expected a zone of the tz database; did you mean "America/Los_Angeles"?',
    ),
    "zone missing": (
        "02:00 America/Los_Angeles",
        "02:00",
        'Pulumi.staging.yaml:14: backups.at: found "02:00"; expected a time zone after the hour, such as "America/Los_Angeles"',
    ),
    "zone an offset": (
        "02:00 America/Los_Angeles",
        "02:00 +02:00",
        'Pulumi.staging.yaml:14: backups.at: found "02:00 +02:00"; '
        'expected a zone of the tz database, such as "America/Los_Angeles"',
    ),
    "backup as a number": (
        '"02:00 America/Los_Angeles"',
        "2",
        'Pulumi.staging.yaml:14: backups.at: found 2; expected text such as "02:00 America/Los_Angeles"',
    ),
    "backups missing": (
        '  social-catering:backups:\n    at: "02:00 America/Los_Angeles"\n',
        "",
        "Pulumi.staging.yaml:2: backups: is missing; set it in this file",
    ),
    "app name in capitals": (
        "name: sc-mvp-staging",
        "name: SC-Staging",
        f'Pulumi.staging.yaml:4: app.name: found "SC-Staging"; expected {APP_NAME_RULE}',
    ),
    "app name too long": (
        "name: sc-mvp-staging",
        "name: sc-mvp-staging-of-social-catering",
        f'Pulumi.staging.yaml:4: app.name: found "sc-mvp-staging-of-social-catering"; expected {APP_NAME_RULE}',
    ),
    "app name starting with a digit": (
        "name: sc-mvp-staging",
        "name: 1-sc",
        f'Pulumi.staging.yaml:4: app.name: found "1-sc"; expected {APP_NAME_RULE}',
    ),
    "app of the other stack": (
        "name: sc-mvp-staging",
        "name: sc-mvp-production",
        'Pulumi.staging.yaml:4: app.name: found "sc-mvp-production", which is by its name an app of production; '
        "expected the app of staging",
    ),
    "region of another planet": (
        "region: us",
        "region: mars",
        'Pulumi.staging.yaml:5: app.region: found "mars"; expected a region of Heroku\'s common runtime (us, eu)'
        f"{TAKE_IN}",
    ),
    "region of a Private Space": (
        "region: us",
        "region: frankfurt",
        'Pulumi.staging.yaml:5: app.region: found "frankfurt"; expected a region of Heroku\'s common runtime (us, eu); '
        "frankfurt is one of Private Spaces, which can't be declared here",
    ),
    "Heroku stack newer than the catalogue": (
        "heroku_stack: heroku-24",
        "heroku_stack: heroku-28",
        'Pulumi.staging.yaml:6: app.heroku_stack: found "heroku-28"; expected a Heroku stack (heroku-26, heroku-24)'
        f"{TAKE_IN}",
    ),
    "Heroku stack of containers": (
        "heroku_stack: heroku-24",
        "heroku_stack: container",
        'Pulumi.staging.yaml:6: app.heroku_stack: found "container"; expected a Heroku stack that runs slugs; '
        "an app of containers can't be declared, and nothing here touches one",
    ),
    "Heroku stack misspelt": (
        "heroku_stack: heroku-24",
        "heroku_stack: heroku24",
        'Pulumi.staging.yaml:6: app.heroku_stack: found "heroku24"; '
        'expected a Heroku stack; did you mean "heroku-24"?',
    ),
    "config var as a number": (
        '"587"',
        "587",
        "Pulumi.staging.yaml:21: config_vars.SMTP_PORT: found a number (not shown); expected text; put it in quotes",
    ),
    "config var with a space": (
        "RAILS_ENV:",
        "RAILS ENV:",
        'Pulumi.staging.yaml:16: config_vars.RAILS ENV: found "RAILS ENV"; '
        "expected letters, digits and _, no digit first (Heroku's rule for config vars)",
    ),
    "config var with an equals sign": (
        "RAILS_ENV:",
        "RAILS=ENV:",
        'Pulumi.staging.yaml:16: config_vars.RAILS=ENV: found "RAILS=ENV"; '
        "expected letters, digits and _, no digit first (Heroku's rule for config vars)",
    ),
    "placeholder unknown": (
        "${app.url}",
        "${app.uri}",
        "Pulumi.staging.yaml:20: config_vars.VITE_API_URL: found text (not shown); expected ${app.url} as the only placeholder",
    ),
    "config vars over Heroku's limit": (
        '"587"',
        "x" * 40_000,
        "Pulumi.staging.yaml: expected config vars of at most 32768 bytes in all, Heroku's limit; these have 40132",
    ),
    "key under config vars and secrets": (
        "SMTP_PORT:",
        "SMTP_HOST:",
        "Pulumi.staging.yaml: expected SMTP_HOST under config_vars or under secrets, not both",
    ),
    "kind of secret misspelt": (
        "SECRET_KEY_BASE: managed",
        f"SECRET_KEY_BASE: {CANARY}",
        "Pulumi.staging.yaml:27: secrets.SECRET_KEY_BASE: found text (not shown); expected 'managed', 'external' or 'optional'",
    ),
    "secret in clear": (
        "config:\n",
        f"config:\n  social-catering:SECRET_KEY_BASE: {CANARY}\n",
        "Pulumi.staging.yaml:3: SECRET_KEY_BASE: found text in clear (not shown); "
        "expected a value set with `pulumi config set --secret SECRET_KEY_BASE`",
    ),
    "value of an external secret": (
        "config:\n",
        "config:\n  social-catering:RAILS_MASTER_KEY: {secure: v1:abc}\n",
        "Pulumi.staging.yaml:3: RAILS_MASTER_KEY: no such key (access, addons, app, backups, config_vars, cost, database, differs, domains, features, formation, log_drains, pipeline, secrets)",
    ),
    "top-level key misspelt": (
        "social-catering:backups:",
        "social-catering:backup:",
        "Pulumi.staging.yaml:2: backups: is missing; set it in this file\n"
        'Pulumi.staging.yaml:13: backup: no such key; did you mean "backups"?',
    ),
    "key said twice": (
        "region: us",
        "region: us\n    region: eu",
        "Pulumi.staging.yaml:6: config.social-catering:app.region appears twice, first in line 5; keep one",
    ),
    "budget negative": (
        "monthly_budget_usd: 60",
        "monthly_budget_usd: -1",
        "Pulumi.staging.yaml:34: cost.monthly_budget_usd: found -1; expected 0 or more",
    ),
    "what only a rehearsal's copy may say": (
        "config:\n",
        "config:\n  social-catering:rehearsal: {placeholder_release: true}\n",
        "Pulumi.staging.yaml:3: rehearsal: only a local run's own copy of this file may have it, as its placeholder would be "
        "deployed over a live app; take it out (`./ops` puts it into the copy)",
    ),
    "a rehearsal's delay": (
        "config:\n",
        "config:\n  social-catering:rehearsal: {create_delay_seconds: 0}\n",
        "Pulumi.staging.yaml:3: rehearsal: only a local run's own copy of this file may have it, as its placeholder would be "
        "deployed over a live app; take it out (`./ops` puts it into the copy)",
    ),
    "a token of another namespace": (
        "config:\n",
        f"config:\n  heroku:apiKey: {CANARY}\n",
        "Pulumi.staging.yaml:3: heroku:apiKey: expected only keys of social-catering (value not shown); take it out. Providers are "
        "set up in components/, and Heroku's token is HEROKU_API_KEY of the shell",
    ),
    "an encrypted one of another namespace": (
        "config:\n",
        "config:\n  pulumi:tags: {secure: v1:abc}\n",
        "Pulumi.staging.yaml:3: pulumi:tags: expected only keys of social-catering (value not shown); take it out. Providers are "
        "set up in components/, and Heroku's token is HEROKU_API_KEY of the shell",
    ),
    "values from outside the review": (
        "config:\n",
        "environment: [org/env]\nconfig:\n",
        "Pulumi.staging.yaml:2: environment: expected only config, encryptionsalt, secretsprovider, encryptedkey at the top of this "
        "file; take it out",
    ),
    "a buildpack with a token": (
        "buildpacks: [heroku/ruby]",
        f"buildpacks: [heroku/ruby, 'https://bot:{CANARY}@github.com/org/pack']",
        "Pulumi.staging.yaml:7: app.buildpacks.1: found a URL with a password (not shown); take it out, and replace it: it has been seen",
    ),
    "a secret where a region belongs": (
        "region: us",
        f"region: https://bot:{CANARY}@example.com",
        "Pulumi.staging.yaml:5: app.region: found a URL with a password (not shown); expected a region of Heroku's common runtime (us, eu)",
    ),
    "no config": (
        "config:",
        "konfig:",
        'Pulumi.staging.yaml: expected a mapping under "config", found nothing',
    ),
    "merge keys": (
        "web: {quantity: 1, dyno_type: basic}",
        "web: {<<: {quantity: 1}, dyno_type: basic}",
        "Pulumi.staging.yaml:9: merge keys (<<) are not read; write the keys out",
    ),
}


@pytest.mark.fault("B19", "B23", "B24", "B28", "B45")
@pytest.mark.parametrize(("good", "bad", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_file_line_key_value_and_expectation(good: str, bad: str, said: str) -> None:
    assert good in GOOD
    assert complaint(GOOD.replace(good, bad, 1)) == said


def test_no_complaint_shows_what_could_be_a_secret() -> None:
    for good, bad, said in MISTAKES.values():
        if CANARY in bad:
            assert CANARY not in complaint(GOOD.replace(good, bad, 1)), said


@pytest.mark.fault("B45")
@pytest.mark.parametrize("length", range(0, len(GOOD), 97))
def test_a_cut_file_is_refused_or_lacks_something_it_names(length: int) -> None:
    assert complaint(GOOD[:length]).startswith("Pulumi.staging.yaml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        stack_file.StackFileError,
        match=r"^Pulumi.staging.yaml: no such file; expected the settings of one stack$",
    ):
        stack_file.read(tmp_path / "Pulumi.staging.yaml")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.staging.yaml"
    path.write_bytes(b"config: \xff")
    with pytest.raises(
        stack_file.StackFileError, match=r"^Pulumi.staging.yaml: byte 8 is not UTF-8; save the file as UTF-8$"
    ):
        stack_file.read(path)


@pytest.mark.parametrize("key", ["placeholder_release: true", "create_delay_seconds: 0"])
def test_what_only_a_rehearsal_says_is_no_key_of_the_app(key: str) -> None:
    name = key.partition(":")[0]
    assert complaint(GOOD.replace("region: us", f"region: us\n    {key}", 1)).startswith(
        f"Pulumi.staging.yaml:6: app.{name}: no such key"
    )


def test_a_local_heroku_takes_what_only_a_rehearsal_says() -> None:
    text = GOOD.replace("config:\n", "config:\n  social-catering:rehearsal: {placeholder_release: true}\n")
    file = stack_file.parse("Pulumi.staging.yaml", text)
    assert settings_from_file(file, "staging", is_local=True).rehearsal.placeholder_release


@pytest.mark.fault("B43")
def test_an_unknown_stack_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        SettingsError,
        match=r'^"prod" is no stack of this project; did you mean "production"\?; the stacks are staging and production\. '
        r"A third one can't be declared, and nothing here reads or touches its app$",
    ):
        stack_name("prod")
