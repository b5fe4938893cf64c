"""Writes cmyk.jpg, cmyk_without_adobe.jpg and ycck.jpg, with Pillow 12.3: one picture of inks, 32 x 24.

Ink c, m, y and k at column x and row y: 8x, 10y, 4(x + y) and 200 - 6x, of 255. A JPEG file has 255 - ink, as Adobe began it.
"""

import io

from PIL import Image

inks = Image.new("CMYK", (32, 24))
for y in range(24):
    for x in range(32):
        inks.putpixel((x, y), (8 * x, 10 * y, 4 * (x + y), 200 - 6 * x))


def jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


cmyk = jpeg(inks)
adobe = cmyk.index(b"Adobe")
c, m, y, k = inks.split()
planes = Image.merge("RGB", (c, m, y)).convert("YCbCr").split()
# Pillow inverts all four planes on writing; those of luminance and colour are to stay.
ycck = bytearray(jpeg(Image.merge("CMYK", [*(plane.point(lambda v: 255 - v) for plane in planes), k])))
ycck[ycck.index(b"Adobe") + 11] = 2
for name, content in {
    "cmyk.jpg": cmyk,
    "cmyk_without_adobe.jpg": cmyk[: adobe - 4] + cmyk[adobe + 12 :],
    "ycck.jpg": bytes(ycck),
}.items():
    with open(name, "wb") as file:
        file.write(content)
    image = Image.open(io.BytesIO(content))
    print(name, image.getpixel((20, 10)), image.convert("RGB").getpixel((20, 10)))
