"""What a customer takes along, file by file: all of it read through the viewer's scope."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TypedDict

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.documents import table_of, wanted
from portal.scope import mine
from tieout import attachments
from tieout.attachments import Attachment
from tieout.db import reading
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.reconciliation import handing_in
from tieout.rendering import csv, excel
from tieout.rendering.tables import TableDefinition
from tieout.rendering.translation import reader
from tieout.reports import packed
from tieout.reports.frozen import certificate_print, statement_print
from tieout.reports.making import made
from tieout.statements import evidence, queries
from tieout.statements.models import Confirmation, LineAnswer, Statement
from tieout.web.viewer import viewer

#: A name in the pack, and how its content is made when its turn comes.
File = tuple[str, Callable[[], bytes]]


def contents(session: Session, at: datetime) -> list[File]:
    """Everything, in the order of the pack; what is read from the books is read now."""
    return [
        *_documents(session, at),
        *_answers(session, at),
        *_disputes(session, at),
        *_ledgers(session),
        *_statements(session, at),
    ]


def _documents(session: Session, at: datetime) -> Iterator[File]:
    yield from _table(table_of(session, wanted(session)), "documents", at)


def _answers(session: Session, at: datetime) -> Iterator[File]:
    found = session.scalars(
        mine(select(Confirmation).order_by(Confirmation.id), Confirmation)
    ).all()
    yield from _table(packed.answers_table(session, found), "answers", at)
    lines = session.scalars(mine(select(LineAnswer).order_by(LineAnswer.id), LineAnswer)).all()
    yield from _table(packed.lines_table(session, lines), "answers to lines", at)
    for one in found:
        yield f"answers/{one.receipt}.json", partial(_given, packed.answer_json(session, one))
        yield (
            f"answers/{one.receipt}.pdf",
            partial(made, "certificate.pdf", certificate_print(session, one, **_printed(at))),
        )
        for file in evidence.files(session, one.customer_id, one.evidence):
            yield _file(file, f"answers/{one.receipt}")


def _disputes(session: Session, at: datetime) -> Iterator[File]:
    search = DisputeSearch(customer_id=viewer().customer_id)
    found = session.scalars(mine(disputes(search), Dispute)).all()
    yield from _table(packed.disputes_table(session, found), "disputes", at)
    for one in found:
        told = packed.dispute_json(session, one, internal=False)
        yield f"disputes/{one.receipt}.json", partial(_given, told)
        for file in packed.dispute_files(session, one, internal=False):
            yield _file(file, f"disputes/{one.receipt}")


def _ledgers(session: Session) -> Iterator[File]:
    """The ledgers they handed in themselves."""
    own = handing_in.purpose_of(None)
    theirs = or_(Attachment.purpose == own, Attachment.purpose.startswith(f"{own}:"))
    query = select(Attachment).where(theirs).order_by(Attachment.id)
    for file in session.scalars(mine(query, Attachment)):
        yield _file(file, f"your ledgers/{file.id}")


def _statements(session: Session, at: datetime) -> Iterator[File]:
    found = session.scalars(mine(queries.issued(), Statement)).all()
    for one in queries.standings(session, found):
        if one.is_hidden:
            continue
        statement = one.statement
        name = f"statements/{statement.number}-v{statement.version}"
        # exactly the bytes whose SHA-256 stands on the statement
        yield f"{name}.json", partial(_given, statement.frozen.encode())
        data = statement_print(statement, **_printed(at))
        for ending in ("pdf", "xlsx", "csv"):
            yield f"{name}.{ending}", partial(made, f"statement.{ending}", data)


def _table(table: TableDefinition, name: str, at: datetime) -> Iterator[File]:
    yield f"{name}.csv", partial(_given, csv.write(table))
    yield f"{name}.xlsx", partial(_given, excel.workbook(table.name, [table], at=at))


def _file(file: Attachment, folder: str) -> File:
    return f"{folder}/{file.filename}", partial(_opened, file.id)


def _opened(attachment_id: int) -> bytes:
    """A file that was found above, read when the page's own session is over."""
    with reading() as session:
        return attachments.content_of(session.get_one(Attachment, attachment_id))


class _Printed(TypedDict):
    language: str
    zone: str
    base_url: str
    printed_at: datetime


def _printed(at: datetime) -> _Printed:
    return {
        "language": reader.get().language,
        "zone": reader.get().zone,
        "base_url": current_app.config["TIEOUT"].base_url,
        "printed_at": at,
    }


def _given(content: bytes) -> bytes:
    return content
