"""The QR code of an enrollment as a matrix, small enough for a terminal of 80×24."""

from collections.abc import Iterator
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

from mfadrill.core.totp import provisioning_uri

#: Version 4 has 33×33 modules: 37×18 cells with the quiet zone. A version more has four modules more.
LARGEST_VERSION = 4

#: White around the code, in modules. One is enough for readers; two look better where there are cells for it.
QUIET_ACROSS, QUIET_DOWN = 2, 1

Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=8)
def matrix(uri: str) -> Matrix:
    """The modules, row by row, without a quiet zone; true is black."""
    return _made(uri)[1]


@lru_cache(maxsize=8)
def enrollment_uri(secret: str, username: str, organization: str) -> str:
    """The otpauth URI with the longest label whose QR code is small enough.

    The secret is all that counts; issuer and account only tell the entries of an authenticator app apart.
    """
    uri = ""
    for name, issuer in _labels(username, organization):
        uri = provisioning_uri(secret, name, issuer)
        if _made(uri)[0] <= LARGEST_VERSION:
            break
    return uri


def _labels(username: str, organization: str) -> Iterator[tuple[str, str]]:
    """Account and issuer, from the best to the shortest. The issuer may stand in the account, too."""
    yield username, organization
    first_word = next(iter(organization.split()), "")
    if first_word:
        yield username, first_word
        yield f"{first_word}:{username}", ""
    for length in range(len(username), 0, -1):
        yield username[:length], ""


def _made(uri: str) -> tuple[int, Matrix]:
    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(uri)
    code.make(fit=True)
    return code.version, tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
