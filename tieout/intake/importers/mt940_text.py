"""Field 86 of an MT940: who paid, from where, and what for, in the ways banks write it."""

import re
from dataclasses import dataclass

#: Fields of a structured text are cut by one sign and two digits: ?20, >20, ~20. Some banks leave
#: out the code of the booking before them.
_CUT = re.compile(r"^\s*(\d{3}(?=[?>~|<^]\d{2})|(?=([?>~|<^])\d{2}[^?>~|<^]*\2\d{2}))([?>~|<^])")
#: Words of the SEPA scheme that open a part of the text: EREF+, SVWZ+.
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+")
#: Words of the codes Dutch banks write between strokes: /NAME/, /REMI/.
_STROKE = re.compile(
    r"/(EREF|REMI|NAME|BENM|ORDP|IBAN|BIC|CNTP|ISDT|MARF|CSID|TRTP|PREF|RTRN|USTD|STRD|ID|ADDR"
    r"|BUSP|PURP|ULTD|ULTC|CRED|OCMT|TR|CSLO|NRTX)/"
)
_TEXT = (*range(20, 30), *range(60, 64))
#: What a field of a structured text holds when it is full: the next goes on without a space.
_FULL = 27
_LINE = 65
_NOT_PROVIDED = frozenset({"NOTPROVIDED", "NONREF", "KREF", "EREF"})
#: Fields “NS” of German banks: the text, the name, the kind of booking, the account.
_NS_TEXT, _NS_NAME, _NS_CODE, _NS_ACCOUNT = tuple(range(1, 15)), (15, 16), (17,), (34,)


@dataclass(frozen=True)
class Told:
    """What a text says."""

    text: str
    party: str = ""
    account: str = ""
    end_to_end: str = ""
    code: str = ""


def told(tag: str, text: str) -> Told:
    """Understand a field 86, or a field NS."""
    if tag == "NS":
        return _ns(text)
    if cut := _CUT.match(text):
        return _structured(text, cut[3])
    whole = _joined(text)
    if len(_STROKE.findall(whole)) >= 1 and whole.lstrip().startswith("/"):
        return _strokes(whole)
    return Told(" ".join(whole.split()))


def _joined(text: str) -> str:
    """Lines that were broken because they were full go on; others are parted by a space."""
    whole = ""
    for line in text.split("\n"):
        full = len(whole.rpartition("\n")[2]) >= _LINE
        whole += line if full or not whole else f"\n{line}"
    return whole.replace("\n", " ")


def _structured(text: str, mark: str) -> Told:
    whole = ""
    for line in text.split("\n"):
        apart = whole[-1:].islower() and line[:1].isupper()
        whole += f" {line}" if apart else line
    code, _, rest = whole.strip().partition(mark)
    fields: dict[int, str] = {}
    for part in re.split(re.escape(mark) + r"(?=\d{2})", mark + rest):
        if part[:2].isdigit():
            fields.setdefault(int(part[:2]), part[2:])
    remittance = _run([fields[n] for n in _TEXT if n in fields])
    parts = _sepa(remittance)
    purpose = parts.get("SVWZ", "") or (remittance if "EREF" not in parts else "")
    told_text = purpose or parts.get("", "") or remittance
    return Told(
        text=" ".join(told_text.split()),
        party=" ".join((fields.get(32, "") + fields.get(33, "")).split()),
        account=(fields.get(38) or fields.get(31) or "").strip(),
        end_to_end=_said(parts.get("EREF", "")),
        code=" ".join(f"{code} {fields.get(0, '')}".split()),
    )


def _run(parts: list[str]) -> str:
    whole = ""
    for part in parts:
        goes_on = not whole or len(whole.rpartition("\n")[2]) >= _FULL
        whole += part if goes_on and not _SEPA.match(part) else f"\n{part}"
    return " ".join(whole.split("\n")).strip()


def _sepa(text: str) -> dict[str, str]:
    pieces = _SEPA.split(text)
    found = {"": pieces[0].strip()} if pieces[0].strip() else {}
    for word, said in zip(pieces[1::2], pieces[2::2], strict=True):
        found[word] = said.strip()
    return found


def _strokes(text: str) -> Told:
    pieces = _STROKE.split(text)
    found: dict[str, str] = {}
    for word, said in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(word, said.strip().strip("/").strip())
    account, party = found.get("IBAN", ""), found.get("NAME", "")
    if "CNTP" in found:  # account, bank, name and town of the other party between strokes
        account, _, party = [*found["CNTP"].split("/"), "", ""][:3]
    remittance = found.get("REMI") or found.get("USTD") or found.get("STRD") or ""
    remittance = re.sub(r"^(USTD|STRD)//?|^CUR/", "", remittance).strip("/ ")
    return Told(
        text=" ".join((remittance or text).split()),
        party=" ".join(party.split()),
        account=account,
        end_to_end=_said(found.get("EREF", "")),
        code=found.get("TRTP", ""),
    )


def _ns(text: str) -> Told:
    """One sub-field to a field, or all of them below each other in one."""
    parts = text.split("\n")
    if not all(part[:2].isdigit() for part in parts if part.strip()):
        parts = [" ".join(parts)]
    fields = [(part[:2], " ".join(part[2:].split())) for part in parts if part.strip()]
    if not fields or not fields[0][0].isdigit():
        return Told(" ".join(text.split()))
    numbered = [(int(number), said) for number, said in fields]

    def those(wanted: tuple[int, ...]) -> str:
        return " ".join(said for number, said in numbered if number in wanted and said)

    return Told(
        text=those(_NS_TEXT),
        party=those(_NS_NAME),
        account=those(_NS_ACCOUNT),
        code=those(_NS_CODE),
    )


def _said(text: str) -> str:
    return "" if text.strip().upper() in _NOT_PROVIDED else text.strip()
