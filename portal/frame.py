"""What stands around every page of the portal."""

from flask import url_for

from tieout.web.viewer import maybe_viewer


def context() -> dict[str, object]:
    """The person's other customers, for the menu."""
    viewer = maybe_viewer()
    if viewer is None:
        return {}
    others = [
        (url_for("portal.switching.go", customer_id=place.customer_id), place.customer_name)
        for place in viewer.places
        if place != viewer.place
    ]
    return {"other_customers": others}
