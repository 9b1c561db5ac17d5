"""A Pulumi project that uses the `heroku` package, run by the real engine against local Heroku."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from local_heroku import process
from providers.heroku import install

ROOT = Path(__file__).parents[3]
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
pipeline = heroku.pipeline.Pipeline("pipeline", name=f"{name}-pipe", opts=options)
coupling = heroku.pipeline.Coupling(
    "coupling", app_id=app.id, pipeline=pipeline.id, stage="staging", opts=options
)
other = heroku.app.App("other", name=f"{name}-b", region="us", opts=options)
shared = heroku.addon.Attachment("shared", app_id=other.id, addon_id=database.id, name="SHARED", opts=options)
"""


@dataclass
class Account:
    """Local Heroku, looked at over its API."""

    running: process.Running
    client: Client

    @classmethod
    def opened(cls, folder: Path) -> Account:
        starts = (
            "import sys, pathlib; from local_heroku import process; process.start(pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", starts, folder], check=True, cwd=ROOT)
        running = process.status(folder)
        assert running is not None
        return cls(running, Client(Endpoints(running.url, running.url), running.token))

    def get(self, path: str) -> Any:
        return self.client.request("GET", path)

    def names(self, path: str, name: str = "name") -> list[str]:
        return [one[name] for one in self.client.list_all(path)]

    def breaks(self, kind: str, method: str, path: str, **options: Any) -> None:
        self.client.request(
            "POST", "/local/faults", {"kind": kind, "method": method, "path": path, **options}
        )

    def heals(self) -> None:
        self.client.request("DELETE", "/local/faults")

    def asked(self) -> list[str]:
        """Requests since the last look, but for those of local Heroku's own."""
        found = self.client.request("GET", "/local/requests")["requests"]
        self.client.request("DELETE", "/local/requests")
        return [f"{one['method']} {one['path']}" for one in found if not one["path"].startswith("/local")]


@dataclass
class Project:
    """A folder with program, state and the engine's home; nothing is shared with the user's."""

    folder: Path
    account: Account
    app: str
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("home", "state"):
            (self.folder / name).mkdir()
        install.link(self.folder / "home")
        (self.folder / "Pulumi.yaml").write_text(json.dumps({"name": "engine-test", "runtime": "python"}))
        self.program(STACK)
        self.settings = {
            "APP": self.app,
            "PLAN": "heroku-postgresql:standard-0",
            "RAILS_ENV": "production",
            "SECRET": SECRET,
            "SOURCE": str(ROOT / "bootstrap"),
            "QUANTITY": "1",
            "SIZE": "Basic",
            **self.settings,
        }
        self.pulumi("stack", "init", "test")

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            **process.environment(self.account.running),
            "HEROKU_API_TIME_BUDGET": "5",
            **self.settings,
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command did, successful or not."""
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def pulumi(self, *arguments: str) -> str:
        """The command's output; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refused(self, *arguments: str) -> str:
        """The command's output; it must fail."""
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, *arguments: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, running. Its output goes to a file, so that what it starts can't hold a pipe open."""
        with (self.folder / "log").open("w") as log:
            return subprocess.Popen(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )

    @property
    def state(self) -> dict[str, Any]:
        """Resources of the state by their name."""
        resources = json.loads(self.pulumi("stack", "export"))["deployment"].get("resources", [])
        return {one["urn"].rpartition("::")[2]: one for one in resources}
