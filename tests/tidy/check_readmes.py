#!/usr/bin/env python3
"""Each service says first what goes in, what comes out and what it owns; services/README.md lists them in
the order of the flow; and what a document points at is there."""

import re

import sources

OPENING = ("In:", "Out:", "Owns:")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:cmake|common|clients|deploy|docs|schema|services|tests|\.ci)/[\w./*-]+)`")


def services(tree):
    folder = tree.root / "services"
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.exists() else []


def flow_order(tree):
    match = re.search(r"foreach\(SERVICE ([\w ]+)\)", tree.text("services/CMakeLists.txt"))
    return match.group(1).split() if match else []


def check_services(tree):
    for service in services(tree):
        name = f"services/{service}/README.md"
        if not (tree.root / name).exists():
            yield f"{name}: missing"
            continue
        for wanted, line in zip(OPENING, tree.lines(name) + [""] * len(OPENING)):
            if not line.startswith(wanted + " ") or len(line) < len(wanted) + 4:
                yield f"{name}: the first three lines are {' '.join(OPENING)} – found {line!r}"
                break
    if not services(tree):
        return
    order = flow_order(tree)
    if sorted(order) != services(tree):
        yield f"services/CMakeLists.txt builds {order}, the folders are {services(tree)}"
    listed = re.findall(r"^\| \[?`?(\w+)`?\]?", tree.text("services/README.md"), flags=re.M)
    listed = [word for word in listed if word in order]
    if listed != order:
        yield f"services/README.md lists {listed}, the flow is {order}"


def check_pointers(tree):
    exceptions = sources.Exceptions(tree, "pointer")
    for name in tree.files([".md"]):
        folder = (tree.root / name).parent
        text = re.sub(r"```.*?```", lambda m: "\n" * m.group(0).count("\n"), tree.text(name), flags=re.S)
        for number, line in enumerate(text.split("\n"), 1):
            targets = [(t, (folder / t)) for t in LINK.findall(line) if "://" not in t and not t.startswith("mailto")]
            for target, path in targets:
                if not path.exists() and not exceptions.allows(f"{name}:{target}"):
                    yield f"{name}:{number}: the link {target} leads nowhere"
            for target in PATH.findall(line):
                target = target.rstrip(".")
                found = any(tree.root.glob(target)) if "*" in target else (tree.root / target).exists()
                if not found and not exceptions.allows(f"{name}:{target}"):
                    yield f"{name}:{number}: there is no {target}"
    yield from exceptions.problems()


def check(tree):
    yield from check_services(tree)
    yield from check_pointers(tree)


GOOD = {
    "services/CMakeLists.txt": "foreach(SERVICE intake)\n",
    "services/README.md": "| `intake` | observations |\n",
    "services/intake/README.md": "In: observations\nOut: events\nOwns: refusals\n",
}
SELF_TEST = [
    (GOOD, None),
    ({**GOOD, "services/intake/README.md": "# Intake\nIn: observations\n"}, "the first three lines"),
    ({**GOOD, "services/intake/README.md": "In: observations\nOut: events\n"}, "the first three lines"),
    ({**GOOD, "services/other/README.md": "In: abc\nOut: abc\nOwns: abc\n"}, "the folders are"),
    ({**GOOD, "services/README.md": "nothing\n"}, "the flow is"),
    ({"services/CMakeLists.txt": "foreach(SERVICE intake)\n", "services/README.md": "", "services/intake/x.cc": ""},
     "missing"),
    ({**GOOD, "docs/a.md": "see [b](b.md)\n"}, "leads nowhere"),
    ({**GOOD, "docs/a.md": "see `common/none/x.h`\n"}, "there is no common/none/x.h"),
    ({**GOOD, "docs/a.md": "see `services/intake/README.md` and [it](../services/README.md#top)\n"}, None),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
