"""A stand-in for GitHub, as a whole host over a real socket: REST with ETags, GraphQL, both limits.

It stores, drops, refuses, lags, limits, transfers and forgets as GitHub does. Every REST request and
answer is held against GitHub's own description where that lies beside the checkout, every GraphQL
document against GitHub's own schema (npm ``@octokit/graphql-schema``).
``Site`` is the state and what people do to it; ``Server`` is the socket in front of it.
"""

from github_site.limits import primary, secondary
from github_site.server import Server
from github_site.site import Issue, Repository, Site
from serving import Answer, Clock, Exchange, Problem, Request

__all__ = [
    "Answer",
    "Clock",
    "Exchange",
    "Issue",
    "Problem",
    "Repository",
    "Request",
    "Server",
    "Site",
    "primary",
    "secondary",
]
