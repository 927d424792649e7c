"""The matching keys of documents, worked out once and stored with them."""

from collections.abc import Sequence

from tieout.ledger.inputs import DocumentInput


def match_keys(documents: Sequence[DocumentInput]) -> list[bytes]:
    """Return the keys of many documents at once, one value for each."""
    from tieout.matching.keys import Keys  # numpy is loaded when something is first posted

    return Keys.of(
        [document.number for document in documents],
        [_values(document, po=True) for document in documents],
        [f"{document.description} {_values(document, po=False)}" for document in documents],
    ).rows()


def _values(document: DocumentInput, *, po: bool) -> str:
    return " ".join(value for kind, value in document.references if (kind == "po") is po)
