"""A stand-in for Confluence, Cloud or Data Center, as a whole site over a real socket.

It stores, normalises, restricts, refuses and pages as Confluence does. ``Site`` is the state and what
people do to it; ``Server`` is the socket in front of it.
"""

from confluence_site.model import BOT, READER, TOKEN, Page
from confluence_site.server import Server
from confluence_site.site import Site
from serving import Answer, Clock, Exchange

__all__ = ["BOT", "READER", "TOKEN", "Answer", "Clock", "Exchange", "Page", "Server", "Site"]
