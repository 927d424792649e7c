"""The portal on a phone: what a table is opened for stands in sight, without moving it aside."""

import pytest
from playwright.sync_api import Browser

from tests.house.test_pages import opens, pages, served, signed_in  # noqa: F401 - a fixture
from tests.support.route_world import World
from tieout.identity.permissions import PortalRole

#: Amounts and states beyond the edge of what their table moves in, each by its words.
OUT_OF_SIGHT = """() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  return [...document.querySelectorAll("main :is(td, th)")]
    .filter((cell) => cell.matches("td.to-num") || cell.querySelector(".to-state"))
    .filter((cell) => {
      const edge = cell.closest(".to-scroll, main").getBoundingClientRect();
      const { width, right } = cell.getBoundingClientRect();
      return width > 0 && right > edge.right + 1;
    })
    .map((cell) => cell.closest("table").caption.innerText + ": " + cell.innerText);
}"""


@pytest.mark.browser
def test_amounts_and_states_are_in_sight(
    world: World,
    served: str,  # noqa: F811
    browser: Browser,
) -> None:
    page = signed_in(browser, served, "portal", PortalRole.MANAGE, "zh", 360, "light").new_page()
    wrong, cells = [], 0
    for face, path in pages(world):
        if face == "portal" and opens(page, served + path):
            cells += page.locator("main td.to-num").count()
            wrong += [f"{path} {one}" for one in page.evaluate(OUT_OF_SIGHT)]
    assert wrong == []
    assert cells > 20
