"""How much is tried, and how long is waited, in all tests alike."""

import os

#: Whether `./run test --long` asks for the proofs in full, not for a sample that stays the same.
LONG = bool(os.environ.get("TIEOUT_LONG"))
#: Seconds after which whoever is not done waits for ever; a busy machine takes long for a little.
PATIENCE = 240
