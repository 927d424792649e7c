"""`tieout search`: finds what a text is in, and makes the index anew."""

import json
from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_


@click.command()
@data_option
@click.argument("text", default="")
@click.option("--rebuild", is_flag=True, help="Make the full-text index of documents anew.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def search(data: Path, text: str, rebuild: bool, as_json: bool) -> int:
    """Find customers, documents, payments and products by any two characters of TEXT.

    Ends with 1 where nothing is found.
    """
    opened(data)
    if rebuild:
        _rebuild()
        if not text:
            return 0
    return _find(text, as_json=as_json)


def _rebuild() -> None:
    """A piece a transaction, so that others can write in between; what is posted stays found."""
    from tieout import db
    from tieout.ledger import search_index

    with db.transaction() as session:
        search_index.clear(session)
    last, count = 0, 0
    while True:
        with db.transaction() as session:
            ids = search_index.index_more(session, last)
        if not ids:
            break
        last, count = ids[-1], count + len(ids)
    say(N_("%(count)s documents are indexed."), count=f"{count:,}")


def _find(text: str, *, as_json: bool) -> int:
    from tieout import db
    from tieout.ledger import search as box

    with db.reading() as session:
        hits = box.search(session, text, limit=20)
    documents = [*hits.documents, *hits.payments]
    if as_json:
        told = {
            "customers": [{"code": one.code, "name": one.name} for one in hits.customers],
            "products": [{"code": one.code, "name": one.name} for one in hits.products],
            "documents": [
                {
                    "kind": one.kind,
                    "number": one.number,
                    "customer": one.customer_name,
                    "issued_on": one.issued_on.isoformat(),
                    "currency": one.amount.currency,
                    "amount": one.amount.plain,
                }
                for one in documents
            ],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        names = [(one.code, one.name) for one in hits.customers]
        names += [(one.code, one.name) for one in hits.products]
        for code, name in names:
            click.echo(f"{code}  {name}")
        for document in documents:
            amount = f"{document.amount.currency} {document.amount.plain}"
            click.echo(
                f"{document.issued_on}  {document.number}  {amount}  {document.customer_name}"
            )
    if hits == box.Hits():
        say(N_("Nothing is called “%(text)s”."), text=text, err=True)
        return 1
    return 0
