"""One stack of the runbook, whole."""

from __future__ import annotations

import pulumi
from pulumiverse_heroku import Provider as HerokuProvider
from pulumiverse_heroku import ProviderCustomizationArgs, ProviderDelaysArgs

from components import heroku_postgres
from components.access import Access
from components.addon import Addon
from components.app import App
from components.backup_schedule import BackupSchedule
from components.config_vars import ConfigVars
from components.database import Database
from components.domains import Domains
from components.features import Features
from components.formation import Formation
from components.log_drains import LogDrains
from components.pipeline import Pipeline
from runbook.cost import cost_of_settings
from runbook.settings import Settings, StackName, is_protected


class Environment(pulumi.ComponentResource):
    """Registers app, database, config vars, formation and backup schedule, and what else the settings declare.

    Config vars come before the first release, which would crash without them, and after add-ons. Production is protected, every
    resource of it, here and nowhere else.
    """

    app: App
    database: Database
    backups: BackupSchedule
    monthly_cost_usd: int
    dns_targets: dict[str, pulumi.Output[str]]
    """Where the DNS of each custom domain must point to."""

    def __init__(self, stack: StackName, settings: Settings) -> None:
        hints = {
            "monthlyBudgetUsd": settings.cost.monthly_budget_usd,
            "differs": sorted(settings.differs),
        }
        super().__init__(
            "runbook:heroku:Environment",
            stack,
            hints,
            pulumi.ResourceOptions(protect=is_protected(stack)),
        )
        heroku = _heroku_provider(settings, pulumi.ResourceOptions(parent=self))
        postgres = heroku_postgres.Provider("heroku-postgres", pulumi.ResourceOptions(parent=self))
        child = pulumi.ResourceOptions(parent=self, providers=[heroku])
        self.dns_targets = {}
        self.app = App(settings.app, child)
        self.database = Database(settings.database, app_id=self.app.id, postgres=postgres, opts=child)
        addons = [
            Addon(name, addon, app_id=self.app.id, postgres=postgres, opts=child)
            for name, addon in settings.addons.items()
        ]
        config_vars = ConfigVars(
            settings,
            app_id=self.app.id,
            app_url=self.app.url,
            after=[self.database.attachment, *(addon.attachment for addon in addons)],
            opts=child,
        )
        Formation(settings, app_id=self.app.id, after=[config_vars], opts=child)
        self.backups = BackupSchedule(
            settings.backups, app_id=self.app.id, database=self.database, postgres=postgres, opts=child
        )
        if settings.domains:
            self.dns_targets = Domains(settings.domains, app_id=self.app.id, opts=child).targets
        if settings.features:
            Features(settings.features, app_id=self.app.id, opts=child)
        if settings.log_drains:
            LogDrains(settings, app_id=self.app.id, opts=child)
        if settings.access:
            Access(settings.access, app_id=self.app.id, opts=child)
        if settings.pipeline:
            Pipeline(settings.pipeline, app_id=self.app.id, postgres=postgres, opts=child)
        self.monthly_cost_usd = cost_of_settings(settings).monthly_usd
        self.register_outputs({**hints, "url": self.app.url, "monthlyCostUsd": self.monthly_cost_usd})


def _heroku_provider(settings: Settings, opts: pulumi.ResourceOptions) -> HerokuProvider:
    """An explicit provider whose customizations keep other config vars and add-on values out of the state."""
    return HerokuProvider(
        "heroku",
        # The plugin reads these as JSON with its own key names, which only the Args classes translate to.
        customizations=[
            ProviderCustomizationArgs(
                set_app_all_config_vars_in_state=False, set_addon_config_vars_in_state=False
            )
        ],
        delays=ProviderDelaysArgs(
            post_app_create_delay=settings.rehearsal.create_delay_seconds,
            post_domain_create_delay=0,
            post_space_create_delay=0,
        ),
        opts=opts,
    )
