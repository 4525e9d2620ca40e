import webbrowser

print(webbrowser.open("http://example.org"))
webbrowser.get("no-such-browser")
