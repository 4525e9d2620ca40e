# A package has a submodule as attribute only when somebody imported it.
import concurrent, importlib, os, email, logging, urllib, http, xml, multiprocessing, unittest
for package, names in ((concurrent, ["futures"]), (importlib, ["util", "metadata", "resources"]), (email, ["message", "mime"]), (logging, ["handlers", "config"]), (urllib, ["request", "parse"]), (http, ["client", "server"]), (xml, ["dom", "sax"]), (multiprocessing, ["pool", "shared_memory"]), (unittest, ["mock"])):
    print(package.__name__, {n: hasattr(package, n) for n in names})
email.mime
