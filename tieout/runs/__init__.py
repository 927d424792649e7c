"""Long work as stored runs of items, scheduled jobs that happen once, and leases.

`stored` makes a run and its items, `work` does them and goes on after a crash, `ledger` decides
whether a scheduled job happens in its period, `leases` who may do what only one may do, and
`jobs` says what a job is.
"""

from tieout.runs.ledger import once
from tieout.runs.models import JobRun, Lease, Run, RunItem
from tieout.runs.stored import (
    Progress,
    cancel,
    create,
    find,
    progress,
    resume,
    retry,
    unfinished,
)
from tieout.runs.work import let_go, work_through

__all__ = [
    "JobRun",
    "Lease",
    "Progress",
    "Run",
    "RunItem",
    "cancel",
    "create",
    "find",
    "let_go",
    "once",
    "progress",
    "resume",
    "retry",
    "unfinished",
    "work_through",
]
