"""How the sample company's statements look, and when they prepare themselves."""

import io
import math
from collections.abc import Iterator
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from tieout import attachments
from tieout.attachments import Attachment
from tieout.demo import cast
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.setting_up import Cast
from tieout.rendering import pictures
from tieout.rendering.lettering import FONTS
from tieout.statements import schedules, templates
from tieout.statements.layouts import BY_MONTH, Layout
from tieout.statements.schedules import MONTH, QUARTER, ScheduleInput
from tieout.statements.templates import TemplateInput

_BLUE, _RED = (31, 75, 143, 255), (190, 40, 40, 255)
_SIDE = 480

HOUSE = Layout(
    words={
        "before": {
            "en": "Please compare with your books and confirm, in the portal or by the slip below.",
            "zh": "请与贵方账簿核对，并在对账平台或以下方回执确认。",
        },
        "foot": {
            "en": "Harbour Tools Co., Ltd. · 18 Harbour Road, Binjiang, Hangzhou",
            "zh": "海港工具有限公司 · 杭州市滨江区海港路18号",
        },
    },
)
BY_THE_MONTH = Layout(
    columns=("date", "document", "reference", "charge", "credit", "balance"),
    parts=("movements", "ageing", "open_items", "pay_to"),
    group=BY_MONTH,
    words={"title": {"en": "Account of the year", "zh": "年度往来对账单"}},
)


class Looks:
    """Two templates, of which one is the house's; a schedule for dealers and one for suppliers."""

    def __init__(self, dates: Dates, people: Cast) -> None:
        self.dates, self.cast = dates, people

    def chapters(self) -> Iterator[Chapter]:
        """The templates before the first statements, the schedules once all are issued."""
        early = self.dates.at(self.dates.first, 10)
        late = self.dates.answered(8, 15)
        yield Chapter(early, lambda session: self._templates(session, early))
        yield Chapter(late, lambda session: self._schedules(session, late))

    def _templates(self, session: Session, at: datetime) -> None:
        by = self.cast.chen
        house = TemplateInput(
            "House style, with seal",
            HOUSE,
            self._picture(session, "logo", logo(), at),
            self._picture(session, "seal", seal(), at),
        )
        made = templates.make(session, house, by=by, at=at)
        templates.make(session, TemplateInput("Account of the year", BY_THE_MONTH), by=by, at=at)
        templates.choose(session, "company", 0, made.id, by=self.cast.zhou)

    def _picture(self, session: Session, name: str, content: bytes, at: datetime) -> Attachment:
        return attachments.store(
            session,
            pictures.checked(content, f"{name}.png"),
            filename=f"{name}.png",
            media_type="image/png",
            purpose=templates.PURPOSE,
            customer_id=None,
            by=self.cast.chen,
            at=at,
        )

    def _schedules(self, session: Session, at: datetime) -> None:
        monthly = ScheduleInput(MONTH, 1)
        quarterly = ScheduleInput(QUARTER, 5, kind="payable")
        for given in (monthly, quarterly):
            schedules.add(session, given, on=at.date(), by=self.cast.zhou, at=at)


def logo() -> bytes:
    """A harbour crane over water, in blue."""
    picture = Image.new("RGBA", (_SIDE, _SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    for line in (
        (120, 400, 120, 100),
        (70, 150, 400, 150),
        (120, 100, 400, 150),
        (340, 150, 340, 270),
    ):
        pen.line(line, _BLUE, 26)
    pen.rectangle((285, 270, 395, 345), _BLUE)
    for at in range(40, 400, 120):
        pen.arc((at, 390, at + 120, 450), 0, 180, _BLUE, 18)
    return _png(picture)


def seal() -> bytes:
    """A round seal: two rings, a star, the name along the edge."""
    picture = Image.new("RGBA", (_SIDE, _SIDE), (255, 255, 255, 0))
    pen, middle = ImageDraw.Draw(picture), _SIDE / 2
    pen.ellipse((8, 8, _SIDE - 8, _SIDE - 8), outline=_RED, width=14)
    points = [
        (
            middle + radius * math.sin(math.pi * step / 5),
            middle - radius * math.cos(math.pi * step / 5),
        )
        for step, radius in ((step, (76, 30)[step % 2]) for step in range(10))
    ]
    pen.polygon(points, _RED)
    font = ImageFont.truetype(FONTS / "NotoSansSC-Bold.ttf", 58)
    name = cast.COMPANY["name_zh"]
    for no, character in enumerate(name):
        turn = 240 * (no / (len(name) - 1) - 0.5)
        one = Image.new("RGBA", picture.size, (255, 255, 255, 0))
        ImageDraw.Draw(one).text((middle, 62), character, _RED, font, anchor="mm")
        picture.alpha_composite(one.rotate(-turn))
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
