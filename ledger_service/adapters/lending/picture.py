"""Marks a PNG or JPEG: a line on a strip below the picture, and the number in its metadata and its pixels.

A PNG's pixels carry the number, too, in the lowest bit of one channel, over and over, so that it survives
another program's saving without loss, and a cut. A JPEG is compressed anew by its own tables; its pixels
carry nothing that would last.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin

from ledger_service.adapters.lending.failures import Failure, NotMarked
from ledger_service.adapters.lending.pixels import hide, seek
from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import MarkedKind, format_mark

MOST_PIXELS = 50_000_000
LEAST_WIDTH = 64  # pixels, for a line that somebody could read
STRIP_SHARE = 28  # the strip's height is the picture's longer side by this, within bounds
LOWEST_STRIP, HIGHEST_STRIP = 12, 80  # pixels
ORIENTATION = 0x0112  # tag of Exif
_PLAIN_MODES = {"PNG": ("L", "LA", "RGB", "RGBA"), "JPEG": ("L", "RGB", "CMYK")}
_MALFORMED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError)


def mark_picture(data: bytes, kind: MarkedKind, copy: CopyId, line: Image.Image) -> bytes:
    """Return the picture with the line below it. line: black letters on white. Raises NotMarked."""
    try:
        picture = _opened(data, kind)
        made = io.BytesIO()
        with _longer(_turned(_plain(picture)), line) as marked:
            if kind is MarkedKind.PNG:
                _save_png(picture, hide(marked, copy), copy, made)
            else:
                _save_jpeg(picture, marked, copy, made)
    except _MALFORMED as exc:
        raise NotMarked(Failure.MALFORMED) from exc
    return made.getvalue()


def numbers_in_pixels(data: bytes) -> list[CopyId]:
    """Return the number that a PNG's pixels carry, if any; raise NotMarked."""
    try:
        found = seek(_plain(_opened(data, MarkedKind.PNG)))
    except _MALFORMED as exc:
        raise NotMarked(Failure.MALFORMED) from exc
    return [] if found is None else [found]


def _opened(data: bytes, kind: MarkedKind) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are bounded here
            picture = Image.open(io.BytesIO(data), formats=[kind.name])
    except Image.DecompressionBombError as exc:
        raise NotMarked(Failure.UNPACKS_TOO_FAR) from exc
    if picture.width * picture.height > MOST_PIXELS:
        raise NotMarked(Failure.UNPACKS_TOO_FAR)
    if getattr(picture, "n_frames", 1) > 1 or picture.width < LEAST_WIDTH:
        raise NotMarked(Failure.OTHER_FORM)
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture with channels of 8 bits, in which letters can be drawn."""
    picture.load()
    if picture.mode in _PLAIN_MODES[picture.format or ""]:
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    raise NotMarked(Failure.OTHER_FORM)  # 16 bits a channel, of which half would be lost


def _turned(picture: Image.Image) -> Image.Image:
    """Return the picture as people see it, so that the strip is below."""
    return ImageOps.exif_transpose(picture)


def _longer(picture: Image.Image, line: Image.Image) -> Image.Image:
    wanted = max(picture.size) // STRIP_SHARE
    height = max(
        LOWEST_STRIP, min(HIGHEST_STRIP, wanted, picture.width * line.height // line.width)
    )
    width = min(picture.width, height * line.width // line.height)
    letters = line.resize((max(1, width), height), Image.Resampling.LANCZOS)
    strip = Image.new("L", (picture.width, height), 255)
    strip.paste(letters, (0, 0))
    longer = Image.new(picture.mode, (picture.width, picture.height + height))
    longer.paste(picture, (0, 0))
    longer.paste(strip.convert(picture.mode), (0, picture.height))
    return longer


def _kept(picture: Image.Image) -> dict[str, Any]:
    """Return what is kept of a picture's metadata: colors, size on paper and Exif without its turn."""
    names: tuple[str, ...] = ("icc_profile", "dpi")
    kept: dict[str, Any] = {name: picture.info[name] for name in names if name in picture.info}
    exif = picture.getexif()
    exif.pop(ORIENTATION, None)
    if len(exif):
        kept["exif"] = exif.tobytes()
    return kept


def _save_png(source: Image.Image, marked: Image.Image, copy: CopyId, made: io.BytesIO) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Muhr copy", format_mark(copy))
    marked.save(made, "PNG", pnginfo=texts, **_kept(source))


def _save_jpeg(source: Image.Image, marked: Image.Image, copy: CopyId, made: io.BytesIO) -> None:
    assert isinstance(source, JpegImagePlugin.JpegImageFile)  # by the format it was opened as
    marked.save(
        made,
        "JPEG",
        qtables=source.quantization,
        subsampling=JpegImagePlugin.get_sampling(source),
        comment=format_mark(copy),
        **_kept(source),
    )
