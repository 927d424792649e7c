"""Whatever other systems and customers hand over, on its way into the books.

Read, mapped, cleaned, staged, approved, posted. `reading`, `values`, `mapping`, `rows` and
`checks` are pure: they know files and values, no database.
"""
