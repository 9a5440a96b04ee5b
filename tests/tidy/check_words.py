#!/usr/bin/env python3
"""Words that do not land: FIXME, names that say nothing, paths of somebody's machine, addresses of package
registries, lock files that record download addresses."""

import re

import sources

TEXT = (".h", ".cc", ".py", ".md", ".txt", ".cmake", ".capnp", ".json", ".toml", ".yaml", ".sh", ".ts", ".js",
        ".svelte", ".css", ".html", ".csv", ".ndjson", "run", "quickstart")
CODE = (".h", ".cc", ".ts", ".js", ".svelte", ".py")

ANYWHERE = {
    "left over": re.compile(r"\bFIX" r"ME\b|\bXX" r"X\b"),
    "a machine's path": re.compile(r"(?<![\w.])/(?:home|Users|root|workspace|work)/\w"),
    "a package registry": re.compile(
        r"https?://(?:registry|deb|security|mirrors?|pypi|npm|packages?|artifacts?|files|crates|proxy|repo\d?)\.[\w.-]+",
        re.I),
    "a download address in a lock file": re.compile(r'"resolved":\s*"https?://'),
}
# In file names and in names of types; the standard's and other libraries' own names are not ours to choose.
EMPTY_NAMES = re.compile(r"(^|[_/.-])(utils?|helpers?|managers?|impl|misc|stuff)([_/.-]|$)")
EMPTY_TYPES = re.compile(r"\b(?:class|struct|namespace|interface)\s+(\w*(?:Utils?|Helpers?|Manager|Impl)\b|utils?|helpers?)")


def check(tree):
    exceptions = sources.Exceptions(tree, "word")
    for name in tree.files(TEXT):
        if EMPTY_NAMES.search(name) and not exceptions.allows(name):
            yield f"{name}: a name that says nothing"
        if name.startswith("tests/tidy/"):
            continue  # the planted faults
        for number, line in enumerate(tree.lines(name), 1):
            for what, pattern in ANYWHERE.items():
                if pattern.search(line) and not exceptions.allows(name):
                    yield f"{name}:{number}: {what}: {pattern.search(line).group(0)}"
            match = EMPTY_TYPES.search(line) if name.endswith(CODE) else None
            if match and not exceptions.allows(name):
                yield f"{name}:{number}: a name that says nothing: {match.group(1)}"
    yield from exceptions.problems()


SELF_TEST = [
    ({"common/domain/x.cc": "int visits;  // TODO(someday): count\n"}, None),
    ({"common/domain/x.cc": "// FIX" "ME\n"}, "left over"),
    ({"common/domain/string_utils.h": "\n"}, "says nothing"),
    ({"common/domain/x.h": "class TaskManager;\n"}, "says nothing: TaskManager"),
    ({"docs/x.md": "open /" "home/me/doorstep\n"}, "a machine's path"),
    ({"deploy/quickstart": "curl https://registry.example.org/x\n"}, "a package registry"),
    ({"services/reporting/web/package-lock.json": '"resolved": "https://x.org/a.tgz"\n'}, "lock file"),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
