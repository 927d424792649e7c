"""Passwords: the rules they follow, and Argon2id."""

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tieout.errors import InvalidInput
from tieout.i18n import N_

SHORTEST = 12
LONGEST = 200

#: Words that everybody tries first, without their digits and signs.
_COMMON = frozenset(
    "password passwort passw qwerty qwertyuiop asdfgh asdfghjkl letmein welcome admin"
    " administrator iloveyou monkey dragon football baseball tieout changeme secret test"
    " mima woaini duizhang".split()
)

_hasher = PasswordHasher()


class PasswordTooShort(InvalidInput):
    """A password that can be tried out."""

    message = N_("A password needs at least %(shortest)s characters. A short sentence is good.")


class PasswordTooLong(InvalidInput):
    """More than anybody types."""

    message = N_("A password has at most %(longest)s characters.")


class PasswordTooCommon(InvalidInput):
    """A password that is tried first."""

    message = N_(
        "This password is easily guessed. Take several words that have nothing to do with you."
    )


def check(password: str, *, about: tuple[str, ...] = ()) -> None:
    """See that a new password is good enough; `about` is what others know of the person.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordTooCommon: it is not.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    plain = password.lower()
    if len(set(plain)) < 5 or re.sub(r"[\W\d_]+", "", plain) in _COMMON | {""}:
        raise PasswordTooCommon
    for known in about:
        if len(known) > 3 and known.lower() in plain and len(plain) - len(known) < 8:
            raise PasswordTooCommon


def hashed(password: str) -> str:
    """The Argon2id hash to be stored."""
    return _hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether a password is the stored one; takes as long where nothing is stored."""
    try:
        _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")
