"""What the sample company makes, and what it buys."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Good:
    """A product; the price is in CNY, tax included."""

    code: str
    name: str
    name_zh: str
    unit: str
    price: Decimal

    def called(self, language: str) -> str:
        """Its name in a language."""
        return self.name_zh if language == "zh" else self.name


def _goods(text: str) -> tuple[Good, ...]:
    rows = (line.split(" | ") for line in text.strip().splitlines())
    return tuple(
        Good(code.strip(), name, zh, unit, Decimal(price)) for code, name, zh, unit, price in rows
    )


MADE = _goods("""
HT-1010 | Claw hammer 450 g | 羊角锤 450克 | pcs | 28.00
HT-1022 | Rubber mallet 700 g | 橡胶锤 700克 | pcs | 24.50
HT-2005 | Combination pliers 180 mm | 钢丝钳 180毫米 | pcs | 32.80
HT-2011 | Long-nose pliers 160 mm | 尖嘴钳 160毫米 | pcs | 29.90
HT-2030 | Adjustable wrench 250 mm | 活动扳手 250毫米 | pcs | 45.00
HT-2044 | Socket set 46 pieces | 套筒组套 46件 | sets | 168.00
HT-3002 | Screwdriver set 6 pieces | 螺丝刀组套 6件 | sets | 56.00
HT-3015 | Bit holder, magnetic | 磁性批头接杆 | pcs | 12.60
HT-4001 | Tape measure 5 m | 钢卷尺 5米 | pcs | 15.80
HT-4010 | Spirit level 600 mm | 水平尺 600毫米 | pcs | 48.00
HT-5003 | Hand saw 500 mm | 手板锯 500毫米 | pcs | 38.50
HT-5020 | Utility knife | 美工刀 | pcs | 9.90
HT-6001 | Tool box 19 inch | 工具箱 19寸 | pcs | 118.00
""")

BOUGHT = _goods("""
RM-010 | Carbon steel bar 12 mm | 碳钢棒材 12毫米 | kg | 5.80
RM-022 | Chrome vanadium wire | 铬钒钢丝 | kg | 11.40
PK-104 | Printed carton 40 × 30 | 印刷纸箱 40×30 | pcs | 3.60
PK-130 | Blister tray | 吸塑托盘 | pcs | 0.85
""")


def by_code(code: str) -> Good:
    """The product with a code."""
    return next(good for good in (*MADE, *BOUGHT) if good.code == code)
