import pytest

from core_story import Story


@pytest.fixture
def story() -> Story:
    """Acme in Berlin, with TOTP as the only factor and Ada, who is activated."""
    return Story().organization().create()


@pytest.fixture
def empty() -> Story:
    """Acme in Berlin, without users."""
    return Story().organization()
