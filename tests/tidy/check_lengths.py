#!/usr/bin/env python3
"""A function fits on a screen, a file in a head: 70 lines a function, 400 a .cc, 150 a .h (250 in tests), 100 columns.
More needs a line with its reason in exceptions.txt (`length path reason`); 600 is the end in any case."""

import re
import unicodedata

import sources

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = {".cc": 400, ".h": 150}
TEST_HEADER_LINES_MAX = 250
ANY_FILE_LINES_MAX = 600
COLUMNS_MAX = 100

TYPE_OR_SPACE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def functions(text):
    """(name, first line, last line) of each function body, outermost only. Relies on our format: a body's
    brace follows a space, a member initialiser's does not."""
    code = sources.code_only(text)
    code = re.sub(r"^[ \t]*#.*?(?<!\\)$", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.M | re.S)
    line, head, head_line = 1, "", 1
    open_braces = []  # True: a body; False: a namespace or type; None: an initialiser
    name, first = "", 0
    for i, c in enumerate(code):
        if c == "\n":
            line += 1
        in_body = any(open_braces)
        if c == "{":
            if in_body or None in open_braces:
                kind = None
            elif TYPE_OR_SPACE.search(head):
                kind = False
            elif "(" in head and code[i - 1].isspace():
                kind, name, first = True, " ".join(head.split("(")[0].split()), head_line
            else:
                kind = None
            open_braces.append(kind)
            if kind is not None:
                head = ""
        elif c == "}" and open_braces:
            kind = open_braces.pop()
            if kind is True:
                yield name, first, line
            if kind is not None:
                head = ""
        elif c == ";" and None not in open_braces:
            head = ""
        elif None not in open_braces:
            if not head.strip():
                head, head_line = "", line
            head += c


def check(tree):
    exceptions = sources.Exceptions(tree, "length")
    for name in tree.files(sources.CPP):
        text = tree.text(name)
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if columns(line) > COLUMNS_MAX and not (name.startswith("tests/") and 'R"' in line):
                yield f"{name}:{number}: {columns(line)} columns; at most {COLUMNS_MAX}"
        is_test_header = name.startswith("tests/") and name.endswith(".h")
        limit = TEST_HEADER_LINES_MAX if is_test_header else FILE_LINES_MAX["." + name.rsplit(".", 1)[1]]
        if len(lines) - 1 > ANY_FILE_LINES_MAX:
            yield f"{name}: {len(lines) - 1} lines; {ANY_FILE_LINES_MAX} is the end: split it"
        elif len(lines) - 1 > limit and not exceptions.allows(name):
            yield f"{name}: {len(lines) - 1} lines; at most {limit} without a reason in exceptions.txt"
        for function, first, last in functions(text):
            length = last - first + 1
            if length > FUNCTION_LINES_MAX and not exceptions.allows(f"{name}:{function.split()[-1]}"):
                yield f"{name}:{first}: {function}: {length} lines; at most {FUNCTION_LINES_MAX}"
    yield from exceptions.problems()


def body(lines):
    return "".join("  step();\n" for _ in range(lines))


LONG = "int a = 1;\n"
SELF_TEST = [
    ({"common/domain/x.cc": "namespace a {\nvoid f() {\n" + body(60) + "}\n" + "void g() {\n" + body(60) + "}\n}\n"},
     None),
    ({"common/domain/x.cc": "namespace a {\nvoid f() {\n" + body(70) + "}\n}\n"}, "f: 72 lines"),
    ({"common/domain/x.cc": "A::A(int b)\n    : b_{b},\n      c_{f(b)} {\n" + body(70) + "}\n"}, "A::A: 74 lines"),
    ({"common/domain/x.h": "struct A {\n  int f() const {\n" + body(70) + "  }\n};\n"}, "f: 72 lines"),
    ({"common/domain/x.cc": "// {\nconst char* s = \"{\";\nint f() { return '{'; }\n" + LONG * 100}, None),
    ({"common/domain/x.cc": LONG * 401}, "401 lines"),
    ({"common/domain/x.h": LONG * 151}, "151 lines"),
    ({"tests/unit/cli/x_test.cc": 'auto s = R"(' + "x" * 100 + ')";\n'}, None),  # data, best in one piece
    ({"tests/support/x.h": LONG * 250}, None),
    ({"tests/support/x.h": LONG * 251}, "251 lines"),
    ({"common/domain/x.cc": LONG * 601, "tests/tidy/exceptions.txt": "length common/domain/x.cc why\n"}, "the end"),
    ({"common/domain/x.cc": "// " + "x" * 98 + "\n"}, "101 columns"),
    ({"common/domain/x.cc": LONG, "tests/tidy/exceptions.txt": "length common/domain/x.cc why\n"}, "no exception"),
    ({"common/domain/x.cc": LONG * 401, "tests/tidy/exceptions.txt": "length common/domain/x.cc\n"}, "needs a reason"),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
