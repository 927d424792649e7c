"""Which connectors there are: built in, or brought by plug-ins."""

from tieout.intake.connectors.protocol import Connector
from tieout.registry import Registry

CONNECTORS: Registry[Connector] = Registry(
    "tieout.connectors",
    folder="tieout.intake.connectors.folder:FOLDER",
    database="tieout.intake.connectors.database:DATABASE",
    rest="tieout.intake.connectors.rest:REST",
)
