"""Social Catering on Heroku: one stack of the runbook, from its settings to what it exports."""

import os
import signal

# Only the engine's plugins need it. Not a library's error report, nor anything else of this process.
os.environ.pop("HEROKU_API_KEY", None)

import pulumi

from components.environment import Environment
from components.stack_settings import read_settings

# Some versions of Pulumi end a program with an interrupt, as when the policy pack refuses the preview. Python would
# print a traceback for it.
signal.signal(signal.SIGINT, signal.SIG_DFL)

stack, settings = read_settings()
environment = Environment(stack, settings)

pulumi.export("url", environment.app.url)
pulumi.export("database_plan", environment.database.plan)
pulumi.export("backup_schedule", environment.backups.at)
pulumi.export("monthly_cost_usd", environment.monthly_cost_usd)
if environment.dns_targets:
    pulumi.export("dns_targets", environment.dns_targets)
