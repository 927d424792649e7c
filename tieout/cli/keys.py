"""`tieout keys`: the keys secrets and stored files are closed with; a new one in two steps."""

from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_


@click.command("keys")
@data_option
@click.option("--add", "adds", is_flag=True, help="Make a new key; it closes from then on.")
@click.option("--renew", is_flag=True, help="Close secrets anew with the newest key.")
def keys(data: Path, adds: bool, renew: bool) -> int:
    """Say how many keys there are; add one, then close the secrets with it.

    After --add, restart Tieout, then --renew. Older keys stay in keys.json: stored files need
    them, because a stored file is never written again.
    """
    settings = opened(data)
    if adds:
        return _add(data)
    if renew:
        return _renew()
    say(N_("%(count)s keys in %(path)s."), count=len(settings.keys.fields), path=data / "keys.json")
    return 0


def _add(data: Path) -> int:
    from tieout import audit, config, db

    count = config.add_key(data)
    with db.transaction() as session:
        audit.record(session, audit.SYSTEM, "key.added", ("Key", count), after={"keys": count})
    say(N_("A key was added; there are %(count)s. Restart Tieout, then: tieout keys --renew"),
        count=count)  # fmt: skip
    say(N_("Make a backup soon: an older one does not hold the new key."))
    return 0


def _renew() -> int:
    from tieout import audit, db
    from tieout.identity import second_factor
    from tieout.intake.connectors import sealing
    from tieout.messages import robots

    with db.transaction() as session:
        connectors, people = sealing.renew(session), second_factor.renew(session)
        hooks = robots.renew(session)
        told = {"connectors": connectors, "second_factors": people, "robots": hooks}
        audit.record(session, audit.SYSTEM, "secrets.renewed", ("Key", 1), after=told)
    words = N_("Closed anew: secrets of %(connectors)s connectors, %(people)s second factors.")
    say(words, connectors=connectors, people=people)
    if hooks:
        say(N_("Closed anew: addresses of %(count)s robots and web hooks."), count=hooks)
    return 0
