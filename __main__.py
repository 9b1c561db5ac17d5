"""Social Catering on Heroku: one stack of the runbook, from its settings to what it exports."""

import pulumi

from components.environment import Environment
from components.stack_settings import read_settings

stack, settings = read_settings()
environment = Environment(stack, settings)

pulumi.export("url", environment.app.url)
pulumi.export("database_plan", environment.database.plan)
pulumi.export("backup_schedule", environment.backups.at)
pulumi.export("monthly_cost_usd", environment.monthly_cost_usd)
