"""Files to read, made by program: a book set by Typst, and what else the readers show."""

from __future__ import annotations

import io
import random

import pikepdf
import typst

PICTURE = 128  # pixels of each side
BOOK = """
#set page(width: 300pt, height: 400pt, margin: 30pt)
#set text(size: 11pt)
#for number in range(1, PAGES + 1) [
  = Chapter #number
  Every leaf of this book says which one it is: leaf #number of PAGES. #lorem(60)
  #if number == LATE [The lighthouse keeper wrote this line.]
  #pagebreak(weak: true)
]
"""


def book(pages: int, late: int, seed: int = 15) -> bytes:
    """Return a PDF with so many pages of text, of which one, `late`, tells of a lighthouse.

    Each page has a picture of 16 KiB, as books have that were scanned.
    """
    source = BOOK.replace("PAGES", str(pages)).replace("LATE", str(late))
    drawn, file = random.Random(seed), io.BytesIO()
    with pikepdf.open(io.BytesIO(typst.compile(source.encode(), format="pdf"))) as pdf:
        for page in pdf.pages:
            noise = pikepdf.Stream(pdf, drawn.randbytes(PICTURE * PICTURE))
            noise.Type, noise.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            noise.Width = noise.Height = PICTURE
            noise.ColorSpace, noise.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            page.add_resource(noise, pikepdf.Name.XObject, pikepdf.Name.Noise)
            page.contents_add(b"q 60 0 0 60 30 20 cm /Noise Do Q")
        pdf.save(file)
    return file.getvalue()
