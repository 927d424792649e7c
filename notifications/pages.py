"""The pages messages point at; a test holds that each is a page there is."""

HOME = "/"
#: Opened by a secret; shows one statement.
STATEMENT = "/s/{secret}"
#: The same for whoever signs in.
STATEMENT_SIGNED_IN = "/statements/{id}"
SIGN_IN_ONCE = "/sign-in/once/{secret}"
PREFERENCES = "/preferences"
UNSUBSCRIBE = "/unsubscribe/{secret}"
DISPUTE = "/disputes/{id}"
RECONCILIATION = "/books/{id}"
VERIFY = "/verify/{code}"
DESK = "/desk/"
DESK_DISPUTE = "/desk/disputes/{id}"
DESK_MESSAGES = "/desk/messages"
DESK_IMPORTS = "/desk/imports"
DESK_IMPORT = "/desk/imports/{id}"
DESK_DRAFTS = "/desk/approvals"
