"""Serves the language host: `__main__.py PARENT EXECUTOR ENGINE_ADDRESS`."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

# Run by path, so that no PYTHONPATH of this process reaches the programs that it starts.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from providers.language_host.children import Children  # noqa: E402 - found by the line above
from providers.language_host.servicer import LanguageHost, handler  # noqa: E402
from providers.protocol.serving import run  # noqa: E402

_OWN_ARGUMENTS = 3


def main() -> None:
    if len(sys.argv) < _OWN_ARGUMENTS:
        sys.exit(
            "pulumi-language-python is started by Pulumi's engine; to run pulumi here: ./ops pulumi STACK preview"
        )
    parent, executor, *arguments = sys.argv[1:]
    stopping = threading.Event()
    # The usual descriptor leads to stderr while this process serves; what a program prints belongs on the real one.
    children = Children(stopping, stdout=os.dup(1))
    engine = next((text for text in arguments if not text.startswith("-")), "")
    host = LanguageHost(executor, engine, children)
    run(
        lambda server: server.add_generic_rpc_handlers((handler(host),)),
        stopping,
        parent=int(parent),
        last=children.ended,
    )


if __name__ == "__main__":
    main()
