"""Config vars: what must be set, to what, what is secret, and what is not set by hand. No value is ever quoted."""

from __future__ import annotations

import pytest

from runbook.digest import Digests
from runbook.environment import App, ConfigVar, ConfigVars, Environment
from runbook.rules.config_vars import API_URL_OWN, CONFIG_EXPECTED, CONFIG_PRESENT, DATABASE_URL_OWNED
from runbook.rules.expected import EXPECTED_VALUES, REQUIRED, is_secret
from runbook.rules.rule import Finding, Rule
from runbook.rules.secrets import SECRETS_DIFFER, SECRETS_SECRET
from runbook.settings import APP_URL
from runbook.unknown import Unknown
from tests.unit.runbook.rules.cases import Case, elsewhere, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import (
    DIGESTS,
    HEALTHY,
    LATER,
    STAGING,
    by_hand,
    change,
    context,
    plain,
    secret,
    with_var,
    without_var,
)

CANARY = "canary-value-that-no-verdict-shows"
API = "production/VITE_API_URL"
OWN_API = "https, this app's own URL or domain and /api/v1"
ANOTHER = "has another value (not shown)"
SAME = "has the same value as staging's (not shown)"
OF_ITS_OWN = "a value of its own"
KEY = "production/SECRET_KEY_BASE"
MANAGED_ONLY = without_var(HEALTHY, "RAILS_MASTER_KEY")


