"""What stand-ins of trackers share: a socket, routes, and an OpenAPI description to be held against."""

from serving.clock import Clock, RealClock
from serving.description import Description
from serving.exchange import Answer, Exchange, Problem, Query, Request, Routes
from serving.front import Front

__all__ = [
    "Answer",
    "Clock",
    "Description",
    "Exchange",
    "Front",
    "Problem",
    "Query",
    "RealClock",
    "Request",
    "Routes",
]
