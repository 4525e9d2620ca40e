import colorsys, io, wave

print(colorsys.rgb_to_hsv(0.2, 0.4, 0.6), colorsys.hls_to_rgb(0.5, 0.4, 0.3))
out = io.BytesIO()
with wave.open(out, "wb") as w: w.setnchannels(1); w.setsampwidth(2); w.setframerate(8000); w.writeframes(bytes(100))
out.seek(0); print(wave.open(out).getparams(), out.getvalue()[:12])
wave.open(io.BytesIO(b"RIFF"))
