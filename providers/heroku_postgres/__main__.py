"""Started by the engine through `pulumi-resource-heroku-postgres`."""

from __future__ import annotations

import os
import sys

from providers.heroku_postgres import VERSION
from providers.heroku_postgres.provider import HerokuPostgres
from providers.protocol.serving import serve

serve(HerokuPostgres(os.environ), VERSION, sys.argv[1:])
