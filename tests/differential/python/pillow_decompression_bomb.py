from PIL import Image
import io

Image.MAX_IMAGE_PIXELS = 1000
out = io.BytesIO(); Image.new("1", (50, 30)).save(out, "PNG")
Image.open(io.BytesIO(out.getvalue()))
Image.MAX_IMAGE_PIXELS = 100; Image.open(io.BytesIO(out.getvalue()))
