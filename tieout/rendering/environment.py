"""The Jinja environment: our templates, words of the reader's language, figures and dates.

    with reading("zh", "Asia/Shanghai"):
        text = render("reports/statement.html", statement=…)

`install` gives another environment, such as Flask's, the same filters and words.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_eval_context,
    select_autoescape,
)
from jinja2.nodes import EvalContext
from markupsafe import Markup

import tieout
from tieout.i18n import Sentence
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.table_cells import cells
from tieout.rendering.translation import reader

#: Text that is no markup, such as the text part of a mail, is not escaped.
ESCAPED = ("html", "htm", "xml", "xhtml", "svg")


def templates_path() -> Path:
    """Return where the templates lie: inside the package when installed, else beside it."""
    package = Path(tieout.__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@cache
def environment() -> Environment:
    """Return the one environment of everything that is not a web page."""
    env = Environment(
        loader=FileSystemLoader(templates_path()),
        autoescape=select_autoescape(ESCAPED, default=False, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    install(env)
    return env


def render(template: str, /, **data: object) -> str:
    """Fill in a template for whoever reads."""
    return environment().get_template(template).render(**data)


def install(env: Environment) -> None:
    """Give an environment our words, filters and globals; each asks who reads when it is used."""
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: reader.get().gettext(text),
        lambda singular, plural, n: reader.get().ngettext(singular, plural, n),
        newstyle=True,
        pgettext=lambda context, text: reader.get().pgettext(context, text),
        npgettext=lambda context, one, many, n: reader.get().npgettext(context, one, many, n),
    )
    env.globals.update(_=_gettext, gettext=_gettext)
    env.policies["ext.i18n.trimmed"] = True
    env.filters.update(FILTERS)
    env.globals.update(
        language=lambda: reader.get().language,
        zone_name=lambda: formats.zone_name(reader.get().zone, reader.get().language),
    )


@pass_eval_context
def _gettext(context: EvalContext, text: str, /, **facts: object) -> str:
    """A sentence in the reader's language; a page asks for a hundred, most without facts."""
    whose = reader.get()
    said = whose.gettext(text)
    if context.autoescape:
        said = Markup(said)  # noqa: S704 - our own words; facts are escaped when they are put in
    return whose.filled(said, facts) if "%" in said else said


def _money(value: Money | int, currency: str | None = None) -> Money:
    if isinstance(value, Money):
        return value
    if currency is None:
        raise TypeError("minor units need their currency: line.amount|money(section.currency)")
    return Money(value, currency)


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def money(value: Money | int, currency: str | None = None) -> str:
    """4,040.00, from Money or from minor units and their currency."""
    return formats.money(_money(value, currency), reader.get().language)


def signed(value: Money | int, currency: str | None = None) -> str:
    """+900.00."""
    return formats.signed(_money(value, currency), reader.get().language)


def amount(value: Money | int, currency: str | None = None) -> str:
    """CNY 4,040.00 or 4,040.00 元, inside a sentence."""
    return formats.amount(_money(value, currency), reader.get().language)


def currency_name(code: str) -> str:
    """CNY or 人民币, before a large figure."""
    return formats.currency_name(code, reader.get().language)


def currency_unit(code: str) -> str:
    """CNY or 元, in the head of a column."""
    return formats.currency_unit(code, reader.get().language)


def day(value: date | str) -> str:
    """30 Jun 2026 or 2026-06-30, in a table."""
    return formats.day(_date(value), reader.get().language)


def longday(value: date | str) -> str:
    """30 June 2026 or 2026年6月30日, in a sentence."""
    return formats.longday(_date(value), reader.get().language)


def monthday(value: date | str) -> str:
    """30 June or 6月30日, where the year is plain."""
    return formats.monthday(_date(value), reader.get().language)


def weekday_day(value: date | str) -> str:
    """Friday 10 July 2026 or 2026年7月10日星期五, for a deadline."""
    return formats.weekday_day(_date(value), reader.get().language)


def clock(value: datetime | str) -> str:
    """09:42 Beijing time or 北京时间 09:42."""
    return formats.clock(_moment(value), reader.get().language, reader.get().zone)


def moment(value: datetime | str) -> str:
    """3 July 2026, 09:42 Beijing time or 2026年7月3日 北京时间 09:42."""
    return formats.moment(_moment(value), reader.get().language, reader.get().zone)


def short_moment(value: datetime | str) -> str:
    """3 Jul 2026, 09:42 or 2026-07-03 09:42, where the zone stands at the head."""
    return formats.short_moment(_moment(value), reader.get().language, reader.get().zone)


def number(value: int | Decimal, decimals: int = 0) -> str:
    """1,204."""
    return formats.number(value, reader.get().language, decimals)


def percent(ratio: Decimal, decimals: int = 1) -> str:
    """12.5% from a ratio of 0.125."""
    return formats.percent(ratio, reader.get().language, decimals)


def quantity(millionths: int) -> str:
    """1,200.5 from millionths."""
    return formats.quantity(millionths, reader.get().language)


def price(millionths: int, currency: str = "") -> str:
    """28.00 or 0.125 from millionths."""
    return formats.price(millionths, reader.get().language, currency)


def period(value: Period | Mapping[str, str]) -> str:
    """June 2026 or 2026年6月, also from the two days in ISO form."""
    if not isinstance(value, Period):
        value = Period(_date(value["start"]), _date(value["end"]))
    return formats.period(value, reader.get().language)


def sentence(value: Sentence | str) -> str:
    """A sentence of the core, or words marked with N_, in the reader's language."""
    if isinstance(value, str):
        return reader.get().gettext(value) if value else ""
    return reader.get().sentence(value)


def fingerprint(digest: str, groups: int = 4) -> str:
    """7c1f 09ae 51d2 … e83b, or the whole digest in groups of four with groups=0."""
    parts = [digest[at : at + 4] for at in range(0, len(digest), 4)]
    if groups and len(parts) > groups:
        parts = [*parts[: groups - 1], "…", parts[-1]]
    return " ".join(parts)


FILTERS = {
    filter_.__name__: cast(object, filter_)
    for filter_ in (
        cells,
        money,
        signed,
        amount,
        currency_name,
        currency_unit,
        day,
        longday,
        monthday,
        weekday_day,
        clock,
        moment,
        short_moment,
        number,
        percent,
        quantity,
        price,
        period,
        sentence,
        fingerprint,
    )
}
