"""Who plays in the sample company: itself, its people, its dealers and suppliers."""

from dataclasses import dataclass
from typing import Any

from tieout.identity.permissions import PortalRole, Role

COMPANY: dict[str, Any] = {
    "name": "Harbour Tools Co., Ltd.",
    "short_name": "Harbour Tools",
    "name_zh": "海港工具有限公司",
    "short_name_zh": "海港工具",
    "base_currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "languages": ["en", "zh"],
}
DETAILS = {
    "tax_id": "91330100MA2KHT0017",
    "address": "18 Harbour Road, Binjiang, Hangzhou · 杭州市滨江区海港路18号",
    "contact_name": "Chen Li",
    "contact_email": "ar@harbourtools.example",
    "contact_phone": "0571-8888 0000",
}
#: Currency, bank, holder, number, SWIFT code.
BANKS = (
    ("CNY", "ICBC Hangzhou Branch", "Harbour Tools Co., Ltd.", "1202 0214 0990 0044 17", ""),
    (
        "EUR",
        "Bank of China Zhejiang",
        "Harbour Tools Co., Ltd.",
        "3775 5830 0012 88",
        "BKCHCNBJ910",
    ),
)

#: Of everybody in the sample company; they exist on this machine alone.
PASSWORD = "seven quiet boats"  # noqa: S105


@dataclass(frozen=True)
class Staff:
    """Somebody of the company."""

    name: str
    email: str
    role: Role
    language: str = "en"


CHEN = Staff("Chen Li", "chen.li@harbourtools.example", Role.ACCOUNTANT)
ZHOU = Staff("Zhou Wei", "zhou.wei@harbourtools.example", Role.APPROVER)
LIN = Staff("Lin Jie", "lin.jie@harbourtools.example", Role.SALES)
SUN = Staff("Sun Yan", "sun.yan@harbourtools.example", Role.AUDITOR)
HE = Staff("He Ping", "he.ping@harbourtools.example", Role.ADMINISTRATOR, "zh")
STAFF = (CHEN, ZHOU, LIN, SUN, HE)


@dataclass(frozen=True)
class Person:
    """Somebody of a customer's."""

    name: str
    email: str
    position: str
    role: PortalRole = PortalRole.MANAGE
    receives_reminders: bool = True


@dataclass(frozen=True)
class Partner:
    """A dealer or a supplier, and how it trades and pays."""

    code: str
    name: str
    other_name: str
    people: tuple[Person, ...]
    #: on_time, monthly, late, rounds.
    pays: str
    language: str = "en"
    currencies: tuple[str, ...] = ("CNY",)
    kind: str = "receivable"
    terms: int = 30
    #: In whole units of the first currency.
    limit: int | None = None
    #: Invoices a month.
    orders: int = 3
    #: How large they are, against the usual.
    size: int = 1
    parent: str = ""
    tax_id: str = ""
    address: str = ""
    tags: tuple[str, ...] = ()
    owned_by_sales: bool = False

    @property
    def payable(self) -> bool:
        """Whether we owe it."""
        return self.kind == "payable"


#: An address with a slip in it: its mail server says that there is no such mailbox.
UNKNOWN = "qian.yu@huadnog.example"

