"""The kinds of stored runs: what does an item of each; workers and pages look it up here."""

from tieout.registry import Registry
from tieout.runs.work import Handler

RUN_KINDS: Registry[Handler] = Registry(
    "tieout.run_kinds",
    statement_drafts="tieout.statements.runs:HANDLER",
    statement_issue="tieout.statements.runs:HANDLER",
    statement_send="tieout.month_end.bulk_runs:HANDLER",
    answer_reminders="tieout.month_end.bulk_runs:HANDLER",
    **{"import": "tieout.intake.parts.runs:HANDLER"},
    reminders="tieout.dunning.runs:HANDLER",
    matching="tieout.reconciliation.company_runs:HANDLER",
)
