from __future__ import annotations

import pytest

# Before the first import of it, so that a failed case of the contract shows its values.
pytest.register_assert_rewrite("followthrough.testing")
