"""Names and codes as they are compared: one width, one case, single spaces."""

import unicodedata


def folded(text: str) -> str:
    """Return a text without what people write differently: width, case, stray spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_key(*texts: str) -> str:
    """Join what a customer can be searched by; a bar keeps two texts from running together."""
    return "|".join(folded(text) for text in texts if text)
