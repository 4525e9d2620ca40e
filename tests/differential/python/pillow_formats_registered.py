from PIL import Image, features

print(sorted(Image.ID)[:5], len(Image.EXTENSION)); Image.init(); print(len(Image.EXTENSION) > 30, features.check("jpg"), features.check("zlib"), Image.registered_extensions()[".png"], Image.MAX_IMAGE_PIXELS)
Image.new("P", (3, 3)).putpalette([1, 2, 3]); Image.new("RGB", (10, 10)).save("x.jpg", quality=50); print(Image.open("x.jpg").info.get("jfif"))
Image.new("RGB", (2, 2)).save("x.unknown")
