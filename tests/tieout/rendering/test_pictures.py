"""Logos and seals: checked by what they are, and made anew before they are kept."""

import io

import pytest
from PIL import Image, PngImagePlugin

from tieout.rendering import pictures


def picture(width: int = 200, height: int = 100, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 20, 20)).save(out, kind)
    return out.getvalue()


def test_a_picture_is_made_anew_and_nothing_else_of_the_file_survives() -> None:
    out = io.BytesIO()
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGBA", (50, 50)).save(out, "PNG", pnginfo=said)

    kept = pictures.checked(out.getvalue() + b"<?php evil ?>", "logo.png")

    assert b"script" not in kept
    assert b"evil" not in kept
    assert Image.open(io.BytesIO(kept)).size == (50, 50)


def test_a_large_one_is_made_smaller() -> None:
    kept = pictures.checked(picture(2400, 1200, "JPEG"), "logo.jpg")

    assert Image.open(io.BytesIO(kept)).size == (1200, 600)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture(kind="GIF"),
        picture()[:60],
        b"MZ" + picture(),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(pictures.NoPicture):
        pictures.checked(content, "logo.png")


def test_too_many_bytes_or_pixels_or_too_few_are_refused() -> None:
    with pytest.raises(pictures.PictureTooLarge):
        pictures.checked(b"x" * 2_000_001, "logo.png")
    with pytest.raises(pictures.PictureOutOfSize):
        pictures.checked(picture(4000, 3000), "logo.png")
    with pytest.raises(pictures.PictureOutOfSize):
        pictures.checked(picture(8, 200), "logo.png")
