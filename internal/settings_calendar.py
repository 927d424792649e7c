"""The company's calendar: holidays, and weekends that are worked on."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from tieout import settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext, ngettext
from tieout.settings import CalendarDay, calendars, holidays
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, apart
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_calendar", __name__)


class DayForm(Form):
    """A day that is not as its weekday is."""

    on = DayField(N_("Day"), [Required(N_("Enter a day."))])
    kind = SelectField(
        N_("It is"), choices={"free": N_("a holiday"), "working": N_("a working day")}
    )
    name = StringField(N_("Name"))


class CountryForm(Form):
    """Whose holidays are kept."""

    country = SelectField(
        N_("Holidays of"),
        choices={"": N_("no country: days are marked by hand"), **holidays.COUNTRIES},
        description=N_("Days marked by hand stay. New years are marked once they are announced."),
    )


@bp.get("/settings/calendar")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the days of a year that are not as their weekdays are."""
    return _page(DayForm(formdata=None))


@bp.post("/settings/calendar")
@requires(Permission.CHANGE_SETTINGS)
def mark() -> ResponseReturnValue:
    """Mark a day as a holiday, or as worked on."""
    form = DayForm.checked(_page)
    with transaction() as session:
        on = form.on.data or settings.today(session)
        calendars.mark_day(
            session,
            on,
            is_working=form.kind.data == "working",
            name=str(form.name.data or ""),
            by=viewer().actor,
        )
    flash(gettext("The day is marked."))
    return redirect(url_for(".show", year=on.year), 303)


@bp.post("/settings/calendar/country")
@requires(Permission.CHANGE_SETTINGS)
def keep_country() -> ResponseReturnValue:
    """Choose whose holidays are kept, and mark those of this year and the next."""
    form = CountryForm.checked(lambda wrong: _page(DayForm(formdata=None), wrong))
    country = str(form.country.data or "")
    with transaction() as session:
        year = settings.today(session).year
        calendars.choose_country(session, country, by=viewer().actor)
        made = {
            one: calendars.take_over(
                session, country, one, language=viewer().language, by=viewer().actor
            )
            for one in ((year, year + 1) if country else ())
        }
    if not made:
        flash(gettext("From now on days are marked by hand; those that are marked stay."))
    for one, count in made.items():
        if count is None:
            flash(gettext("The holidays of %(year)s are not announced yet.", year=str(one)))
        else:
            flash(
                ngettext(
                    "%(year)s: %(num)s day is marked.",
                    "%(year)s: %(num)s days are marked.",
                    count,
                    year=str(one),
                )
            )
    return redirect(url_for(".show"), 303)


@bp.post("/settings/calendar/<int:day_id>/unmark")
@requires(Permission.CHANGE_SETTINGS)
def unmark(day_id: int) -> ResponseReturnValue:
    """Let a day be as its weekday is."""
    with transaction() as session:
        row = _found(session, day_id)
        year = row.on.year
        calendars.unmark_day(session, row, by=viewer().actor)
    flash(gettext("The day is as its weekday is."))
    return redirect(url_for(".show", year=year), 303)


def _page(form: DayForm, country: CountryForm | None = None) -> str:
    session = sessions()
    chosen = calendars.country_of(session)
    year = asked.number("year") or settings.today(session).year
    year = min(max(year, 2000), 2199)
    return page(
        "internal/settings_calendar.html",
        form=form,
        country_form=apart(country or CountryForm(formdata=None, country=chosen)),
        country=chosen,
        unmarked=calendars.unmarked_year(session, settings.today(session)),
        year=year,
        days=calendars.days_of_year(session, year),
        here=here,
    )


def _found(session: Session, day_id: int) -> CalendarDay:
    found = session.get(CalendarDay, day_id)
    if found is None:
        raise NotFound
    return found
