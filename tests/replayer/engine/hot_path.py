"""Disassembles the loop that performs ops and fails on whatever does not belong there.

    hot_path.py RUNNER            the loop of the throughput and memory passes, for each way of touching
    hot_path.py RUNNER --control  the same with a forbidden call planted: must find it

Allowed: calls through the table of entry points (through a register or memory), and the functions that leave the path:
ops that are neither malloc nor free, waits, trouble, touching more than a page. Forbidden: any other call, a lock
prefix, a system call; and more instructions than the budget.
"""
import re
import subprocess
import sys

LOOP = "perform_ops"
WATCH = "Unwatched"
LOOPS = 5  # ways of touching
BUDGET = 130  # instructions, with the branches that leave
LEAVES = ("perform_other", "await_empty", "wait_for_turn", "null_returned", "touch_pages", "memset", "change", "seldom")
PLANTED = "    9999:\tcall   1234 <malloc@plt>"


def loops_of(runner):
    text = subprocess.run(["objdump", "-d", "-C", "--no-show-raw-insn", runner], check=True, capture_output=True,
                          text=True).stdout
    for part in text.split("\n\n"):
        head = re.search(r"^[0-9a-f]+ <(.+)>:$", part, re.M)
        if head and LOOP in head.group(1) and WATCH in head.group(1):
            lines = part[head.end():].strip("\n").split("\n")
            yield head.group(1), [line for line in lines if "\t" in line and "nop" not in line]


def faults_of(name, lines):
    for line in lines:
        code = line.split("\t", 1)[1]
        if re.search(r"\block\b|\bsyscall\b|\bmfence\b|\bxchg\s.*\(", code):
            yield f"{name}: {code}"
        elif re.match(r"(addr32 )?call\b", code) and "*" not in code:
            if not any(f"::{leaf}(" in code or f"<{leaf}@plt>" in code for leaf in LEAVES):
                yield f"{name}: unexpected call: {code}"
    if len(lines) > BUDGET:
        yield f"{name}: {len(lines)} instructions, the budget is {BUDGET}"


def main(runner, control):
    loops = list(loops_of(runner))
    if len(loops) != LOOPS:
        sys.exit(f"{len(loops)} loops found in {runner}, not {LOOPS}")
    faults = []
    for name, lines in loops:
        short = re.search(r"Touch\)(\d)", name).group(0)
        faults += faults_of(short, lines + [PLANTED] if control else lines)
        print(f"{short}: {len(lines)} instructions")
    print("\n".join(faults))
    if control:
        sys.exit(0 if len(faults) == LOOPS else "the planted call was not found")
    sys.exit(1 if faults else 0)


main(sys.argv[1], "--control" in sys.argv[2:])
