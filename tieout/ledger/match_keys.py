"""The matching keys of documents, worked out once and stored with them."""

from collections.abc import Sequence

from tieout.ledger.inputs import DocumentInput

#: The form of the keys stored with documents and with lines of their books; raised when
#: `matching.keys` finds more in the same texts. Keys of another form are made anew when they are
#: read.
KEYS_FORM = 3
#: Keys are whole words; what is stored has the form behind them.
_WORD = 8


def match_keys(documents: Sequence[DocumentInput]) -> list[bytes]:
    """Return the keys of many documents at once, one value for each, as they are stored."""
    from tieout.matching.keys import Keys  # numpy is loaded when something is first posted

    keys = Keys.of(
        [document.number for document in documents],
        [_values(document, po=True) for document in documents],
        [f"{document.description} {_values(document, po=False)}" for document in documents],
    ).rows()
    return [with_form(one) for one in keys]


def with_form(keys: bytes) -> bytes:
    """Keys as they are stored: with the form they have."""
    return keys + bytes((KEYS_FORM,))


def keys_today(stored: bytes) -> bytes | None:
    """The keys that were stored; None where they have another form, or none was noted."""
    if len(stored) % _WORD == 1 and stored[-1] == KEYS_FORM:
        return stored[:-1]
    return None


def _values(document: DocumentInput, *, po: bool) -> str:
    return " ".join(value for kind, value in document.references if (kind == "po") is po)
