"""Where a batch and a row of it stand."""

from enum import StrEnum

from tieout.i18n import N_


class BatchState(StrEnum):
    """Where a file is on its way into the books."""

    #: Stored; its columns have to be named before a row can be read.
    UPLOADED = "uploaded"
    #: A long file is being read, or its rows are being checked once more.
    READING = "reading"
    STAGED = "staged"
    SUBMITTED = "submitted"
    POSTED = "posted"
    DISCARDED = "discarded"
    UNDONE = "undone"


class RowState(StrEnum):
    """What becomes of a row."""

    READY = "ready"
    #: A person has to decide, such as whose row it is.
    DECISION = "decision"
    #: It cannot be taken as it is.
    REFUSED = "refused"
    #: It stands in the books already, or in the same file above.
    REPEATED = "repeated"
    LEFT_OUT = "left_out"
    #: It was ready, and its batch has been posted.
    POSTED = "posted"


#: Batches that may still be changed.
OPEN = (BatchState.UPLOADED, BatchState.STAGED, BatchState.SUBMITTED)
#: Batches on their way.
UNDER_WAY = (*OPEN, BatchState.READING)

BATCH_STATES: dict[BatchState, str] = {
    BatchState.UPLOADED: N_("waiting for its columns"),
    BatchState.READING: N_("being read"),
    BatchState.STAGED: N_("in preparation"),
    BatchState.SUBMITTED: N_("waiting for approval"),
    BatchState.POSTED: N_("posted"),
    BatchState.DISCARDED: N_("discarded"),
    BatchState.UNDONE: N_("undone"),
}

_READY_ONES = (RowState.READY, RowState.POSTED)
#: What rows are called once their batch has come to an end; others keep the words below.
_AT_THE_END: dict[BatchState, dict[RowState, str]] = {
    BatchState.POSTED: dict.fromkeys(_READY_ONES, N_("Posted")),
    BatchState.UNDONE: dict.fromkeys(_READY_ONES, N_("Reversed")),
    BatchState.DISCARDED: {
        **dict.fromkeys(_READY_ONES, N_("Discarded")),
        RowState.DECISION: N_("Discarded undecided"),
    },
}


def word_of_row(batch: BatchState, row: RowState) -> str:
    """What is said of a row: one that was ready goes the way of its batch."""
    return _AT_THE_END.get(batch, {}).get(row, ROW_STATES[row])


ROW_STATES: dict[RowState, str] = {
    RowState.READY: N_("Ready to post"),
    RowState.DECISION: N_("To be decided"),
    RowState.REFUSED: N_("Cannot be taken"),
    RowState.REPEATED: N_("Already here"),
    RowState.LEFT_OUT: N_("Left out"),
    RowState.POSTED: N_("Posted"),
}
