"""Put into a test's own environment: there, local Heroku may stand for the real account.

The product has no switch for this. A `.pth` file of that environment imports this module at each start of its Python; it
changes the class as soon as it is imported.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

ACCOUNT = "operations.accounts.heroku_account"


class _Lifting(MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != ACCOUNT:
            return None
        sys.meta_path.remove(self)
        found = find_spec(fullname)
        assert found is not None
        assert found.loader is not None
        found.loader = _Lifted(found.loader)
        return found


class _Lifted(Loader):
    def __init__(self, own: Loader) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """The class without its refusal; apps answer at local Heroku, as their own addresses would reach out."""
        self._own.exec_module(module)
        account: Any = module.__dict__["HerokuAccount"]
        account.__post_init__ = lambda _: None
        account.health_address = property(lambda self: self.shell["HEROKU_API_URL"])


if __name__ == "loopback_lifted":  # by the `.pth` file, and not by a test that looks where this module lies
    sys.meta_path.insert(0, _Lifting())
