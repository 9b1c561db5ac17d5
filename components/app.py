"""The app itself: name, region, Heroku stack, buildpacks, certificates."""

from __future__ import annotations

import pulumi
from pulumiverse_heroku.app import App as HerokuApp

from runbook.settings import AppSettings


class App(pulumi.ComponentResource):
    """Registers one Heroku app.

    Renaming it or changing its Heroku stack or buildpacks happens in place; a new region replaces it, which loses its
    database. Its web URL has a random suffix, so it is an output and never made from the name.
    """

    id: pulumi.Output[str]
    url: pulumi.Output[str]
    """Without a slash at the end."""

    def __init__(self, settings: AppSettings, opts: pulumi.ResourceOptions) -> None:
        super().__init__("runbook:heroku:App", "app", None, opts)
        app = HerokuApp(
            "app",
            name=settings.name,
            region=settings.region,
            stack=settings.heroku_stack,
            buildpacks=settings.buildpacks or None,
            acm=settings.acm,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = app.id
        self.url = app.web_url.apply(lambda url: url.rstrip("/"))
        self.register_outputs({"id": self.id, "url": self.url})
