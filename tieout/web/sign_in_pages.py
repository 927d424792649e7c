"""The pages of signing in and out, the same for both faces: password, second factor, sign-out."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import EmailField, HiddenField, PasswordField, StringField

from tieout.audit import Actor
from tieout.i18n import N_
from tieout.identity.people import Person
from tieout.identity.sessions import Audience
from tieout.web import sign_in as signing
from tieout.web.access import public
from tieout.web.addresses import own_page
from tieout.web.forms import Form, Required
from tieout.web.pages import page


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(N_("E-mail address"), [Required(N_("Enter your e-mail address."))])
    password = PasswordField(N_("Password"), [Required(N_("Enter your password."))])
    next = HiddenField()


class CodeForm(Form):
    """The second factor."""

    code = StringField(N_("Code from your app"), [Required(N_("Enter the six digits."))])


def add_pages(
    bp: Blueprint,
    audience: Audience,
    *,
    home: str,
    template: str,
    by: Callable[[Session, Person], Actor],
) -> None:
    """Add the pages to a face: where it begins, what its first page looks like, who acts."""

    @bp.get("/sign-in")
    @public
    def form() -> ResponseReturnValue:
        """Ask who it is."""
        return _form(SignInForm(next=request.args.get("next", "")))

    @bp.post("/sign-in")
    @public
    def sign_in() -> ResponseReturnValue:
        """Sign in with a password."""
        given = SignInForm.checked(_form)
        target = own_page(given.next.data, request.script_root + home)
        password = str(given.password.data)
        known = signing.password_was(audience, str(given.email.data), password)
        if known.needs_code:
            signing.ask_for_code(audience, known, target)
            return redirect(url_for(".code"), 303)
        secret = signing.start(
            audience, known.person_id, method="password", by=by, password=password
        )
        return signing.go_on(audience, secret, target)

    @bp.get("/sign-in/code")
    @public
    def code() -> ResponseReturnValue:
        """Ask for the second factor."""
        return _code(CodeForm())

    @bp.post("/sign-in/code")
    @public
    def check_code() -> ResponseReturnValue:
        """Sign in with the second factor."""
        given = CodeForm.checked(_code)
        known, target = signing.code_was(audience, str(given.code.data))
        secret = signing.start(audience, known.person_id, method="totp", by=by)
        return signing.go_on(audience, secret, target)

    @bp.post("/sign-out")
    @public
    def sign_out() -> ResponseReturnValue:
        """Sign out; the session ends on the server."""
        return signing.sign_out(audience, url_for(".form"))

    def _form(given: SignInForm) -> ResponseReturnValue:
        return page(template, form=given)


def _code(given: CodeForm) -> ResponseReturnValue:
    return page("layouts/second_step.html", form=given)
