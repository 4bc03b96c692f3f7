"""What every test has at hand."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"  # the product runs on asyncio alone
