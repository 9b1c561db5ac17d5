"""Serves the plugin: `python -m providers.heroku ENGINE_ADDRESS`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    from providers.heroku.provider import VERSION, HerokuProvider  # noqa: PLC0415 - after the port line's clean-up
    from providers.heroku.servicer import HerokuServicer  # noqa: PLC0415
    from providers.protocol.serving import engine_of, run  # noqa: PLC0415

    provider = HerokuProvider(os.environ)
    provider.engine = engine_of(sys.argv[1:])
    handler = HerokuServicer(provider, VERSION).handler()
    run(lambda server: server.add_generic_rpc_handlers((handler,)), provider.cancelled)


if __name__ == "__main__":
    main()
