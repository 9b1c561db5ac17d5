"""Commands of Heroku's CLI that the shell refuses by name: they ask hosts that are written into the CLI, or need what
local Heroku has not. Source: the CLI's own code, 11.10.0.
"""

from __future__ import annotations

from collections.abc import Mapping

_METRICS = "it asks api.metrics.heroku.com"
_PARTICLEBOARD = "it asks particleboard.heroku.com"
_KOLKRABBI = "it asks kolkrabbi.heroku.com and GitHub"
_BROWSER = "it opens a browser on the real Heroku"
_DOCKER = "it drives Docker against registry.heroku.com"
_REDIS = "local Heroku has no Redis: nothing listens at REDIS_URL"
_POSTGRES = "local Heroku has no Postgres that answers queries: start it with `./ops local start --postgres`"
_NPM = "it downloads from npm's registry or Heroku's own servers"
_SSH = "it opens a tunnel by exec-manager.heroku.com into a dyno, and dynos are simulated; type heroku run instead"

REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("ps:autoscale:enable", "ps:autoscale:disable"), _METRICS),
    "apps:errors": "it asks api.metrics.herokai.com",
    **dict.fromkeys(("apps:favorites", "apps:favorites:add", "apps:favorites:remove"), _PARTICLEBOARD),
    "dashboard": f"{_PARTICLEBOARD}, telex.heroku.com and api.metrics.herokai.com",
    "notifications": "it asks telex.heroku.com",
    **dict.fromkeys(
        ("pipelines:connect", "pipelines:diff", "pipelines:setup", "reviewapps:enable", "reviewapps:disable",
         "ci:run", "ci:rerun", "ci:debug"),
        _KOLKRABBI,
    ),
    **dict.fromkeys(
        ("apps:open", "addons:open", "addons:docs", "ci:open", "data:pg:docs", "orgs:open", "pipelines:open", "auth:login"),
        _BROWSER,
    ),
    **dict.fromkeys(
        ("container:login", "container:logout", "container:pull", "container:push", "container:run"), _DOCKER
    ),
    **dict.fromkeys(
        ("data:pg:psql", "pg:bloat", "pg:blocking", "pg:cache-hit", "pg:calls", "pg:diagnose", "pg:extensions", "pg:fdwsql",
         "pg:index-size", "pg:index-usage", "pg:kill", "pg:killall", "pg:locks", "pg:long-running-queries",
         "pg:mandelbrot", "pg:outliers", "pg:ps", "pg:psql", "pg:pull", "pg:push", "pg:records-rank", "pg:seq-scans",
         "pg:stats-reset", "pg:table-indexes-size", "pg:table-size", "pg:total-index-size", "pg:total-table-size",
         "pg:unused-indexes", "pg:user-connections", "pg:vacuum-stats"),
        _POSTGRES,
    ),
    **dict.fromkeys(("redis:cli", "redis:stats-reset"), _REDIS),
    **dict.fromkeys(("ps:exec", "ps:copy", "ps:forward", "ps:socks"), _SSH),
    **dict.fromkeys(("plugins:install", "plugins:add", "plugins:update", "plugins:link", "update"), _NPM),
}  # fmt: skip
"""Command -> why."""
WITH_POSTGRES: Mapping[str, str] = {
    name: why for name, why in REFUSED.items() if why != _POSTGRES or name in ("data:pg:psql", "pg:diagnose")
}
"""Where the databases hold data."""
ALIASES: Mapping[str, tuple[str, ...]] = {
    "apps:open": ("open",),
    "auth:login": ("login",),
    "pg:psql": ("psql",),
    "pg:cache-hit": ("pg:cache_hit",),
    "pg:index-size": ("pg:index_size",),
    "pg:index-usage": ("pg:index_usage",),
    "pg:long-running-queries": ("pg:long_running_queries",),
    "pg:records-rank": ("pg:records_rank",),
    "pg:seq-scans": ("pg:seq_scans",),
    "pg:stats-reset": ("pg:stats_reset",),
    "pg:table-indexes-size": ("pg:table_indexes_size",),
    "pg:table-size": ("pg:table_size",),
    "pg:total-index-size": ("pg:total_index_size",),
    "pg:total-table-size": ("pg:total_table_size",),
    "pg:unused-indexes": ("pg:unused_indexes",),
    "pg:user-connections": ("pg:user_connections",),
}
"""Other names that the CLI has for refused commands."""
NAMES_AN_APP = ("apps:create", "create")
"""Commands that would take HEROKU_APP for the name of a new app."""
