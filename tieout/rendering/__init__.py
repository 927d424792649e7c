"""How things are shown: words, figures and dates of a language, pages, PDFs, workbooks, CSV.

`formats` writes figures and dates, `translation` words, `environment` joins both in Jinja.
`tables` describes a table once; `pdf`, `excel` and `csv` write it. `pool` renders in processes of
their own. Nothing here knows Flask or the database.
"""
