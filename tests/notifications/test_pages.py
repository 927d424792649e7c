"""Links in messages lead to pages there are."""

import re

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from notifications import pages

ADDRESSES = {name: value for name, value in vars(pages).items() if name.isupper()}


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_in_a_message_is_a_page(app: Flask, name: str) -> None:
    path = re.sub(r"\{id\}", "1", re.sub(r"\{(secret|code|number)\}", "x", ADDRESSES[name]))

    try:
        app.url_map.bind("127.0.0.1").match(path)
    except RequestRedirect as redirect:  # with a slash at its end
        app.url_map.bind("127.0.0.1").match(redirect.new_url.removeprefix("http://127.0.0.1"))
    except NotFound:
        pytest.fail(f"{path} is no page")
