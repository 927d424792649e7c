"""All tables of Tieout in one place, for migrations and for whoever compares with them."""

import tieout.attachments.models
import tieout.audit.models
import tieout.catalog
import tieout.customers.models
import tieout.disputes.models
import tieout.dunning.models
import tieout.handover.models
import tieout.identity.models
import tieout.intake.connectors.models
import tieout.intake.models
import tieout.ledger.beside
import tieout.ledger.models
import tieout.ledger.search_models
import tieout.messages.models
import tieout.month_end.models
import tieout.reconciliation.models
import tieout.runs.models
import tieout.settings.models
import tieout.statements.models  # noqa: F401 - imported for its tables
from tieout.db import Base

metadata = Base.metadata
