import io, zipfile, pathlib, subprocess, sys, zipapp

out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z: z.writestr(zipfile.ZipInfo("d/a.txt"), "x" * 100); z.writestr(zipfile.ZipInfo("b"), b"")
with zipfile.ZipFile(out) as z: print(z.namelist(), z.testzip(), z.getinfo("d/a.txt").CRC, [p.name for p in zipfile.Path(z).iterdir()])
pathlib.Path("app").mkdir(); pathlib.Path("app/__main__.py").write_text("import sys; print('zipped', __name__, sys.argv[1:])")
zipapp.create_archive("app", "app.pyz"); print(subprocess.run([sys.executable, "app.pyz", "z"], capture_output=True, text=True))
zipfile.ZipFile(io.BytesIO(b"PK no"))
