"""A Pulumi project that uses the `heroku` package, run by the real engine against local Heroku."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from providers.heroku import install
from tests.engine import plugin_project
from tests.engine.plugin_project import ROOT, Account

SECRET = "canary-5d1e-secret"
STACK = """
import os
import pulumi
import pulumiverse_heroku as heroku

name = os.environ["APP"]
provider = heroku.Provider(
    "heroku",
    customizations=[{"setAppAllConfigVarsInState": False, "setAddonConfigVarsInState": False}],
    delays={"postAppCreateDelay": 0, "postSpaceCreateDelay": 0, "postDomainCreateDelay": 0},
)
options = pulumi.ResourceOptions(provider=provider)
app = heroku.app.App("app", name=name, region="us", stack="heroku-24", opts=options)
database = heroku.addon.Addon(
    "database", app_id=app.id, name=f"{name}-db", plan=os.environ["PLAN"], opts=options
)
config = heroku.app.ConfigAssociation(
    "config",
    app_id=app.id,
    vars={"RAILS_ENV": os.environ["RAILS_ENV"], "VITE_API_URL": app.web_url.apply(lambda url: f"{url}api/v1")},
    sensitive_vars={"SECRET_KEY_BASE": pulumi.Output.secret(os.environ["SECRET"])},
    opts=options,
)
build = heroku.build.Build("build", app_id=app.id, source={"path": os.environ["SOURCE"]}, opts=options)
web = heroku.formation.Formation(
    "web", app_id=app.id, type="web", quantity=int(os.environ["QUANTITY"]), size=os.environ["SIZE"],
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[build]),
)
pulumi.export("url", app.web_url)
"""
EXTRAS = """
feature = heroku.app.Feature("feature", app_id=app.id, name="preboot", opts=options)
drain = heroku.drain.Drain("drain", app_id=app.id, sensitive_url=f"https://u:{os.environ['SECRET']}@x.example/", opts=options)
domain = heroku.domain.Domain("domain", app_id=app.id, hostname=f"{name}.example.com", opts=options)
person = heroku.collaborator.Collaborator("person", app_id=app.id, email="pat+ops@example.com", opts=options)
pipeline = heroku.pipeline.Pipeline("pipeline", name=f"{name}-pipe", opts=options)
coupling = heroku.pipeline.Coupling(
    "coupling", app_id=app.id, pipeline=pipeline.id, stage="staging", opts=options
)
other = heroku.app.App("other", name=f"{name}-b", region="us", opts=options)
shared = heroku.addon.Attachment("shared", app_id=other.id, addon_id=database.id, name="SHARED", opts=options)
"""


@dataclass
class Project(plugin_project.Project):
    @property
    def app(self) -> str:
        return self.settings["APP"]

    @classmethod
    def of_app(cls, folder: Path, account: Account, app: str) -> Self:
        project = cls.made(
            folder,
            account,
            STACK,
            {
                "HEROKU_API_TIME_BUDGET": "5",
                "APP": app,
                "PLAN": "heroku-postgresql:standard-0",
                "RAILS_ENV": "production",
                "SECRET": SECRET,
                "SOURCE": str(ROOT / "bootstrap"),
                "QUANTITY": "1",
                "SIZE": "Basic",
            },
        )
        install.link(folder / "home")
        return project
