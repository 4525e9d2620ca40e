import hashlib, io
from PIL import Image, ImageDraw, ImageFilter, ImageOps

i = Image.new("RGB", (64, 48), "navy"); d = ImageDraw.Draw(i); d.ellipse((5, 5, 40, 40), fill=(255, 0, 0)); d.line((0, 0, 63, 47), fill="white", width=3)
print(i.size, i.getpixel((20, 20)), hashlib.md5(i.tobytes()).hexdigest(), i.convert("L").histogram()[:3], i.filter(ImageFilter.BLUR).getpixel((5, 5)))
out = io.BytesIO(); i.save(out, "PNG"); out.seek(0); j = Image.open(out); print(j.format, j.mode, list(j.resize((2, 2)).getdata()), ImageOps.mirror(i).getpixel((43, 20)), i.crop((0, 0, 10, 10)).getbbox())
print(i.rotate(90, expand=True).size, Image.merge("RGB", i.split()) == i, i)
Image.open(io.BytesIO(b"not an image"))
