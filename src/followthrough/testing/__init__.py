"""For those who write a connector: the contract every connector keeps, and a tracker in memory.

A connector's own test file is a few lines::

    class TestMine(ConnectorContract):
        cannot_show = {"RateLimited": "the fake server never limits"}

        def connector(self) -> Connector:
            return plugin.connect(settings, Transport(wire=self.server))

This package can be imported without pytest; ``pytest.register_assert_rewrite("followthrough.testing")``
before the import makes a failed case show its values.
"""

from followthrough.testing.contract import HOSTILE, ConnectorContract
from followthrough.testing.memory import Fault, MemoryConnector, MemoryPlugin, MemoryTracker

__all__ = ["HOSTILE", "ConnectorContract", "Fault", "MemoryConnector", "MemoryPlugin", "MemoryTracker"]
