"""What Heroku's CLI asks of other hosts than the API's, and can be told to ask here: its status, the buildpack registry.

They are asked without a token, and answered the same to everybody: nothing of the account is in them.
"""

from __future__ import annotations

from local_heroku.call import Answer, Call
from local_heroku.errors import not_found
from local_heroku.render import REGISTRY
from local_heroku.routing import Routes

routes = Routes()

BUILDPACKS = ("clojure", "go", "gradle", "java", "nodejs", "php", "python", "ruby", "scala")
"""Heroku's own, by the name after `heroku/`. Source: Dev Center, "Officially Supported Buildpacks"."""
_NOTE = "not published; read in the CLI's source"
_SINCE = "2026-01-01T00:00:00Z"


@routes.add("GET", "/api/v4/current-status", cli="status", note=f"always green; {_NOTE}", public=True)
def show_status(call: Call) -> Answer:
    del call
    green = [{"system": system, "status": "green"} for system in ("Apps", "Data", "Tools")]
    return Answer({"status": green, "incidents": [], "scheduled": []})


@routes.add(
    "GET", "/buildpacks", cli="buildpacks:search", note=f"Heroku's own buildpacks; {_NOTE}", public=True
)
def search(call: Call) -> Answer:
    """`in[namespace][]`, `in[name][]` and `like[description]`, as the CLI asks."""
    namespace, name, text = (
        call.query.get(key, "") for key in ("in[namespace][]", "in[name][]", "like[description]")
    )
    found = [_shown(one) for one in BUILDPACKS if namespace in ("", "heroku") and name in ("", one)]
    return Answer([one for one in found if text.lower() in str(one["description"]).lower()])


@routes.add("GET", "/buildpacks/{buildpack}", cli="buildpacks:add buildpacks:set", note=_NOTE, public=True)
def show(call: Call) -> Answer:
    return Answer(_shown(_named(call)))


@routes.add("GET", "/buildpacks/{buildpack}/readme", cli="buildpacks:info", note=_NOTE, public=True)
def show_readme(call: Call) -> Answer:
    return Answer({"content": f"{_shown(_named(call))['description']}.\n", "encoding": "utf8"})


@routes.add("GET", "/buildpacks/{buildpack}/revisions", cli="buildpacks:versions", note=_NOTE, public=True)
def show_revisions(call: Call) -> Answer:
    name = _named(call)
    return Answer([{"id": name, "release": 1, "created_at": _SINCE, "status": "published", "license": "MIT"}])


def _named(call: Call) -> str:
    namespace, _, name = call.params["buildpack"].partition("/")
    if namespace != "heroku" or name not in BUILDPACKS:
        raise not_found("buildpack")
    return name


def _shown(name: str) -> dict[str, object]:
    return {
        "id": f"heroku/{name}", "namespace": "heroku", "name": name, "category": "languages",
        "description": f"Heroku's buildpack for {name}", "blob_url": f"{REGISTRY}heroku/{name}.tgz", "created_at": _SINCE, "updated_at": _SINCE,
        "support": {"method": "email", "address": "ops@local-heroku.invalid"},
        "source": {"type": "github", "owner": "heroku", "repo": f"heroku-buildpack-{name}"},
    }  # fmt: skip
