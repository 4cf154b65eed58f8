#!/usr/bin/env python3
"""The table of README.md: what it says of each sample, and what the reels say.

  table.py --heapreel CMD [--write] FOLDER     compares, or renews the figures

The table is the manifest: tests/samples reads it, too. Figures are taken from `heapreel info --json`; name, program, how
it was recorded and licence are written by hand.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

COLUMNS = ("reel", "program", "how", "events", "threads", "peak live bytes", "bytes", "content id", "licence")
FIGURES = {"events": "events", "threads": "threads", "peak live bytes": "live_peak_bytes", "bytes": "bytes_on_disk",
           "content id": "id"}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def is_row(line):
    return re.match(r"^\| `[\w.-]+\.reel` \|", line) is not None


def shown(value):
    return f"`{value}`" if isinstance(value, str) else f"{value:,}"


def figure(text):
    return text.strip("`") if text.startswith("`") else int(text.replace(",", ""))


def read_table(readme):
    """-> {file name: {column: text}}"""
    rows = {}
    for line in readme.read_text("utf-8").splitlines():
        if is_row(line):
            row = dict(zip(COLUMNS, cells(line), strict=True))
            rows[row["reel"].strip("`")] = row
    return rows


def info(heapreel, reel):
    told = subprocess.run([heapreel, "info", "--json", str(reel)], capture_output=True, text=True, check=False)
    if told.returncode != 0:
        sys.exit(f"table.py: error: {reel}: {told.stderr.strip()}")
    return json.loads(told.stdout)


def figures_of(heapreel, reel):
    told = info(heapreel, reel)
    return {column: told[key] for column, key in FIGURES.items()}


def differences(heapreel, folder):
    """What is not as the table says, a line each."""
    rows, found = read_table(folder / "README.md"), {path.name for path in folder.glob("*.reel")}
    wrong = [f"{name} is in the table and not in the folder" for name in sorted(rows.keys() - found)]
    wrong += [f"{name} is in the folder and not in the table" for name in sorted(found - rows.keys())]
    for name in sorted(rows.keys() & found):
        for column, real in figures_of(heapreel, folder / name).items():
            if figure(rows[name][column]) != real:
                wrong.append(f"{name}: {column} is {real}, the table says {rows[name][column]}")
    return wrong


def write(heapreel, folder):
    readme = folder / "README.md"
    lines = []
    for line in readme.read_text("utf-8").splitlines():
        reel = folder / cells(line)[0].strip("`") if is_row(line) else None
        if reel is not None and reel.exists():
            row = dict(zip(COLUMNS, cells(line), strict=True))
            row.update({column: shown(value) for column, value in figures_of(heapreel, reel).items()})
            line = "| " + " | ".join(row[column] for column in COLUMNS) + " |"
        lines.append(line)
    readme.write_text("\n".join(lines) + "\n", "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heapreel", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    if args.write:
        write(args.heapreel, args.folder)
    wrong = differences(args.heapreel, args.folder)
    print("\n".join(wrong) if wrong else "the table is right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