def case(words: str, *variables: ConfigVar, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(words, with_var(HEALTHY, *variables), findings)


def all_unknown(what: str, *names: str) -> Case:
    return Case(
        "can't tell config vars that are known later",
        change(HEALTHY, config_vars=ConfigVars(rest=LATER)),
        tuple(not_run(f"production/{name}" if name else "production", what, LATER) for name in names),
    )


def api_url(digest: str | Unknown, template: str | None = None) -> ConfigVar:
    return ConfigVar(
        name="VITE_API_URL",
        kind="plain",
        digest=digest if isinstance(digest, Unknown) else DIGESTS.of(digest),
        template=DIGESTS.of(template) if template else None,
    )


def url_known_later(*variables: ConfigVar) -> Environment:
    app = HEALTHY.app
    assert isinstance(app, App)
    return with_var(change(HEALTHY, app=app.model_copy(update={"url": LATER})), *variables)


def with_url(url: str) -> Environment:
    app = HEALTHY.app
    assert isinstance(app, App)
    return with_var(
        change(HEALTHY, app=app.model_copy(update={"url": url})),
        api_url(f"{url}/api/v1", f"{APP_URL}/api/v1"),
    )


def against(words: str, mine: ConfigVar, theirs: ConfigVar, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(words, with_var(MANAGED_ONLY, mine), findings, context(with_var(STAGING, theirs)))


def managed(words: str, *variables: ConfigVar, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(words, with_var(MANAGED_ONLY, *variables), findings)


TABLE: dict[Rule, list[Case]] = {
    CONFIG_PRESENT: [
        Case("passes with all of them", HEALTHY),
        *(
            Case(
                f"fails without {name}",
                without_var(HEALTHY, name),
                (
                    failed(
                        f"production/{name}", "is not set", "it to be set; the app does not start without it"
                    ),
                ),
            )
            for name in REQUIRED
        ),
        case(
            "fails when a required one may be missing",
            by_hand("SECRET_KEY_BASE", "optional"),
            findings=(failed(KEY, "is optional, so it may be missing", "managed or external"),),
        ),
        case(
            "fails when it is empty",
            secret("SECRET_KEY_BASE", ""),
            findings=(failed(KEY, "is empty", "a value; the app does not start without it"),),
        ),
        case(
            "fails when a managed one has no value yet",
            ConfigVar(name="SECRET_KEY_BASE", kind="managed", has_value=False),
            findings=(
                failed(
                    KEY,
                    "is a managed secret without a value",
                    "a value set with `pulumi config set --secret SECRET_KEY_BASE --stack production`",
                ),
            ),
        ),
        case("passes with a managed one that can't be read", secret("SECRET_KEY_BASE", LATER)),
        case(
            "fails when any managed one has no value yet, as the real up would",
            ConfigVar(name="SENTRY_DSN", kind="managed", has_value=False),
            findings=(
                failed(
                    "production/SENTRY_DSN",
                    "is a managed secret without a value",
                    "a value set with `pulumi config set --secret SENTRY_DSN --stack production`",
                ),
            ),
        ),
        all_unknown("whether it is set", *REQUIRED),
        Case(
            "can't tell a missing one where others may follow",
            without_var(HEALTHY, "NODE_ENV", LATER),
            (not_run("production/NODE_ENV", "whether it is set", LATER),),
        ),
    ],
    CONFIG_EXPECTED: [
        Case("passes with the expected values", HEALTHY),
        *(
            case(
                f"fails with another {name}, and does not show it",
                plain(name, CANARY),
                findings=(failed(f"production/{name}", ANOTHER, value),),
            )
            for name, value in EXPECTED_VALUES.items()
        ),
        case(
            "fails with staging's RAILS_ENV on production",
            plain("RAILS_ENV", "staging"),
            findings=(failed("production/RAILS_ENV", ANOTHER, "production"),),
        ),
        Case("passes with RAILS_ENV=staging on staging", with_var(STAGING, plain("RAILS_ENV", "staging"))),
        Case("passes with RAILS_ENV=production on staging", STAGING),
        Case(
            "fails with a third RAILS_ENV on staging",
            with_var(STAGING, plain("RAILS_ENV", CANARY)),
            (failed("staging/RAILS_ENV", ANOTHER, "production or staging"),),
        ),
        case(
            "fails with a value made of the app's URL",
            ConfigVar(name="NODE_ENV", kind="plain", digest=LATER, template=DIGESTS.of(APP_URL)),
            findings=(failed("production/NODE_ENV", ANOTHER, "production"),),
        ),
        Case("says nothing of one that is missing (config-present does)", without_var(HEALTHY, "NODE_ENV")),
        case("says nothing of an optional one", by_hand("SMTP_PORT", "optional")),
        case(
            "can't tell one that is set by hand",
            by_hand("NODE_ENV"),
            findings=(
                not_run(
                    "production/NODE_ENV",
                    "its value",
                    Unknown("it is set on Heroku by hand and read on the live account only"),
                ),
            ),
        ),
        case("passes with a secret of the right value", secret("NODE_ENV", "production")),
        case(
            "can't tell a secret that is redacted",
            secret("NODE_ENV", LATER),
            findings=(not_run("production/NODE_ENV", "its value", LATER),),
        ),
        all_unknown("its value", *EXPECTED_VALUES),
    ],
    SECRETS_SECRET: [
        Case("passes with managed, external and optional secrets", HEALTHY),
        *(
            case(
                f"fails with {name} in clear, and does not show it",
                plain(name, CANARY),
                findings=(
                    failed(
                        f"production/{name}",
                        "is a secret among the plain config vars (value not shown)",
                        "a managed or external secret",
                    ),
                ),
            )
            for name in (
                "RAILS_MASTER_KEY",
                "SECRET_KEY_BASE",
                "SMTP_PASSWORD",
                "SENTRY_DSN",
                "STRIPE_API_KEY",
            )
        ),
        case("passes with a plain one that is no secret", plain("LANG", "C.UTF-8")),
        case(
            "fails with a value that is a secret, whatever its name, and does not show it",
            ConfigVar(name="CACHE", kind="plain", digest=LATER, secret_form="a URL with a password"),
            findings=(
                failed(
                    "production/CACHE",
                    "holds a URL with a password among the plain config vars (value not shown)",
                    "a managed or external secret",
                ),
            ),
        ),
        Case(
            "says nothing of one that is missing (config-present does)",
            without_var(HEALTHY, "SECRET_KEY_BASE"),
        ),
        all_unknown("which config vars are set in clear", ""),
        Case(
            "fails on what it knows, and can't tell the rest",
            change(HEALTHY, config_vars=ConfigVars(known=(plain("SENTRY_DSN", CANARY),), rest=LATER)),
            (
                failed(
                    "production/SENTRY_DSN",
                    "is a secret among the plain config vars (value not shown)",
                    "a managed or external secret",
                ),
                not_run("production", "which config vars are set in clear", LATER),
            ),
        ),
    ],
    DATABASE_URL_OWNED: [
        Case("passes without it", HEALTHY),
        case("passes where the add-on sets it", secret("DATABASE_URL", CANARY, "addon")),
        *(
            case(
                f"fails when it is {var.kind}, and does not show it",
                var,
                findings=(
                    failed(
                        "production/DATABASE_URL",
                        "is set by hand (value not shown)",
                        "it to be left to the attached database",
                    ),
                ),
            )
            for var in (
                plain("DATABASE_URL", CANARY),
                secret("DATABASE_URL", CANARY),
                by_hand("DATABASE_URL"),
                by_hand("DATABASE_URL", "optional"),
            )
        ),
        all_unknown("whether it is set by hand", "DATABASE_URL"),
    ],
    API_URL_OWN: [
        Case("passes with this app's URL", HEALTHY),
        Case(
            "passes on a declared domain, before the app's URL is known",
            change(
                url_known_later(plain("VITE_API_URL", "https://api.example.com/api/v1")),
                parts={"domain": ("www.example.com", "api.example.com")},
            ),
        ),
        Case(
            "fails on a domain that is not declared",
            change(
                with_var(HEALTHY, plain("VITE_API_URL", "https://api.example.org/api/v1")),
                parts={"domain": ("api.example.com",)},
            ),
            (failed("production/VITE_API_URL", ANOTHER, OWN_API),),
        ),
        Case(
            "fails on a declared domain without TLS",
            change(
                with_var(HEALTHY, plain("VITE_API_URL", "http://api.example.com/api/v1")),
                parts={"domain": ("api.example.com",)},
            ),
            (failed("production/VITE_API_URL", ANOTHER, OWN_API),),
        ),
        Case(
            "passes by how it is made, before the URL is known",
            url_known_later(api_url(LATER, f"{APP_URL}/api/v1")),
        ),
        Case(
            "passes by how it is made, where the app is known later",
            with_var(change(HEALTHY, app=LATER), api_url(LATER, f"{APP_URL}/api/v1")),
        ),
        Case(
            "fails by how it is made, before the URL is known",
            url_known_later(api_url(LATER, APP_URL)),
            (failed(API, ANOTHER, OWN_API),),
        ),
        case(
            "fails with the other stack's URL, and does not show it",
            api_url("https://sc-mvp-staging-6b7a268cc8ad.herokuapp.com/api/v1"),
            findings=(failed(API, ANOTHER, OWN_API),),
        ),
        case(
            "fails without /api/v1",
            api_url("https://sc-mvp-production-6b7a268cc8ad.herokuapp.com"),
            findings=(failed(API, ANOTHER, OWN_API),),
        ),
        case(
            "believes the value, not how it was meant",
            api_url(CANARY, f"{APP_URL}/api/v1"),
            findings=(failed(API, ANOTHER, OWN_API),),
        ),
        Case(
            "fails with http, even the app's own",
            with_url("http://sc-mvp-production.example"),
            (failed(API, ANOTHER, OWN_API),),
        ),
        Case(
            "says nothing of one that is missing (config-present does)", without_var(HEALTHY, "VITE_API_URL")
        ),
        Case(
            "can't tell a value written out before the URL is known",
            url_known_later(api_url(CANARY)),
            (not_run(API, "whether it is this app's URL", LATER),),
        ),
        Case(
            "fails with any value where there is no app",
            with_var(change(HEALTHY, app=None), api_url(CANARY)),
            (failed(API, ANOTHER, OWN_API),),
        ),
        case(
            "can't tell one that is redacted",
            secret("VITE_API_URL", LATER),
            findings=(not_run(API, "whether it is this app's URL", LATER),),
        ),
        all_unknown("its value", "VITE_API_URL"),
    ],
    SECRETS_DIFFER: [
        Case("passes with values of their own", MANAGED_ONLY),
        Case(
            "says which are compared elsewhere",
            HEALTHY,
            (elsewhere("production/RAILS_MASTER_KEY", "is set by hand: compared on the live account only"),),
        ),
        against(
            "fails with the same value, and does not show it",
            secret("SECRET_KEY_BASE", CANARY),
            secret("SECRET_KEY_BASE", CANARY),
            (failed(KEY, SAME, OF_ITS_OWN),),
        ),
        against(
            "fails with what the other stack has in clear",
            secret("SECRET_KEY_BASE", CANARY),
            plain("SECRET_KEY_BASE", CANARY),
            (failed(KEY, SAME, OF_ITS_OWN),),
        ),
        *(
            managed(
                f"fails with the sample value {sample}",
                secret("SECRET_KEY_BASE", sample),
                findings=(failed(KEY, "is a sample value from a template (not shown)", OF_ITS_OWN),),
            )
            for sample in (
                "changeme",
                "change_me",
                "change-me",
                "secret",
                "password",
                "test",
                "your-secret-key-base",
                "dummy",
            )
        ),
        managed(
            "can't tell one that is redacted",
            secret("SECRET_KEY_BASE", LATER),
            findings=(not_run(KEY, "its value", LATER),),
        ),
        against(
            "never takes two redacted ones for equal or different",
            secret("SECRET_KEY_BASE", LATER),
            secret("SECRET_KEY_BASE", LATER),
            (not_run(KEY, "its value", LATER),),
        ),
        against(
            "can't tell when the other's is redacted",
            secret("SECRET_KEY_BASE", CANARY),
            secret("SECRET_KEY_BASE", LATER),
            (not_run(KEY, "staging's value", LATER),),
        ),
        against(
            "can't tell digests of two runs apart",
            secret("SECRET_KEY_BASE", CANARY),
            ConfigVar(name="SECRET_KEY_BASE", kind="managed", digest=Digests(b"2" * 32).of(CANARY)),
            (not_run(KEY, "staging's value", Unknown("it was digested in another run")),),
        ),
        against(
            "leaves one that the other sets by hand to the live account",
            secret("SECRET_KEY_BASE", CANARY),
            by_hand("SECRET_KEY_BASE"),
        ),
        against(
            "passes where the other has no value yet",
            secret("SECRET_KEY_BASE", CANARY),
            ConfigVar(name="SECRET_KEY_BASE", kind="managed", has_value=False, digest=LATER),
        ),
        Case(
            "passes where the other's is missing",
            MANAGED_ONLY,
            (),
            context(without_var(STAGING, "SECRET_KEY_BASE")),
        ),
        Case(
            "can't tell where the other may have one",
            MANAGED_ONLY,
            (not_run(KEY, "staging's value", LATER),),
            context(without_var(STAGING, "SECRET_KEY_BASE", LATER)),
        ),
        against(
            "says nothing of equal values that are no secret",
            plain("LANG", "C.UTF-8"),
            plain("LANG", "C.UTF-8"),
        ),
        Case(
            "can't tell with one stack alone",
            MANAGED_ONLY,
            (not_run("production", "the other stack's secrets", LATER),),
            context(LATER),
        ),
        Case(
            "can't tell when some are known later",
            change(MANAGED_ONLY, config_vars=ConfigVars(rest=LATER)),
            (not_run("production", "all secrets", LATER),),
        ),
    ],
}


@pytest.mark.fault("B31", "B32", "B34", "B36", "B41")
@table(TABLE)
def test_config_vars(rule: Rule, case: Case) -> None:
    judge(rule, case)


@pytest.mark.parametrize(
    "name",
    [
        "RAILS_MASTER_KEY",
        "SECRET_KEY_BASE",
        "SMTP_PASSWORD",
        "SMTP_USERNAME",
        "GOOGLE_PLACES_API_KEY",
        "SENTRY_DSN",
        "token",
    ],
)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["RAILS_ENV", "TOKEN_LIFETIME_SECONDS", "SMTP_HOST", "PASSWORDLESS", "MONKEY"]
)
def test_what_only_sounds_like_a_secret_is_none(name: str) -> None:
    assert not is_secret(name)
