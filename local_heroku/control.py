"""Routes that steer the server itself: faults, request log, stop. They need the server's parts, not the account's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.call import Answer, Call, created
from local_heroku.faults import KINDS, Faults
from local_heroku.routing import Route, Routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_heroku.request_log import RequestLog


def routes_for(faults: Faults, requests: RequestLog, stop: Callable[[], None]) -> list[Route]:
    routes = Routes()

    @routes.add("GET", "/local/faults")
    def index_faults(call: Call) -> Answer:
        del call
        return Answer({"faults": faults.all(), "kinds": {kind: text for kind, (_, text) in KINDS.items()}})

    @routes.add("POST", "/local/faults")
    def order_fault(call: Call) -> Answer:
        fault = faults.order(call.body)
        return created(next(item for item in faults.all() if item["id"] == fault.id))

    @routes.add("DELETE", "/local/faults")
    def clear_faults(call: Call) -> Answer:
        del call
        faults.clear()
        return Answer({})

    @routes.add("DELETE", "/local/faults/{fault}")
    def remove_fault(call: Call) -> Answer:
        faults.remove(call.params["fault"])
        return Answer({})

    @routes.add("GET", "/local/requests")
    def index_requests(call: Call) -> Answer:
        """`?after=N`: requests after number N; oldest first."""
        after = call.query.get("after", "0")
        return Answer(
            {"count": requests.count, "requests": requests.after(int(after) if after.isdigit() else 0)}
        )

    @routes.add("DELETE", "/local/requests")
    def clear_requests(call: Call) -> Answer:
        del call
        requests.clear()
        return Answer({})

    @routes.add("POST", "/local/stop")
    def ask_to_stop(call: Call) -> Answer:
        del call
        stop()
        return Answer({"status": "stopping"}, 202)

    return routes.all
