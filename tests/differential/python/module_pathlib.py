from pathlib import Path, PurePosixPath, PureWindowsPath

p = Path("d/e.txt"); p.parent.mkdir(); p.write_text("one\ntwo", encoding="utf-8")
print(p.resolve(), p.stem, p.with_suffix(".md"), p.read_text().split(), p.stat().st_size, list(Path().rglob("*.txt")))
print(PureWindowsPath("C:/a/../b").parts, PurePosixPath("/a/b").is_relative_to("/a"), Path.cwd(), Path(__file__).name, Path.home())
try:
    Path("d").rmdir()
except OSError as error:
    print(error)
p.rename("f"); print(Path("f").exists(), p.exists())
p.unlink()
