"""`tieout user`: the company's people."""

import sys
from pathlib import Path
from typing import Any

import click

from tieout.cli.lists import json_option, listed
from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_
from tieout.identity.permissions import Role


@click.group()
def user() -> None:
    """Add, list and deactivate the company's people."""


@user.command()
@data_option
@click.option("--email", prompt=True, help="What they sign in with.")
@click.option("--name", prompt=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--invite", is_flag=True, help="Print a link by which they choose a password.")
def add(
    data: Path,
    email: str,
    name: str,
    roles: tuple[str, ...],
    language: str,
    password_stdin: bool,
    invite: bool,
) -> None:
    """Add somebody."""
    from tieout import audit, clock, db
    from tieout.identity import people, tokens

    settings = opened(data)
    if not roles:
        roles = (click.prompt("Role", type=click.Choice([role.value for role in Role])),)
    password = None if invite else _password(password_stdin)
    with db.transaction() as session:
        added = people.add_staff(
            session,
            email=email,
            name=name,
            roles=roles,
            language=language,
            password=password,
            by=audit.SYSTEM,
            at=clock.now(),
        )
        secret = ""
        if invite:
            secret = tokens.secret_of(people.invite(session, added, at=clock.now()))
    say(N_("%(name)s may sign in as %(email)s."), name=added.name, email=added.email)
    if secret:
        say(N_("To choose a password, within a week:"))
        click.echo(f"{settings.base_url}/desk/invitation/{secret}")


@user.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List everybody."""
    from tieout import db
    from tieout.identity import people

    opened(data)
    with db.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "id": one.id,
                "email": one.email,
                "name": one.name,
                "roles": one.roles,
                "is_active": one.is_active,
            }
            for one in session.execute(people.staff()).scalars()
        ]
    listed(rows, lambda row: f"{row['email']}  {row['name']}  {', '.join(row['roles'])}", as_json)


@user.command()
@data_option
@click.argument("email")
def deactivate(data: Path, email: str) -> None:
    """Let somebody sign in no more; their sessions end at once."""
    from tieout import audit, clock, db
    from tieout.identity import people

    opened(data)
    with db.transaction() as session:
        found = people.find_staff(session, email)
        people.deactivate(session, found, by=audit.SYSTEM, at=clock.now())
    say(N_("%(name)s signs in no more."), name=found.name)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
