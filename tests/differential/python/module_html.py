import html
from html.parser import HTMLParser

class Links(HTMLParser):
    def handle_starttag(self, tag, attributes): print("start", tag, attributes)
    def handle_data(self, data): print("data", repr(data))
    def handle_comment(self, data): print("comment", data)

Links().feed("<p class=x>one &amp; <a href='/t?a=1&b=2'>two</a><br/><!-- c --> three")
print(html.escape("<a & 'b'>"), html.unescape("&lt;&eacute;&#x20ac;&nosuch;"))
