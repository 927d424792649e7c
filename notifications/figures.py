"""Figures as a message keeps them; the core's, because its pages show them too."""

from tieout.wording.figures import cash, thawed

__all__ = ["cash", "thawed"]
