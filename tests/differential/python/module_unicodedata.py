import unicodedata as u

print(u.name("€"), u.lookup("GREEK SMALL LETTER ALPHA"), u.category("A"), u.normalize("NFD", "é").encode(), u.east_asian_width("字"), u.numeric("½"), u.unidata_version > "14")
print("ß".upper(), "İ".lower().encode(), "straße".casefold() == "STRASSE".casefold(), "\N{SNOWMAN}", u.bidirectional("א"), u.mirrored("("))
u.name("\x00")
