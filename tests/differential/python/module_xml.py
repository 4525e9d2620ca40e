import xml.etree.ElementTree as ET
from xml.dom import minidom
from xml.sax import handler, parseString
from xml.sax.saxutils import escape

root = ET.fromstring("<a x='1'><b>one &amp; two</b><b/>tail<c:d xmlns:c='urn:c'/></a>")
print([e.tag for e in root.iter()], root.find("b").text, ET.tostring(root).decode(), root.findall(".//b[2]"). __len__())
ET.indent(root); print(ET.tostring(root, encoding="unicode"))
print(minidom.parseString("<p><q/></p>").toprettyxml(indent=" "), escape("<&>"))
class Names(handler.ContentHandler):
    def startElement(self, name, attrs): print("sax", name, dict(attrs))
parseString(b"<x y='z'><w/></x>", Names())
ET.fromstring("<a><b></a>")
