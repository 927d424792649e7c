"""Pulling: what a source has is stored as files that become imports, and the mark moves with them.

`at_work` keeps a connector from running twice, `taking` stores what it gives. Network and files are
waited for outside of any transaction.
"""

import logging
import secrets as chance
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import clock
from tieout.audit import Actor
from tieout.db import reading, transaction
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake.connectors import at_work, queries, sealing, taking
from tieout.intake.connectors.at_work import Job, TakenOver
from tieout.intake.connectors.due import OPEN
from tieout.intake.connectors.http import Busy
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.intake.connectors.plain import reason_of
from tieout.intake.connectors.protocol import Moved, PulledFile, Trouble
from tieout.intake.connectors.registry import CONNECTORS

log = logging.getLogger(__name__)

STOPPED = N_("The connector stopped: %(reason)s. Nothing was lost; it is tried again.")


def ask(session: Session, connector: Connector, *, by: Actor) -> ConnectorPull:
    """Ask for a pull now; where one is waiting or at work, it is that one."""
    open_pulls = queries.pulls(connector.id).where(ConnectorPull.state.in_(OPEN)).limit(1)
    found = session.scalars(open_pulls).first()
    if found is not None:
        return found
    pull = ConnectorPull(
        connector_id=connector.id,
        period=f"asked:{chance.token_hex(8)}",
        asked_by=by.label,
        asked_at=clock.now(),
    )
    session.add(pull)
    session.flush()
    return pull


def waiting() -> list[int]:
    """Pulls that have been asked for or left behind."""
    with reading() as session:
        query = select(ConnectorPull.id).where(ConnectorPull.state.in_(OPEN))
        return list(session.scalars(query.order_by(ConnectorPull.id)))


def work_waiting(owner: str, stop: Callable[[], bool] = lambda: False) -> int:
    """Do every pull that waits and is nobody's, and return how many there were."""
    done = 0
    for pull_id in waiting():
        if stop():
            break
        done += work(pull_id, owner, stop)
    return done


def work(pull_id: int, owner: str, stop: Callable[[], bool] = lambda: False) -> bool:
    """Do one pull, unless somebody else does; say whether it was done here."""
    with transaction() as session:
        job = at_work.claim(session, pull_id, owner)
    if job is None:
        return False
    error: Sentence | None = None
    pause: timedelta | None = None
    try:
        with at_work.alive(job):
            _pull(job, stop)
    except TakenOver:
        log.warning("pull %s was taken over by another process", job.pull_id)
        return False
    except taking.PutOff:
        with transaction() as session:
            at_work.put_off(session, job)
        return False
    except Busy as busy:
        error, pause = busy.sentence, timedelta(seconds=int(str(busy.facts["seconds"])))
    except TieoutError as refused:
        error = refused.sentence
    except Exception as broken:  # of a plug-in, or of the machine
        log.error("pull %s stopped: %s", job.pull_id, job.clean_text(reason_of(broken)))
        error = Sentence(STOPPED, {"reason": reason_of(broken)})
    with transaction() as session:
        at_work.finish(session, job, job.clean(error), pause)
    return True


def _pull(job: Job, stop: Callable[[], bool]) -> None:
    """Pull, and store each thing as it comes."""
    opened = sealing.opened(job.name, job.sealed)
    for item_id in taking.left_behind(job):
        taking.go_on(job, item_id, stop)
    source = CONNECTORS[job.kind]
    for no, found in enumerate(source.pull(job.values, opened, job.mark), start=1):
        match found:
            case PulledFile():
                taking.take(job, found, no, stop)
            case Trouble(name, sentence, is_waiting):
                taking.note(job, name, job.clean(sentence), is_problem=not is_waiting)
            case Moved():
                with transaction() as session:
                    at_work.held(session, job)
                    taking.move(session, job, found)
