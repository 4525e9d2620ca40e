import io
from PIL import Image, ImageDraw
from dateutil import parser, tz
image = Image.new("RGB", (8, 8), "red")
ImageDraw.Draw(image).line((0, 0, 7, 7))
image.save(stream := io.BytesIO(), "PNG")
print(len(stream.getvalue()), image.getpixel((0, 0)), parser.parse("1 Feb 2026"), tz.gettz("Europe/Berlin"))
import pandas, numpy, sympy
print(pandas.Series([1.5]).mean(), numpy.float64(2), sympy.Rational(1, 3))
raise SystemExit("done")