MINGYUAN = Partner(
    "M-0217", "Mingyuan Hardware Co., Ltd.", "明远五金有限公司",
    (
        Person("Wang Min", "wang.min@mingyuan.example", "Accountant"),
        Person("Gao Feng", "gao.feng@mingyuan.example", "Buyer", PortalRole.LOOK, False),
    ),
    "on_time", limit=120_000, orders=4, owned_by_sales=True, tags=("key",),
    tax_id="91330106MA27MY2170", address="66 Wensan Road, Hangzhou",
)  # fmt: skip
ZHENGDA = Partner(
    "M-0221", "正大建材有限公司", "Zhengda Building Supplies Co., Ltd.",
    (Person("赵敏", "zhao.min@zhengda.example", "会计"),),
    "monthly", language="zh", limit=300_000, orders=4, size=2,
    tax_id="91320500MA1ZD22100", address="苏州市工业园区星湖街328号",
)  # fmt: skip
HUADONG = Partner(
    "M-0230", "Huadong Tool Trading Group", "华东工具商贸集团",
    (Person("Xu Lan", "xu.lan@huadong.example", "Head of accounts"),),
    "monthly", limit=400_000, orders=2, size=3, tags=("group",),
    tax_id="91310000MA1HD23000", address="2 Jungong Road, Shanghai",
)  # fmt: skip
SUZHOU = Partner(
    "M-0231", "Huadong Tools Suzhou", "华东工具苏州分公司",
    (Person("Qian Yu", UNKNOWN, "Accountant"),),
    "on_time", orders=2, parent="M-0230", tags=("group",),
)  # fmt: skip
NINGBO = Partner(
    "M-0232", "Huadong Tools Ningbo", "华东工具宁波分公司",
    (Person("Fang Jun", "fang.jun@huadong.example", "Accountant", PortalRole.ANSWER),),
    "on_time", orders=2, parent="M-0230", tags=("group",),
)  # fmt: skip
JINHAI = Partner(
    "M-0236", "金海五金机电商行", "Jinhai Hardware & Electric",
    (Person("马超", "ma.chao@jinhai.example", "店主"),),
    "rounds", language="zh", orders=3, terms=45, limit=20_000,
)  # fmt: skip
LIANYI = Partner(
    "M-0241", "Lianyi Machinery Co., Ltd.", "联益机电有限公司",
    (Person("Deng Hui", "deng.hui@lianyi.example", "Accounts payable"),),
    "on_time", orders=3, size=2, limit=200_000, owned_by_sales=True,
)  # fmt: skip
SANYOU = Partner(
    "M-0248", "三友园艺用品有限公司", "Sanyou Garden Supplies Co., Ltd.",
    (Person("何静", "he.jing@sanyou.example", "财务主管"),),
    "monthly", language="zh", orders=2, limit=60_000,
)  # fmt: skip
TIANHE = Partner(
    "M-0255", "Tianhe Fasteners Co., Ltd.", "天合紧固件有限公司",
    (Person("Luo Qiang", "luo.qiang@tianhe.example", "Managing director"),),
    "late", orders=3, limit=15_000, owned_by_sales=True, tags=("watch",),
)  # fmt: skip
DONGFANG = Partner(
    "M-0262", "Dongfang Industrial Goods Co., Ltd.", "东方工业品有限公司",
    (Person("Shen Ting", "shen.ting@dongfang.example", "Accountant"),),
    "on_time", orders=4, size=2, limit=250_000,
)  # fmt: skip
NORDHAVEN = Partner(
    "X-0104", "Nordhaven Werkzeuge GmbH", "",
    (Person("Anke Petersen", "anke.petersen@nordhaven.example", "Buchhaltung"),),
    "on_time", currencies=("EUR",), terms=60, orders=2, size=3, limit=90_000,
    tax_id="DE811223344", address="Speicherstraße 12, 28217 Bremen",
)  # fmt: skip
ATLAS = Partner(
    "X-0109", "Atlas Outillage SARL", "",
    (Person("Claire Morel", "claire.morel@atlas.example", "Comptable"),),
    "late", currencies=("EUR", "CNY"), terms=45, orders=2, size=2, limit=60_000,
    tax_id="FR40303265045", address="14 quai des Docks, 13002 Marseille",
)  # fmt: skip
YONGXIN = Partner(
    "S-0011", "Yongxin Steel Co., Ltd.", "永信钢材有限公司",
    (Person("Peng Bo", "peng.bo@yongxin.example", "Receivables"),),
    "monthly", kind="payable", orders=3, size=4, terms=60,
)  # fmt: skip
HAITONG = Partner(
    "S-0014", "海通包装有限公司", "Haitong Packaging Co., Ltd.",
    (Person("曹颖", "cao.ying@haitong.example", "应收会计"),),
    "on_time", language="zh", kind="payable", orders=2,
)  # fmt: skip

PARTNERS = (
    MINGYUAN, ZHENGDA, HUADONG, SUZHOU, NINGBO, JINHAI, LIANYI, SANYOU, TIANHE, DONGFANG,
    NORDHAVEN, ATLAS, YONGXIN, HAITONG,
)  # fmt: skip
#: Whose people may sign in to the portal, the first two named where the demo starts.
PORTAL = (MINGYUAN, ZHENGDA, NORDHAVEN, ATLAS, DONGFANG, TIANHE, HUADONG, YONGXIN)
