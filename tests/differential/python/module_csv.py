import csv, io

text = 'name,qty\r\n"Smith, ""J""",3\r\nline\nbreak,4\r\n'
for row in csv.DictReader(io.StringIO(text)):
    print(row)
out = io.StringIO()
writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
writer.writerows([["a", 1, 2.5], ["b;c", None, "x\ny"]])
print(repr(out.getvalue()), csv.Sniffer().sniff("a|b\n1|2\n3|4\n").delimiter, csv.list_dialects())
try:
    list(csv.reader(["a,\"b"], strict=True))
except csv.Error as error:
    print(error)
