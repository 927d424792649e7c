"""Data pulled from other systems by schedule or button, on its way into the intake.

`protocol` says what a connector is, `registry` which there are; `folder`, `database` and `rest`
are built in. `services` sets them up, `due` says when, `pulling` pulls: what came in is stored
as a file, becomes an import batch, and moves the mark, all in one transaction.
"""
