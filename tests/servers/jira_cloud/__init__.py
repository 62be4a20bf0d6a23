"""A stand-in for Jira Cloud, as a whole site over a real socket.

It stores, refuses, lags, limits and forgets as Jira does, and holds every request and every answer
against Atlassian's own description of the API where that lies beside the checkout (``serving.Description``).
``Site`` is the state and what people do to it; ``Server`` is the socket in front of it.
"""

from jira_cloud.exchange import Request
from jira_cloud.limits import BURST, PER_ISSUE, QUOTA, TENANT, refusal
from jira_cloud.model import Issue, Move, Problem, Token, User, Workflow
from jira_cloud.server import Server
from jira_cloud.site import CLOUD_ID, Site
from serving import Answer, Clock, Exchange, RealClock

__all__ = [
    "BURST",
    "CLOUD_ID",
    "PER_ISSUE",
    "QUOTA",
    "TENANT",
    "Answer",
    "Clock",
    "Exchange",
    "Issue",
    "Move",
    "Problem",
    "RealClock",
    "Request",
    "Server",
    "Site",
    "Token",
    "User",
    "Workflow",
    "refusal",
]
