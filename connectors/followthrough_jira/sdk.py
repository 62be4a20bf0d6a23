"""The ``jira`` SDK, for what it does in one request: metadata, users, transitions.

It retries nothing, asks nothing on its own, and its requests take the way of
:class:`~followthrough_jira.client.Client`: the same login, certificates, proxy, patience and limits, pinned
to the same origin, and refusals raise the seam's errors. No class of it leaves this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from followthrough_jira.client import Client

if TYPE_CHECKING:
    import jira
    from requests.adapters import BaseAdapter

__all__ = ["open_sdk"]

TIMEOUT: Final = (5.0, 60.0)


def open_sdk(client: Client) -> jira.JIRA:
    """The SDK on our way out. Requests nothing but what tells the kind of Jira."""
    # 110 ms to import, and a run that only reads status needs none of it.
    import jira

    # The path of the API is ours: with a gateway it is no path below the site.
    root, _, version = client.api.rpartition("/rest/api/")
    sdk = jira.JIRA(
        f"{client.origin}{root}",
        options={"rest_api_version": version},
        get_server_info=False,
        max_retries=0,
        timeout=TIMEOUT,
        logging=False,
    )
    sdk.deploymentType = "Cloud" if client.cloud else "Server"
    session = sdk._session
    session.trust_env = False  # nothing from .netrc, and the proxy is our client's affair
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _bridge(client))
    return sdk


def _bridge(client: Client) -> BaseAdapter:
    """What hands a request of the SDK to our client, and its answer back."""
    import requests
    from requests.adapters import BaseAdapter

    class Bridge(BaseAdapter):
        def send(
            self,
            request: requests.PreparedRequest,
            stream: bool = False,
            timeout: Any = None,
            verify: Any = True,
            cert: Any = None,
            proxies: Any = None,
        ) -> requests.Response:
            body = request.body
            content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None
            answer, raw = client.forward(str(request.method), request.path_url, content)
            response = requests.Response()
            response.status_code = answer.status
            response.headers.update(answer.headers)
            response.url = str(request.url)
            response.request = request
            response.encoding = "utf-8"
            response._content = raw
            return response

        def close(self) -> None:
            """The client is closed by whoever opened it."""

    return Bridge()
