"""Runs every snippet of the SDKs' README files as it stands there, against the service at MAYFLY_TEST_URL.

A snippet is right when it ends with 0, writes nothing to stderr and prints what is expected of it below. For C# the snippet is the sample
project's program, so that it is the compiled one that runs: SAMPLE, the program to run, is this script's argument.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "sdks/node/README.md": ("js", ["42\n 0 0.002\n", "exit code 3"]),
    "sdks/python/README.md": ("python", ["42\n 0 0.002\n", "['0\\n', '1\\n', '4\\n', '9\\n', '16\\n', '25\\n', '36\\n', '49\\n']"]),
    "src/Mayfly.Client/README.md": ("csharp", ["42 0 0.002\nexit code 3\n"]),
}


def snippets(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def command(language, text, work, sample):
    if language == "csharp":
        if text != (ROOT / "tests/Mayfly.ClientSample/Program.cs").read_text():
            raise SystemExit("WRONG the C# snippet is not tests/Mayfly.ClientSample/Program.cs")
        return sample
    file = work / f"snippet.{'mjs' if language == 'js' else 'py'}"
    file.write_text(text)
    return ["node" if language == "js" else sys.executable, file]


def run(page, language, text, expected, work, sample):
    environment = {
        **os.environ,
        "MAYFLY_BASE_URL": os.environ["MAYFLY_TEST_URL"],
        "MAYFLY_API_KEY": os.environ["MAYFLY_TEST_KEY"],
        "PYTHONPATH": str(ROOT / "sdks/python/src"),
    }
    done = subprocess.run(command(language, text, work, sample), cwd=work, env=environment, capture_output=True, text=True, timeout=300)
    right = done.returncode == 0 and not done.stderr and expected in done.stdout
    print(f"{'ok' if right else 'WRONG'} {page}: {text.splitlines()[0]} …")
    if not right:
        print(f"exit code {done.returncode}, expected {expected!r}, got {done.stdout!r}\n{done.stderr}")
    return right


def main():
    results = []
    with tempfile.TemporaryDirectory(prefix="mayfly-snippets-") as folder:
        work = Path(folder)
        (work / "node_modules").mkdir()
        (work / "node_modules/mayfly-sdk").symlink_to(ROOT / "sdks/node")
        for page, (language, expectations) in EXPECTED.items():
            found = snippets(page, language)
            if len(found) != len(expectations):
                raise SystemExit(f"WRONG {page} has {len(found)} snippets, {len(expectations)} are expected here")
            results += [run(page, language, text, expected, work, sys.argv[1:]) for text, expected in zip(found, expectations)]
    print(f"{sum(results)} of {len(results)} snippets ran")
    sys.exit(0 if all(results) else 1)


main()
