"""What both faces share of Flask: sign-in, security, errors, forms, language, files.

A page is a module of a face with a blueprint `bp`; each view says who may open it
(`access`), draws with `pages.page`, reads forms with `forms.Form`, acts in one `transaction()`.
"""
