import gettext, locale, os

print(gettext.gettext("Hello"), gettext.ngettext("%d file", "%d files", 2) % 2)
print(locale.getlocale(), locale.getpreferredencoding(), locale.setlocale(locale.LC_ALL), locale.localeconv()["decimal_point"])
print(locale.str(1.5), locale.format_string("%d", 1234567, grouping=True), locale.strcoll("a", "B") > 0)
try:
    locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
except locale.Error as error:
    print(error)
print(os.environ.get("LC_ALL"), os.environ.get("LANG"), locale.nl_langinfo(locale.CODESET))
