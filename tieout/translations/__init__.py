"""What we say in other languages: one catalogue an area, merged into one a language.

English is written in the code; every other language has `<language>/LC_MESSAGES/<area>.po`.
`catalogues` merges, compiles and loads them, `extraction` finds what is said, and
`python -m tieout.translations` is their command.
"""
