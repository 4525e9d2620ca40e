import importlib.metadata
import unittest
from pathlib import Path

import mayfly

try:
    PACKAGE = importlib.metadata.distribution("mayfly-sdk")
except importlib.metadata.PackageNotFoundError:
    PACKAGE = None


@unittest.skipUnless(PACKAGE, "needs the wheel, installed: scripts/test-sdks.sh does it")
class Package(unittest.TestCase):
    """The wheel, as pip installed it."""

    def test_the_tests_run_against_the_installed_wheel(self):
        self.assertEqual(Path(mayfly.__file__), Path(PACKAGE.locate_file("mayfly/__init__.py")))

    def test_has_no_dependency(self):
        self.assertFalse(PACKAGE.requires)

    def test_holds_the_modules_the_type_marker_and_the_licence_and_nothing_else(self):
        files = {str(file) for file in PACKAGE.files if "__pycache__" not in str(file)}
        modules = {f"mayfly/{file.name}" for file in Path(__file__).parents[1].joinpath("src/mayfly").iterdir() if file.is_file()}
        self.assertIn("mayfly/py.typed", modules)
        self.assertEqual({file for file in files if not file.startswith("mayfly_sdk-")}, modules)
        self.assertTrue(any(file.endswith("/LICENSE") for file in files))

    def test_the_version_is_the_packages(self):
        self.assertEqual(PACKAGE.version, mayfly.__version__)
        self.assertEqual(PACKAGE.metadata["Requires-Python"], ">=3.9")
