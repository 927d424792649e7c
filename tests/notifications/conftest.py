"""What tests of messages begin with."""

from collections.abc import Iterator

import pytest

from tests.support.smtp import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        yield running
