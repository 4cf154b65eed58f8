#!/usr/bin/env python3
"""Holds the include rules of docs/architecture.md: check_includes.py ROOT [RULES]

Reads every #include "..." of our sources and compares it with rules.json. A source in a folder that has no rule is a
fault, too, so that a new folder cannot slip in unseen. Prints each fault as file:line and exits 1 if there is any.
"""
import fnmatch
import json
import pathlib
import re
import sys

OURS = ("trace_format", "recorder", "replayer", "tools", "tests")
SUFFIXES = {".h", ".hh", ".cc", ".cpp", ".c", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')


def load_rules(path):
    rules = json.loads(pathlib.Path(path).read_text("utf-8"))
    free = rules["allocation_free"]
    return {folder: [p for entry in allowed for p in (free if entry == "@allocation_free" else [entry])]
            for folder, allowed in rules["may_include"].items()}


def rule_folder(rules, file):
    """The longest folder of the rules that holds the file."""
    holders = [folder for folder in rules if file.startswith(folder + "/")]
    return max(holders, key=len, default=None)


def matches(pattern, file):
    return fnmatch.fnmatch(file, pattern) or file.startswith(pattern + "/")


def fault(rules, file, included):
    """Why `file` may not include `included`; None if it may."""
    if ".." in included.split("/"):
        return "a path that climbs could lead anywhere; write it from the root"
    if included.split("/")[0] not in OURS:
        return None
    folder = rule_folder(rules, file)
    allowed = [folder, *rules[folder]]
    if any(matches(pattern, included) for pattern in allowed):
        return None
    return f"{folder} may include only: {', '.join(allowed)}"


def faults_in(rules, root, path):
    file = path.relative_to(root).as_posix()
    if rule_folder(rules, file) is None:
        yield f"{file}:1: no rule for this folder in rules.json"
        return
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        found = INCLUDE.match(line)
        why = fault(rules, file, found.group(1)) if found else None
        if why:
            yield f"{file}:{number}: includes {found.group(1)}; {why}"


def sources(root):
    for folder in OURS:
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in SUFFIXES)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    rules = load_rules(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).with_name("rules.json"))
    paths = list(sources(root))
    faults = [text for path in paths for text in faults_in(rules, root, path)]
    print("\n".join(faults) if faults else f"{len(paths)} sources keep the include rules")
    return 1 if faults or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
