# Asked in the finished root: which Python is this, and what has it? Imports every promised library, so that an image in which one
# is broken is never published. Arguments: module names. Answer: one JSON object.
import importlib
import importlib.metadata
import json
import platform
import sys

packages = {}
for distribution in importlib.metadata.distributions():
    metadata = distribution.metadata
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    # Some packages put the whole licence text into "License": its name is in the classifiers then.
    named = metadata.get("License-Expression") or metadata.get("License") or ""
    licence = named if named and "\n" not in named and len(named) <= 80 else " AND ".join(classifiers)
    packages[metadata["Name"]] = {"name": metadata["Name"], "version": distribution.version, "licence": licence}

json.dump(
    {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "libraries": {name: importlib.import_module(name).__version__ for name in sys.argv[1:]},
        "packages": sorted(packages.values(), key=lambda package: package["name"].lower()),
    },
    sys.stdout,
)
