# Works with files as programs do.
import csv
import os
import shutil
import sqlite3
import tempfile
import zipfile

from PIL import Image

with open("data.csv", "w", newline="") as file:
    csv.writer(file).writerows([[1, 2], [3, 4]])
print(open("data.csv").read().split())
with tempfile.TemporaryDirectory() as directory:
    shutil.copy2("data.csv", directory)
    with zipfile.ZipFile(f"{directory}/all.zip", "w") as archive:
        archive.write(f"{directory}/data.csv")
    print(sorted(os.listdir(directory)))
database = sqlite3.connect("data.db")
database.execute("pragma journal_mode = wal")
database.execute("create table numbers (n)")
with database:
    database.executemany("insert into numbers values (?)", [(n,) for n in range(10)])
print(database.execute("select sum(n) from numbers").fetchone())
Image.new("RGB", (8, 8), "red").save("/tmp/red.png")
print(Image.open("/tmp/red.png").getpixel((0, 0)))
shutil.move("data.csv", "/tmp/moved.csv")
os.remove("/tmp/moved.csv")
