"""How far each account is with a period: seven stages, from collecting to closing.

A stage begins when the one before is through. What is read are sets for the whole period, so the
work does not grow with questions a customer.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.i18n import N_, Sentence
from tieout.ledger import balances
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.month_end import facts
from tieout.month_end.facts import Facts
from tieout.periods import Period
from tieout.statements import answers, auditing, moves

COLLECT, CLEAN, ISSUE, ANSWERS = "collect", "clean", "issue", "answers"
MATCH, RESOLVE, CLOSE = "match", "resolve", "close"
#: The seven stages, in their order, as staff read them.
STAGES: Mapping[str, str] = {
    COLLECT: N_("Collect"),
    CLEAN: N_("Clean"),
    ISSUE: N_("Issue"),
    ANSWERS: N_("Answers"),
    MATCH: N_("Match"),
    RESOLVE: N_("Resolve"),
    CLOSE: N_("Close"),
}

#: What an account without an outcome is counted under.
NOT_ISSUED, EXCUSED = "not_issued", "excused"
#: The lines of the table of answers.
OUTCOMES: Mapping[str, str] = {
    answers.AGREED: N_("Agreed"),
    answers.AGREED_EXCEPT: N_("Agreed except"),
    answers.DISAGREED: N_("Disagreed"),
    answers.OWN_BALANCE: N_("Own balance stated"),
    answers.DEEMED: N_("Deemed, no answer"),
    auditing.WITH_AUDITOR: N_("Answered, with the auditor"),
    answers.NO_ANSWER: N_("No answer yet"),
    NOT_ISSUED: N_("Not issued"),
    EXCUSED: N_("Excused"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage of one account."""

    #: Through: the next stage may begin.
    is_through: bool
    #: The code of a state; empty where a tick is enough.
    status: str = ""
    words: Sentence | None = None
    #: What somebody has to look at: imports, statement, matching, disputes, drafts.
    target: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one account is with a period."""

    customer_id: int
    code: str
    name: str
    owner_id: int | None
    account_id: int
    balance: Money
    statement_id: int | None
    #: One of `OUTCOMES`.
    outcome: str
    #: The books have changed since it was answered.
    is_changed: bool
    #: One a stage; None where it cannot begin.
    cells: tuple[Cell | None, ...]

    @property
    def through(self) -> int:
        """How many stages are through."""
        return sum(1 for cell in self.cells if cell is not None and cell.is_through)

    @property
    def is_closed(self) -> bool:
        """Whether every stage is through."""
        return self.through == len(STAGES)


DONE = Cell(True)


def standings(
    session: Session,
    period: Period,
    currency: str,
    *,
    kind: str = "receivable",
    owner_id: int | None = None,
    since: Period | None = None,
) -> list[Standing]:
    """Put every account of a currency with anything to say in its place, by customer.

    `since` takes in who had a balance or moved in a longer period that ends with this one.
    """
    owed = balances.balances(session, period.end, accounts=_accounts(currency, kind, owner_id))
    known = facts.read(session, period, kind)
    moved = set(session.scalars(_moved(since or period)))
    if since is not None:
        before = balances.balances(session, since.before)
        moved |= {account_id for account_id, opening in before.items() if opening}
    found = []
    for row in session.execute(_names(currency, kind, owner_id)):
        balance = owed.get(row.account_id, Money.zero(currency))
        if balance or row.account_id in moved or (row.customer_id, currency) in known.told:
            found.append(_standing(row, balance, known))
    return found


def counted(
    session: Session,
    period: Period,
    currency: str,
    *,
    kind: str = "receivable",
    owner_id: int | None = None,
) -> tuple[int, dict[str, int]]:
    """How many accounts there are to place, and how many are through with each stage.

    The figures of `standings`, without a place for each: accounts that are alike are placed once.
    """
    accounts = _accounts(currency, kind, owner_id)
    owed = balances.balances_minor(session, period.end, accounts=accounts)
    known = facts.read(session, period, kind)
    moved = set(session.scalars(_moved(period)))
    rows = [
        row
        for row in session.execute(_whose(currency, kind, owner_id))
        if owed.get(row.account_id)
        or row.account_id in moved
        or (row.customer_id, currency) in known.told
    ]
    return len(rows), through(rows, known)


def through(rows: Iterable[facts.Whose], known: Facts) -> dict[str, int]:
    """How many of some accounts are through with each stage."""
    found = dict.fromkeys(STAGES, 0)
    examples: dict[Hashable, facts.Whose] = {}
    count: Counter[Hashable] = Counter()
    for row in rows:
        key = _alike(row, known)
        examples.setdefault(key, row)
        count[key] += 1
    for key, example in examples.items():
        for stage, cell in zip(STAGES, _cells(example, known), strict=True):
            if cell is not None and cell.is_through:
                found[stage] += count[key]
    return found


def counts(rows: Sequence[Standing]) -> dict[str, int]:
    """How many accounts are through with each stage."""
    return {
        stage: sum(1 for row in rows if (cell := row.cells[at]) is not None and cell.is_through)
        for at, stage in enumerate(STAGES)
    }


def outcomes(rows: Iterable[Standing], currency: str) -> dict[str, tuple[int, Money]]:
    """How many accounts answered how, with their balances; every account once."""
    found = {code: (0, Money.zero(currency)) for code in OUTCOMES}
    for row in rows:
        count, amount = found[row.outcome]
        found[row.outcome] = (count + 1, amount + row.balance)
    return found


def currencies(session: Session, kind: str = "receivable") -> list[str]:
    """The currencies there are accounts in."""
    query = select(CustomerAccount.currency).where(CustomerAccount.kind == kind).distinct()
    return sorted(session.scalars(query))


def _standing(row: facts.Account, balance: Money, known: Facts) -> Standing:
    statement = known.statements.get(row.customer_id)
    answer = known.answers.get(row.account_id)
    changed = statement is not None and statement.is_changed and answer is not None
    return Standing(
        customer_id=row.customer_id,
        code=row.code,
        name=row.name,
        owner_id=row.owner_id,
        account_id=row.account_id,
        balance=balance,
        statement_id=statement.id if statement else None,
        outcome=_outcome(statement, answer),
        is_changed=changed,
        cells=tuple(_cells(row, known)),
    )


def _cells(row: facts.Whose, known: Facts) -> list[Cell | None]:
    statement = known.statements.get(row.customer_id)
    changed = statement is not None and statement.is_changed and row.account_id in known.answers
    cells: list[Cell | None] = []
    for make in (_collect, _clean, _issue, _answers, _match, _resolve, _close):
        waits = cells and (cells[-1] is None or not cells[-1].is_through)
        # what comes in late holds nobody up who has been told already
        goes_on = statement is not None and statement.state in moves.FROZEN and len(cells) <= 2
        cells.append(None if waits and not goes_on else make(row, known, changed))
    return cells


def _alike(row: facts.Whose, known: Facts) -> Hashable:
    """What the stages of an account hang on: accounts with the same are through with the same."""
    customer, account = row.customer_id, row.account_id
    told, compared = known.statements.get(customer), known.compared.get(account)
    return (
        customer in known.pending,
        bool(known.rows_to_put_right.get(customer)),
        told and (told.state, told.issued_on is None, told.is_changed),
        customer in known.reachable,
        customer in known.undelivered,
        known.answers.get(account),
        compared and (bool(compared.proposals), bool(compared.unexplained.minor)),
        bool(known.disputes.get(account)),
        bool(known.drafts.get(account)),
    )


def _outcome(statement: facts.Told | None, answer: facts.Answered | None) -> str:
    if statement is not None and statement.state == moves.EXCUSED:
        return EXCUSED
    if statement is None or statement.state != moves.ISSUED:
        return NOT_ISSUED
    return answer.outcome if answer else answers.NO_ANSWER


def _collect(row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    if row.customer_id not in known.pending:
        return DONE
    return Cell(False, "to_approve", Sentence(N_("import pending")), "imports")


def _clean(row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    count = known.rows_to_put_right.get(row.customer_id, 0)
    if count == 0:
        return DONE
    return Cell(
        False, "refused", Sentence(N_("%(count)s to put right"), {"count": count}), "imports"
    )


def _issue(row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    statement = known.statements.get(row.customer_id)
    if statement is not None and statement.state == moves.EXCUSED:
        return Cell(True, words=Sentence(N_("excused")))
    if statement is not None and statement.issued_on is not None:
        return Cell(True, words=Sentence("%(day)s", {"day": statement.issued_on}))
    if row.customer_id not in known.reachable:
        return Cell(False, "failed", Sentence(N_("no address")), "customer")
    if statement is None:
        return Cell(False, "not_answered", Sentence(N_("not prepared")), "statement")
    return Cell(False, statement.state, None, "statement")


def _answers(row: facts.Whose, known: Facts, changed: bool) -> Cell:
    statement, answer = known.statements.get(row.customer_id), known.answers.get(row.account_id)
    if statement is not None and statement.state == moves.EXCUSED:
        return DONE
    if changed:
        return Cell(False, "changed", Sentence(N_("changed since")), "statement")
    if answer is None:
        words = N_("not delivered") if row.customer_id in known.undelivered else N_("no answer")
        status = "failed" if row.customer_id in known.undelivered else "no_answer"
        return Cell(False, status, Sentence(words), "statement")
    quiet = {
        answers.AGREED: N_("agreed"),
        answers.OWN_BALANCE: N_("own balance"),
    }
    if answer.outcome in quiet:
        return Cell(True, words=Sentence(quiet[answer.outcome]))
    loud = {
        answers.AGREED_EXCEPT: N_("agreed except"),
        answers.DISAGREED: N_("disagreed"),
        answers.DEEMED: N_("deemed, no answer"),
        auditing.WITH_AUDITOR: N_("with the auditor"),
    }
    return Cell(True, answer.outcome, Sentence(loud[answer.outcome]), "statement")


def _match(row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    compared, answer = known.compared.get(row.account_id), known.answers.get(row.account_id)
    if compared is not None and compared.proposals:
        words = Sentence(N_("proposals: %(count)s"), {"count": compared.proposals})
        return Cell(False, "proposed", words, "matching")
    if compared is not None and compared.unexplained.minor:
        facts_ = {"amount": compared.unexplained}
        return Cell(
            False, "unexplained", Sentence(N_("%(amount)s unexplained"), facts_), "matching"
        )
    if compared is not None:
        return Cell(True, words=Sentence(N_("explained")))
    if answer is not None and answer.is_off:
        return Cell(False, "unexplained", Sentence(N_("to be matched")), "matching")
    return Cell(True, words=Sentence("0.00") if answer is not None else None)


def _resolve(row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    open_disputes = known.disputes.get(row.account_id, 0)
    if open_disputes:
        words = Sentence(N_("disputes: %(count)s"), {"count": open_disputes})
        return Cell(False, "disputed", words, "disputes")
    to_approve = known.drafts.get(row.account_id, 0)
    if to_approve:
        words = Sentence(N_("to approve: %(count)s"), {"count": to_approve})
        return Cell(False, "to_approve", words, "drafts")
    return DONE


def _close(_row: facts.Whose, known: Facts, _changed: bool) -> Cell:
    if known.is_closed:
        return Cell(True, words=Sentence(N_("closed")))
    return Cell(False, "ready", Sentence(N_("ready")))


def _accounts(currency: str, kind: str, owner_id: int | None) -> Select[int]:
    return visible_to(
        select(CustomerAccount.id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.currency == currency, CustomerAccount.kind == kind),
        owner_id,
    )


def _whose(currency: str, kind: str, owner_id: int | None) -> Select[int, int]:
    return visible_to(
        select(CustomerAccount.id.label("account_id"), CustomerAccount.customer_id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.currency == currency, CustomerAccount.kind == kind),
        owner_id,
    )


def _moved(period: Period) -> Select[int]:
    return (
        select(Document.account_id)
        .where(Document.issued_on >= period.start, Document.issued_on <= period.end)
        .distinct()
    )


def _names(
    currency: str, kind: str, owner_id: int | None
) -> Select[int, int, str, str, int | None]:
    return visible_to(
        select(
            CustomerAccount.id.label("account_id"),
            Customer.id.label("customer_id"),
            Customer.code,
            Customer.name,
            Customer.owner_id,
        )
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.currency == currency, CustomerAccount.kind == kind)
        .order_by(Customer.name, Customer.id),
        owner_id,
    )
