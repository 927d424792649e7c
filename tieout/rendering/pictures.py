"""Pictures people hand in, such as a logo or a seal: checked, and written anew by us.

What is kept is what was decoded and encoded again: nothing else that was in the file survives.
"""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from tieout.errors import InvalidInput
from tieout.i18n import N_

#: Bytes a file may have, and pixels a picture may have.
MOST_BYTES = 2_000_000
MOST_PIXELS = 8_000_000
LEAST_SIDE = 16
#: The longer side of what is kept, in pixels.
KEPT_SIDE = 1200
FORMATS = ("PNG", "JPEG")


class PictureTooLarge(InvalidInput):
    """A file with too many bytes."""

    message = N_("“%(name)s” has %(size)s kB; a picture may have 2,000 kB. Make it smaller.")


class NoPicture(InvalidInput):
    """A file that is no picture we take."""

    message = N_("“%(name)s” is no PNG or JPEG picture, whatever its name says. Save it as PNG.")


class PictureOutOfSize(InvalidInput):
    """Too many pixels, or too few."""

    message = N_(
        "“%(name)s” is %(width)s × %(height)s pixels. A picture needs 16 pixels each way, and may"
        " have 8 million in all."
    )


def checked(content: bytes, name: str) -> bytes:
    """Return a picture as PNG, made anew, no side longer than what paper needs.

    Raises:
        PictureTooLarge, NoPicture, PictureOutOfSize: it is not taken.
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge(name=name, size=f"{len(content) // 1000:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = picture.size
            if min(width, height) < LEAST_SIDE or width * height > MOST_PIXELS:
                raise PictureOutOfSize(name=name, width=width, height=height)
            picture.load()
            plain = picture.convert("RGBA" if "A" in picture.mode or picture.info else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise NoPicture(name=name) from None
    plain.thumbnail((KEPT_SIDE, KEPT_SIDE))
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()
