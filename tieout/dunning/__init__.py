"""Reminders: who gets what today, worked out again when it leaves.

`selection` is the pure rule, `policies` say when, `holds` and `promises` pause, `stale` keeps
reminders in when payments are old, `notices` plans and freezes.
"""
