"""What every check shares: which files there are, C++ without its comments and strings, the listed
exceptions, and how a finding is reported. Python's standard library only."""

import argparse
import pathlib
import re
import sys
import tempfile

TOP_FOLDERS = ("cmake", "common", "clients", "deploy", "docs", "schema", "services", "tests", ".ci")
SKIPPED_FOLDERS = {"build", "node_modules", "dist", ".git", ".cache", "__pycache__"}
CPP = (".h", ".cc")


class Tree:
    """The sources under `root`, by their path relative to it."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def files(self, suffixes=None):
        found = []
        for top in TOP_FOLDERS:
            for path in sorted((self.root / top).rglob("*")):
                parts = path.relative_to(self.root).parts
                if SKIPPED_FOLDERS.intersection(parts) or not path.is_file():
                    continue
                found.append("/".join(parts))
        found += sorted(p.name for p in self.root.iterdir() if p.is_file())
        return [f for f in found if suffixes is None or f.endswith(tuple(suffixes))]

    def text(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def lines(self, name):
        return self.text(name).split("\n")


CODE_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'|R"(?P<d>[^ ()\\\n]*)\(.*?\)(?P=d)"'
    r'|"(?:\\.|[^"\\\n])*"', re.S)


def code_only(text):
    """C++ with comments and the insides of literals blanked; every line keeps its number."""

    def blank(match):
        token = match.group(0)
        kept = "".join("\n" if c == "\n" else " " for c in token)
        return kept if token.startswith("/") else '"' + kept[1:-1] + '"'

    return CODE_TOKEN.sub(blank, text)


class Exceptions:
    """tests/tidy/exceptions.txt: `check path reason…`. One that no longer applies is a finding."""

    def __init__(self, tree, check):
        self.listed = {}
        self.used = set()
        name = "tests/tidy/exceptions.txt"
        if not (tree.root / name).exists():
            return
        for number, line in enumerate(tree.lines(name), 1):
            words = line.split(None, 2)
            if not words or line.startswith("#") or words[0] != check:
                continue
            self.listed[words[1]] = (number, words[2] if len(words) > 2 else "")

    def allows(self, key):
        if key not in self.listed:
            return False
        self.used.add(key)
        return True

    def problems(self):
        for key, (number, reason) in self.listed.items():
            where = f"tests/tidy/exceptions.txt:{number}"
            if not reason:
                yield f"{where}: {key} needs a reason"
            if key not in self.used:
                yield f"{where}: {key} needs no exception any more; take the line out"


def run(check, self_test):
    """`check(tree)` yields findings. `self_test` is [(files, words that the finding must contain)]: each
    planted fault must be found, and an entry with None must be found clean."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", default=str(pathlib.Path(__file__).resolve().parents[2]))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        sys.exit(run_self_test(check, self_test))
    problems = list(check(Tree(arguments.root)))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} findings" if problems else "clean")
    sys.exit(1 if problems else 0)


def run_self_test(check, cases):
    failed = 0
    for files, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            problems = list(check(Tree(folder)))
        wrong = problems if expected is None else (
            [] if any(expected in p for p in problems) else [f"not found: {expected}"] + problems)
        for problem in wrong:
            print(f"self-test on {sorted(files)}: {problem}")
        failed += bool(wrong)
    print(f"{len(cases)} planted cases, {failed} missed")
    return 1 if failed else 0
