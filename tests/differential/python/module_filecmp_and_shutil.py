import filecmp, os, shutil, tempfile

with tempfile.TemporaryDirectory() as top:
    os.makedirs(top + "/a/sub")
    for name, text in (("a/x", "1"), ("a/sub/y", "22")):
        with open(f"{top}/{name}", "w") as file: file.write(text)
    shutil.copytree(top + "/a", top + "/b")
    with open(top + "/b/x", "w") as file: file.write("2")
    found = filecmp.dircmp(top + "/a", top + "/b")
    print(found.common, filecmp.cmp(top + "/a/x", top + "/b/x", shallow=False))
    archive = shutil.make_archive(top + "/z", "zip", top + "/a")
    print(os.path.basename(archive), shutil.which("python3"), shutil.which("no-such-program"))
    shutil.rmtree(top + "/a")
    print(sorted(os.listdir(top)), os.path.exists(top + "/a"))
try:
    shutil.copy("none", "other")
except FileNotFoundError as error:
    print(error)
