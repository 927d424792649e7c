"""What files say about how far a payment or a document got: what never came about is left out."""

import unicodedata
from functools import lru_cache

from tieout.chinese import simplified
from tieout.i18n import N_

NOT_BOOKED = N_("The bank only announces it (%(status)s); it is not booked yet.")
FAILED = N_("It did not come about (%(status)s).")
NOT_POSTED = N_("It is no document yet, or not any more (%(status)s).")
SUPERSEDED = N_("A later version of it stands in the same file.")
NEITHER = N_("It moves money neither in nor out, by the file’s own word (%(status)s).")

_ANNOUNCED = frozenset({"pdng", "info", "futr", "pending", "待入账", "处理中", "未入账", "预授权"})
_FAILED = frozenset(
    "failed|failure|rejected|declined|cancelled|canceled|voided|void|expired|closed|error|unpaid"
    "|not paid|支付失败|交易失败|转账失败|失败|交易关闭|已关闭|关闭|已撤销|撤销|交易取消"
    "|已取消|取消|未支付|待支付|等待付款|已退票|对方已退还|已冲正|冲正|已过期".split("|")
)
_NO_DOCUMENT = frozenset(
    "draft|void|voided|cancelled|canceled|deleted|trash|failed|rejected|pending payment"
    "|checkout-draft|auto-draft|entwurf|storniert|gelöscht|brouillon|annulé|annulée|abandonnée"
    "|borrador|anulada|anulado|cancelada|cancelado|bozza|annullata|annullato|rascunho|concept"
    "|geannuleerd|kladde|utkast|makulerad|annulleret|草稿|作废|已作废|已取消|取消|已删除|已关闭|交易关闭|待付款|待支付"
    "|未付款|未支付|等待付款|等待买家付款".split("|")
)


@lru_cache(maxsize=500)
def plain(text: str) -> str:
    """A word of a file as it is compared."""
    return " ".join(simplified(unicodedata.normalize("NFKC", text)).lower().split()).rstrip(".")


def stops_a_payment(status: str) -> str:
    """The sentence why such a payment is left out; empty where it stands."""
    word = plain(status)
    if word in _ANNOUNCED:
        return NOT_BOOKED
    return FAILED if word in _FAILED else ""


def stops_a_document(status: str) -> str:
    """The sentence why such a document is left out; empty where it stands."""
    word = plain(status)
    if word == "superseded":
        return SUPERSEDED
    return NOT_POSTED if word in _NO_DOCUMENT or word.startswith("(删除)") else ""
