"""People who sign in: the table of permissions, sessions, links, limits, second factors.

`people` adds and changes them, `credentials` and `second_factor` let them in, `sessions` keeps
them in, `tokens` makes the links that are sent. What somebody sees is narrowed by the faces.
"""
