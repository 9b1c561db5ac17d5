"""`./ops` after its shell part: the environment complete, then the command line, in one start of Python."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

ROOT = Path(os.path.abspath(__file__)).parent.parent  # noqa: PTH100 - resolve() would follow the links .venv's Python doesn't
sys.path[0] = str(ROOT)  # run by path, so Python put this file's folder there

from toolchain import marker  # noqa: E402 - found by the line above

_INTERRUPTED = 130
_STOPPED = 143
# Set over the one restart: a `.venv` that claims to be complete and isn't must not restart for ever.
_RESTARTED = "OPS_SET_UP_DONE"


def main() -> None:
    restarted = os.environ.pop(_RESTARTED, None)
    if sys.prefix == str(ROOT / ".venv") and marker.is_complete(ROOT, "runtime", marker.own_version()):
        runpy.run_module("operations", run_name="__main__", alter_sys=True)
        return
    if restarted:
        _stop(f"{ROOT / '.venv'} is damaged; delete it and run the same command again", 1)
    _set_up()
    python = str(ROOT / ".venv" / "bin" / "python")
    os.environ[_RESTARTED] = "1"
    os.execv(python, [python, __file__, *sys.argv[1:]])  # noqa: S606 - the same program, by the Python just set up


def _set_up() -> None:
    import signal  # noqa: PLC0415 - not needed at every start

    from toolchain import environment  # noqa: PLC0415 - likewise
    from toolchain.errors import SetupError  # noqa: PLC0415 - likewise

    signal.signal(
        signal.SIGTERM, lambda *_: _stop("set-up stopped; the same command goes on with it", _STOPPED)
    )
    try:
        environment.ensure(ROOT, "runtime", _say)
    except SetupError as error:
        _stop(str(error), 1)
    except KeyboardInterrupt:
        _stop("set-up interrupted; the same command goes on with it", _INTERRUPTED)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _stop(text: str, status: int) -> NoReturn:
    _say(f"ops: {text}")
    sys.exit(status)


if __name__ == "__main__":
    main()
