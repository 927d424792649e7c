"""Long files, read and judged a part at a time by a stored run.

`cutting` keeps the rows of a file in parts in which all rows of a document stand together, `whole`
goes through a file and fills them, and `runs` does the work: it can be looked at, cancelled, and
goes on after a crash.
"""
