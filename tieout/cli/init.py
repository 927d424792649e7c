"""`tieout init`: set up the company and its database."""

from pathlib import Path

import click

from tieout.cli.place import data_option, out_of_reach
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence


@click.command()
@data_option
@click.option("--name", help="The company's name.")
@click.option("--short-name", default="", help="What it is called in a sentence.")
@click.option("--name-zh", default="", help="Its Chinese name.")
@click.option("--short-name-zh", default="", help="What it is called in a Chinese sentence.")
@click.option("--currency", help="Base currency, such as CNY or EUR.")
@click.option("--time-zone", help="Such as Asia/Shanghai or Europe/Berlin.")
@click.option("--languages", default="en,zh", show_default=True, help="The first is the default.")
@click.option("--database-url", help="postgresql://… instead of SQLite in the folder.")
def init(
    data: Path,
    name: str | None,
    short_name: str,
    name_zh: str,
    short_name_zh: str,
    currency: str | None,
    time_zone: str | None,
    languages: str,
    database_url: str | None,
) -> None:
    """Set up the company; run again, it changes nothing."""
    from tieout import app, audit, config, db, settings
    from tieout.operations import migrate

    if database_url:
        keep_url(data, database_url)
    with out_of_reach():
        app.compose(config.load(data))
        migrate.upgrade(db.engine())
    with db.reading() as session:
        there = session.get(settings.Company, 1)
        if there is not None:
            say(N_("%(name)s is set up here already; nothing was changed."), name=there.name)
            return
    name = name or click.prompt(said(Sentence(N_("Company name"))))
    currency = currency or click.prompt(said(Sentence(N_("Base currency"))), default="CNY")
    time_zone = time_zone or click.prompt(said(Sentence(N_("Time zone"))), default="Asia/Shanghai")
    with db.transaction() as session:
        settings.set_up(
            session,
            name=name,
            short_name=short_name,
            name_zh=name_zh,
            short_name_zh=short_name_zh,
            base_currency=currency,
            time_zone=time_zone,
            languages=[code.strip() for code in languages.split(",") if code.strip()],
            by=audit.SYSTEM,
        )
    say(N_("%(name)s is set up in %(path)s."), name=name, path=data.resolve())
    say(N_("Next: tieout user add --data %(path)s"), path=data)


def keep_url(data: Path, url: str) -> None:
    """Write the database's address into the settings file, where it is not there yet."""
    import json

    path = data / "tieout.toml"
    text = path.read_text("utf-8") if path.exists() else ""
    if "database_url" in text:
        return
    data.mkdir(parents=True, exist_ok=True)
    # a JSON string is a TOML string; the password in it is for the owner's eyes
    path.touch(mode=0o600)
    path.write_text(f"database_url = {json.dumps(url)}\n{text}", "utf-8")
