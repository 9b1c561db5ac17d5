"""Drills on the running app: releases, config vars, dynos, maintenance mode."""

from __future__ import annotations

from drills import incidents
from drills.drill import Drill, Hint
from runbook.rules.rule import Severity

LOGS = 'heroku logs --tail -n 200 -a {app} | grep -iE "(error|exception|fatal)"'
PS = "heroku ps -a {app}"
RELEASES = "heroku releases -a {app} | head -5"
UP = "pulumi up --refresh --yes --suppress-progress"
"""In the drill's shell it is this stack's, on local Heroku."""

APP_WONT_START = Drill(
    name="app-wont-start",
    sentence="Every page answers 500.",
    pager="{url}/healthz answers 500. Nobody can sign in.",
    section="App Won't Start",
    severity=Severity.SEV_1,
    rules=("health-application", "dynos-up", "config-present"),
    happens=incidents.lost_secret,
    hints=(
        Hint(LOGS, "what the application says as it starts"),
        Hint(PS, "whether the dynos are `crashed`"),
        Hint(RELEASES, "what was changed last, and by whom"),
        Hint("heroku config -a {app}", "which of the required config vars is not there"),
    ),
    takes_secret=True,
    still_wrong=incidents.secret_is_another,
    # A new value would sign everyone out; the release before still has the old one.
    remedy=("heroku releases -a {app}", "heroku rollback -a {app}"),
)
ERRORS_AFTER_DEPLOY = Drill(
    name="errors-after-deploy",
    sentence="A deploy went out, and every page answers 500.",
    pager="{url}/healthz answers 500 since the deploy a minute ago.",
    section="Rollback Procedure",
    severity=Severity.SEV_1,
    rules=("health-application", "dynos-up"),
    happens=incidents.bad_deploy,
    hints=(
        Hint("heroku releases -a {app}", "a deploy less than an hour old: the decision tree says roll back"),
        Hint(PS, "whether the dynos of that release are `crashed`"),
        Hint("heroku rollback v<PREVIOUS_VERSION> -a {app}", "the version before the deploy"),
    ),
    remedy=("heroku releases -a {app}", "heroku rollback -a {app}"),
)
RELEASE_FAILED = Drill(
    name="release-failed",
    sentence="A deploy was announced, and its change is nowhere to be seen.",
    pager="The release that was announced for {app} is not what runs. The app answers as before.",
    section="Rollback Procedure",
    severity=Severity.SEV_1,
    rules=("release-succeeded",),
    happens=incidents.failed_release,
    hints=(
        Hint(
            "heroku releases -a {app}",
            "the status of the newest release: it failed, so the one before runs on",
        ),
        Hint("heroku releases:info -a {app}", "what it changed"),
        Hint(LOGS, "why its release phase failed"),
    ),
    still_wrong=incidents.change_not_live,
    # A failed release never became current: a rollback would go one too far, and not bring the change.
    remedy=("heroku releases -a {app}", "heroku releases:retry -a {app}"),
)
TIMEOUTS = Drill(
    name="timeouts",
    sentence="Pages load for half a minute and end in a time-out.",
    pager="{url}/healthz gives no answer within 10 s. No deploy today.",
    section="Performance Issues",
    severity=Severity.SEV_1,
    rules=("health-answers",),
    happens=incidents.stuck_dyno,
    hints=(
        Hint(PS, "the dyno is `up`, and for how long"),
        Hint("heroku logs -n 100 -a {app}", "the router's lines: code H12"),
        Hint(RELEASES, "no recent deployment: diagnose, fix"),
    ),
    remedy=("heroku ps -a {app}", "heroku restart -a {app}"),
)
SITE_DOWN = Drill(
    name="site-down",
    sentence="The site answers 503, and no release was made.",
    pager="{url}/healthz answers 503.",
    section="Monitor Dyno Status",
    severity=Severity.SEV_1,
    rules=("web-runs", "health-database"),
    happens=incidents.scaled_to_zero,
    hints=(
        Hint(PS, "whether there is a web dyno at all"),
        Hint("heroku logs -n 100 -a {app}", "the router's lines: code H14, and who scaled"),
    ),
    remedy=("heroku ps:scale {formation} -a {app}",),
)
SITE_OFFLINE = Drill(
    name="site-offline",
    sentence="The site answers 503, and all dynos are up.",
    pager='{url} answers 503 with a page that says "Offline for Maintenance". No maintenance is planned.',
    section="App Won't Start",
    severity=Severity.SEV_1,
    rules=("maintenance-off",),
    happens=incidents.forgotten_maintenance,
    hints=(
        Hint(PS, "whether the dynos are up: then it is not the app that answers"),
        Hint("heroku logs -n 100 -a {app}", "the router's lines: code H80"),
    ),
    remedy=("heroku maintenance -a {app}", "heroku maintenance:off -a {app}"),
)
SLOW_MORNINGS = Drill(
    name="slow-mornings",
    sentence="The first request of the morning takes half a minute.",
    pager="The first visitor after a quiet while waits long for {url}. After that it is quick.",
    section="Dyno Status",
    severity=Severity.SEV_2,
    rules=("dyno-awake",),
    happens=incidents.eco_dyno,
    hints=(Hint(PS, "the dyno type, and whether its state is `idle`"),),
    remedy=("heroku ps:scale {formation} -a {app}",),
)
WRONG_DATA = Drill(
    name="wrong-data",
    sentence="What customers enter shows up in the wrong place.",
    pager="What is entered on {url} is not stored there: a test account of {other} sees it.",
    document="ENV_CONFIG",
    section="VITE_API_URL",
    severity=Severity.SEV_1,
    rules=("api-url-own",),
    happens=incidents.other_stacks_api,
    hints=(
        Hint(RELEASES, "which config var was set last"),
        Hint("heroku config -a {app}", "whose address VITE_API_URL is"),
    ),
    remedy=("heroku config:get VITE_API_URL -a {app}", UP),
)
SIGNED_ELSEWHERE = Drill(
    name="signed-elsewhere",
    sentence="A session that was made on one stack is let in on the other.",
    pager="Security: a cookie signed by {other} signs its bearer in on {app}.",
    document="ENV_CONFIG",
    section="Production (Heroku)",
    severity=Severity.SEV_1,
    rules=("secrets-differ",),
    takes_secret=True,
    happens=incidents.shared_secret,
    hints=(
        Hint(RELEASES, "which secret was set last"),
        Hint("heroku config -a {app}", "the secrets; compare them with {other}'s"),
    ),
    remedy=('heroku config:set {secret}="$(openssl rand -hex 64)" -a {app} > /dev/null',),
)
WHITE_PAGE = Drill(
    name="white-page",
    sentence="The site stays white since a deploy, and its health is fine.",
    pager="{url} stays white. /healthz answers 200. The app's source is checked out in {source}.",
    section="Frontend Asset Loading Errors (404 on chunks)",
    severity=Severity.SEV_1,
    rules=(),
    happens=incidents.assets_not_committed,
    still_wrong=incidents.assets_missing,
    hints=(
        Hint("heroku run 'ls -la public/assets/ | head -10' -a {app}", "which files were deployed"),
        Hint("heroku run 'cat public/index.html | grep assets' -a {app}", "which files the page asks for"),
    ),
    remedy=(
        "cd {source}/social-catering-ui && npm run build",
        "cd {source} && cp -a social-catering-ui/dist/assets/. public/assets/",
        'cd {source} && git add public/ && git commit -m "Fix assets" && git push {stack} main',
    ),
)
DYNO_DRILLS = (
    APP_WONT_START,
    ERRORS_AFTER_DEPLOY,
    RELEASE_FAILED,
    TIMEOUTS,
    SITE_DOWN,
    SITE_OFFLINE,
    SLOW_MORNINGS,
    WRONG_DATA,
    SIGNED_ELSEWHERE,
    WHITE_PAGE,
)
