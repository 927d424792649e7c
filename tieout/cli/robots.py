"""`tieout robots`: robots of groups and web hooks, by the same rules as the page."""

import sys
from pathlib import Path
from typing import Any

import click

from tieout.cli.lists import Row, json_option, listed
from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_

_PLATFORMS = ("wecom", "dingtalk", "feishu", "webhook")


@click.group()
def robots() -> None:
    """List, add, test and switch off robots of groups and web hooks."""


@robots.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List them; never an address or a secret."""
    from tieout import db
    from tieout.messages import robots as kept

    opened(data)
    with db.reading() as session:
        told: list[dict[str, Any]] = [
            {
                "name": robot.name,
                "platform": robot.platform,
                "host": robot.host,
                "kinds": robot.kinds,
                "customer_id": robot.customer_id,
                "amounts": robot.amounts,
                "is_active": address.is_active,
            }
            for robot, address in session.execute(kept.every())
        ]
    if not told and not as_json:
        say(N_("No robot or web hook is set up. Add one with: tieout robots add"))
    listed(told, _line, as_json)


@robots.command()
@data_option
@click.argument("name")
@click.option("--platform", type=click.Choice(_PLATFORMS), required=True)
@click.option("--kind", "kinds", multiple=True, help="What it is told; may be given again.")
@click.option("--customer", default="", help="Code or name, for a customer's group.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--amounts", is_flag=True, help="Amounts may be said there.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read address and secret, a line each.")
def add(
    data: Path,
    name: str,
    platform: str,
    kinds: tuple[str, ...],
    customer: str,
    language: str,
    amounts: bool,
    from_stdin: bool,
) -> None:
    """Set one up; its address and secret are asked for, so that they stay out of the history."""
    from tieout import audit, clock, db
    from tieout.customers import find_customer
    from tieout.intake.connectors.reach import reach
    from tieout.messages import robots as kept

    opened(data)
    url, secret = _secrets(from_stdin)
    with db.transaction() as session:
        customer_id = find_customer(session, customer).id if customer else None
        given = kept.RobotInput(
            name,
            platform,
            url,
            secret,
            language,
            kinds or kept.kinds_for(platform, customer_id),
            customer_id,
            amounts,
        )
        kept.add(session, given, allows=reach().allows, by=audit.SYSTEM, at=clock.now())
    say(N_("%(name)s is set up. Try it with: tieout robots test “%(name)s”"), name=name)


@robots.command()
@data_option
@click.argument("name")
def test(data: Path, name: str) -> None:
    """Queue a test message; the worker sends it, the page Messages says what became of it."""
    from tieout import db, events
    from tieout.messages import robots as kept

    opened(data)
    with db.transaction() as session:
        address = kept.address_of(session, kept.named(session, name))
        events.publish(session, events.TrialAsked(address.id))
    say(N_("A test message for %(name)s is queued; the page Messages shows it."), name=name)


@robots.command()
@data_option
@click.argument("name")
def off(data: Path, name: str) -> None:
    """Say nothing there any more."""
    from tieout import audit, clock, db
    from tieout.messages import robots as kept

    opened(data)
    with db.transaction() as session:
        kept.switch_off(session, kept.named(session, name), by=audit.SYSTEM, at=clock.now())
    say(N_("%(name)s is switched off."), name=name)


@robots.command()
@data_option
@click.argument("name")
def on(data: Path, name: str) -> None:
    """Tell it things again."""
    from tieout import audit, db
    from tieout.messages import robots as kept

    opened(data)
    with db.transaction() as session:
        kept.switch_on(session, kept.named(session, name), by=audit.SYSTEM)
    say(N_("%(name)s is switched on."), name=name)


def _line(one: Row) -> str:
    kinds = ", ".join(str(kind) for kind in one["kinds"])
    return f"{one['name']}  [{one['platform']}]  {one['host']}  {kinds}"


def _secrets(from_stdin: bool) -> tuple[str, str]:
    if from_stdin:
        return sys.stdin.readline().strip(), sys.stdin.readline().strip()
    url = str(click.prompt("Address", hide_input=True))
    return url, str(click.prompt("Secret", hide_input=True, default="", show_default=False))
