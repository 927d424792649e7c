"""Our own reader of percentages: 5 %, 5, or the share 0.05 a spreadsheet keeps of it."""

from decimal import Decimal

from tieout.intake.reading import Cell
from tieout.intake.values.errors import NotAPercentage, ShareOrPercentage
from tieout.intake.values.numbers import DecimalMark, read_number

_WHOLE = Decimal(100)
#: Under this a figure without its sign is a share: 0.05 is 5 %; up to 1 it could be either.
_SURELY_A_SHARE = Decimal("0.3")


def read_percent(cell: Cell, mark: DecimalMark = DecimalMark.POINT) -> Decimal | None:
    """Read a percentage, 5 for 5 %; None for a blank cell.

    Raises:
        NotAPercentage, ShareOrPercentage, and what `read_number` raises.
    """
    text = cell.replace("％", "%").strip() if isinstance(cell, str) else ""
    is_said = text.endswith("%")
    figure = read_number(text[:-1] if is_said else cell, mark)
    if figure is None:
        return None
    value = figure.value
    if figure.currency or figure.side or not 0 <= value <= _WHOLE:
        raise NotAPercentage(text=str(cell).strip())
    if is_said or value == 0 or value >= 1:
        return value
    if value < _SURELY_A_SHARE:
        return value * _WHOLE
    raise ShareOrPercentage(text=str(cell).strip())
