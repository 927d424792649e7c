"""Words with a meaning: kinds of documents, directions, languages, terms, mail addresses."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from tieout.chinese import compiled, simplified
from tieout.intake.kinds import Kind
from tieout.intake.reading import Cell
from tieout.intake.values.errors import (
    NotAnAddress,
    NotANumber,
    UnknownDirection,
    UnknownKindWord,
    UnknownLanguage,
)
from tieout.intake.values.numbers import Side
from tieout.intake.values.text import read_text

#: Tried in this order: what is more particular comes first.
_KIND_WORDS: tuple[tuple[Kind, str], ...] = (
    (Kind.OPENING_BALANCE, r"opening|brought forward|\bb/f\b|期初|上期结转|年初|承前"),
    (Kind.BOUNCED_PAYMENT, r"bounced|dishonou?red|returned (cheque|check|payment)|nsf|退票|拒付"),
    (Kind.CREDIT_NOTE, r"credit[ _-]?(note|memo)|\bcn\b|\bc/n\b|\bcm\b|return|allowance|贷项|红字"),
    (
        Kind.CREDIT_NOTE,
        r"nota (de )?(crédit|credit)o|kreditnota|kreditfaktura|creditnota|\babono\b",
    ),
    (Kind.CREDIT_NOTE, r"gutschrift|\bavoir\b|红冲|冲红|退货|退回|折让|销退|冲减"),
    (Kind.REFUND, r"refund|退款|退付|返款"),
    (Kind.DISCOUNT, r"discount|rebate|skonto|现金折扣|折扣|返利"),
    (Kind.WRITE_OFF, r"write[ _-]?off|bad debt|坏账|核销损失"),
    (Kind.RECOVERY, r"recover|收回坏账|坏账收回"),
    (Kind.INTEREST, r"interest|利息|滞纳金|违约金"),
    (Kind.FEE, r"\bfees?\b|charge|手续费|费用|服务费"),
    (
        Kind.PAYMENT,
        r"payment|receipt|remittance|\bpaid\b|\bpmt\b|\bpay\b|\brec\b|transfer in|zahlung",
    ),
    (Kind.PAYMENT, r"r[eè]glement|paiement|encaissement|\bcobro\b|\bpago\b|incasso|pagamento"),
    (Kind.PAYMENT, r"\bvirement|überweisung|transferencia|bonifico|bankgiro|bankoverf"),
    (Kind.PAYMENT, r"recebimento|betaling|betalning|indbetaling|innbetaling|ontvangst"),
    (Kind.PAYMENT, r"收款|付款|回款|到账|汇款|货款|预收|收据|电汇|承兑"),
    (Kind.TRANSFER, r"transfer|转账|划转|转款"),
    (Kind.EXCHANGE_DIFFERENCE, r"exchange (rate )?diff|汇兑"),
    (Kind.ADJUSTMENT, r"adjust|journal|调整|调账|尾差|冲账|换货"),
    (Kind.INVOICE, r"invoice|\binv\b|\bsi\b|\bbill\b|sale|debit[ _-]?(note|memo)|\bdn\b|rechnung"),
    (Kind.INVOICE, r"fac?tura|fattura|faktura|\bvoucher\b|\bfac\b|\bfc\b"),
    (Kind.INVOICE, r"facture|发票|销售|应收|出库|送货|开票|蓝字|销货|采购|入库|应付|进货|收入"),
)
_KIND_PATTERNS = tuple((kind, compiled(words, re.IGNORECASE)) for kind, words in _KIND_WORDS)

#: Codes that some systems write instead of a word.
_KIND_CODES = {
    "rv": Kind.INVOICE, "dr": Kind.INVOICE, "kr": Kind.INVOICE, "re": Kind.INVOICE,
    "si": Kind.INVOICE, "pi": Kind.INVOICE, "inv": Kind.INVOICE, "f2": Kind.INVOICE,
    "dg": Kind.CREDIT_NOTE, "kg": Kind.CREDIT_NOTE, "sc": Kind.CREDIT_NOTE,
    "pc": Kind.CREDIT_NOTE, "g2": Kind.CREDIT_NOTE, "gu": Kind.CREDIT_NOTE,
    "vendor credit": Kind.CREDIT_NOTE, "supplier credit": Kind.CREDIT_NOTE,
    "dz": Kind.PAYMENT, "kz": Kind.PAYMENT, "zp": Kind.PAYMENT, "sr": Kind.PAYMENT,
    "sa": Kind.PAYMENT, "pp": Kind.PAYMENT, "pa": Kind.PAYMENT, "za": Kind.PAYMENT,
    "ab": Kind.ADJUSTMENT,
}  # fmt: skip

_DIRECTIONS = {
    Side.DEBIT: "d dr debit dbit s soll af out - 借 借方 借dr 支 支出 付 付款 付出 转出 减少 出账",
    Side.CREDIT: "c cr credit crdt h haben bij in + 贷 贷方 贷cr 收 收入 收款 存入 转入 增加 入账",
}
_SIDES = {word: side for side, words in _DIRECTIONS.items() for word in words.split()}
_NEITHER = frozenset({"/", "memo", "不计收支", "中性交易", "平", "其他", "neutral"})
_LANGUAGES = {
    "en": "en english 英文 英语 eng",
    "zh": "zh zh-cn zh_cn zh-hans chinese 中文 简体中文 汉语 chn cn 简体",
}
_LANGUAGE = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_MAIL = re.compile(r"[^@\s<>\"'(),;:]+@[^@\s<>\"'(),;:]+\.[^@\s<>\"'(),;:.]{2,}")
_DAYS = re.compile(r"(?<![\d.])(\d{1,3})(?:\.0+)?(?![\d.])")
_AT_ONCE = frozenset(
    {"cash", "cod", "due on receipt", "immediately", "现结", "现款", "款到发货", "货到付款"}
)


def read_kind(cell: Cell, meanings: Mapping[str, str] | None = None) -> Kind | None:
    """Read what kind of document a cell names; meanings given by a person come first.

    Raises:
        UnknownKindWord
    """
    text = read_text(cell)
    if text is None:
        return None
    if meanings and (meant := meanings.get(text)):
        return Kind(meant)
    found = _kind(text)
    if found is None:
        raise UnknownKindWord(text=text)
    return found


@lru_cache(maxsize=2_000)
def _kind(text: str) -> Kind | None:
    plain = simplified(unicodedata.normalize("NFKC", text)).strip().lower()
    word = plain.replace(" ", "_").replace("-", "_")
    if word in set(Kind):
        return Kind(word)
    if plain in _KIND_CODES:
        return _KIND_CODES[plain]
    return next((kind for kind, words in _KIND_PATTERNS if words.search(plain)), None)


def names_a_kind(text: str) -> bool:
    """Whether a word names a kind of document."""
    return _kind(text) is not None


def says_paid(text: str) -> bool:
    """Whether the words of an entry speak of money that came in, and of nothing else."""
    return bool(text) and _kind(text) == Kind.PAYMENT


def says_credited(text: str) -> bool:
    """Whether the words of an entry speak of a credit note."""
    return bool(text) and _kind(text) == Kind.CREDIT_NOTE


def read_direction(cell: Cell) -> Side | None:
    """Read whether a cell says debit (out) or credit (in); None for blank or neither.

    Raises:
        UnknownDirection
    """
    text = read_text(cell)
    if text is None:
        return None
    plain = "".join(simplified(unicodedata.normalize("NFKC", text)).lower().split()).strip(".:")
    if plain in _NEITHER:
        return None
    if plain not in _SIDES:
        raise UnknownDirection(text=text)
    return _SIDES[plain]


def is_direction(cell: Cell) -> bool:
    """Whether a cell says in, out or neither."""
    try:
        return read_direction(cell) is not None or str(cell).strip() in _NEITHER
    except UnknownDirection:
        return False


def read_language(cell: Cell) -> str | None:
    """Read which language somebody is written to in.

    Raises:
        UnknownLanguage
    """
    text = read_text(cell)
    if text is None:
        return None
    if (found := _LANGUAGE.get(simplified(text).lower())) is None:
        raise UnknownLanguage(text=text)
    return found


def read_mail(cell: Cell) -> str | None:
    """Read a mail address.

    Raises:
        NotAnAddress
    """
    text = read_text(cell)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not _MAIL.fullmatch(text):
        raise NotAnAddress(text=text)
    return text


def read_days(cell: Cell) -> int | None:
    """Read a term of payment in days: 30, "Net 30", "月结30天".

    Raises:
        NotANumber
    """
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        if cell == int(cell) and 0 <= cell <= 999:
            return int(cell)
        raise NotANumber(text=cell)
    text = read_text(cell)
    if text is None:
        return None
    plain = simplified(unicodedata.normalize("NFKC", text)).lower()
    if plain in _AT_ONCE:
        return 0
    found = _DAYS.findall(plain)
    if len(found) != 1:
        raise NotANumber(text=text)
    return int(found[0])
