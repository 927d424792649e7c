"""Products that may be one, on the pages: found, merged with a reason, taken back."""

from sqlalchemy import select

from tests.factories import BY
from tests.internal.conftest import Desk
from tieout import catalog, db
from tieout.catalog import Product, ProductInput, ProductMerge

DUPLICATES = "/desk/products/duplicates"


def text(desk: Desk, path: str) -> str:
    """What a page says."""
    return desk.accountant.open(path).get_data(as_text=True)


def two_valves() -> tuple[int, int]:
    """A valve that stands in the books twice."""
    with db.transaction() as session:
        made = catalog.add_products(
            session,
            [ProductInput("V-020", "Ball valve", "20 mm"), ProductInput("V20", "Ball valve 20mm")],
            by=BY,
        )
        return made[0].id, made[1].id


def test_two_products_become_one_and_two_again(desk: Desk) -> None:
    stays, gone = two_valves()

    assert "codes that differ in signs or zeros alone" in text(desk, DUPLICATES)
    form = text(desk, f"{DUPLICATES}/merge?product={gone}&into={stays}")
    assert "V20" in form
    told = desk.accountant.send(
        f"{DUPLICATES}/merge", {"product": "V20", "into": "V-020", "reason": "Entered twice"}
    )
    assert told.status_code == 303
    assert "Entered twice" in text(desk, DUPLICATES)
    assert "was merged into Ball valve" in text(desk, f"/desk/products/{gone}")

    with db.reading() as session:
        merged = (
            session.scalars(select(ProductMerge).where(ProductMerge.product_id == gone)).one().id
        )
    assert desk.accountant.send(f"/desk/products/merges/{merged}/undo", {}).status_code == 303
    with db.reading() as session:
        assert session.get_one(Product, gone).merged_into_id is None


def test_two_products_that_are_two_are_kept_apart(desk: Desk) -> None:
    stays, gone = two_valves()

    assert desk.accountant.send(f"/desk/products/{stays}/apart/{gone}", {}).status_code == 303

    said = text(desk, DUPLICATES)
    assert f"/products/{stays}/apart" not in said
