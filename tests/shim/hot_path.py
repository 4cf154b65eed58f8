"""Disassembles the recorded path and fails on whatever does not belong there.

    hot_path.py LIBRARY            the entry points that programs call most
    hot_path.py LIBRARY --control  the same with a forbidden call planted: must find it

Allowed: the call of the next allocator (through memory or a register), and the cold functions that leave the path.
While nothing is recorded a call leaves at once for the next allocator.
Forbidden: any other call, a lock prefix, a system call, a jump to another function; and more instructions than the
budget of the head comment of recorder/shim/record.h.
"""
import re
import subprocess
import sys

ENTRIES = {"malloc": 95, "calloc": 110, "free": 90, "malloc_usable_size": 80, "_Znwm": 115, "_Znam": 115,
           "_ZdlPv": 110, "_ZdaPv": 110, "_ZdlPvm": 115, "_ZdaPvm": 115}
COLD = ("thorough_malloc", "thorough_calloc", "thorough_free", "thorough_usable_size", "record_failure",
        "record_at_length", "record_beyond_limit", "slow_new", "slow_delete", "find_next_cxx", "settle_nested_otherwise",
        "settle_nested_apart")
DORMANT = ("thorough_malloc", "thorough_calloc", "thorough_free", "thorough_usable_size")
DORMANT_BUDGET = 28  # instructions of a cold function until a dormant call has left it for the next allocator
PLANTED = "    9999:\tcall   1234 <memset@plt>"


def disassemble(library):
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", library], check=True, capture_output=True,
                          text=True).stdout
    functions = {}
    for part in text.split("\n\n"):
        head = re.search(r"^[0-9a-f]+ <([^>]+)>:$", part, re.M)
        if head:
            lines = part[head.end():].strip("\n").split("\n")
            functions[head.group(1)] = [line for line in lines if "\t" in line and "nop" not in line]
    return functions


def is_cold(target):
    return any(f"{len(name)}{name}" in target for name in COLD)


def faults_of(name, lines):
    for line in lines:
        code = line.split("\t", 1)[1]
        target = re.search(r"<([^>+]+)(\+0x[0-9a-f]+)?>", code)
        if re.search(r"\block\b|\bsyscall\b|\bmfence\b|\bxchg\s.*\(", code):
            yield f"{name}: {code}"
        elif re.match(r"(addr32 )?call\b", code) and "*" not in code and not (target and is_cold(target.group(1))):
            yield f"{name}: unexpected call: {code}"
        elif re.match(r"j\w+\s", code) and target and target.group(1) != name and not is_cold(target.group(1)):
            yield f"{name}: leaves for {target.group(1)}"
    if len(lines) > ENTRIES[name]:
        yield f"{name}: {len(lines)} instructions, the budget is {ENTRIES[name]}"


def dormant_fault(name, lines):
    """None if the function jumps on to the next allocator, through memory, within the budget and without a call."""
    for count, line in enumerate(lines, 1):
        code = line.split("\t", 1)[1]
        if re.match(r"jmp\s+\*", code):
            return None if count <= DORMANT_BUDGET else f"{name}: dormant for {count} instructions"
        if re.match(r"(addr32 )?call\b", code):
            break
    return f"{name}: a dormant call does not leave at once"


def main(library, control):
    functions = disassemble(library)
    missing = [name for name in ENTRIES if name not in functions]
    if missing:
        sys.exit(f"not found in {library}: {missing}")
    faults = []
    for name in ENTRIES:
        lines = functions[name]
        faults += faults_of(name, lines + [PLANTED] if control else lines)
        print(f"{name}: {len(lines)} instructions")
    for name in DORMANT:
        lines = next(lines for symbol, lines in functions.items() if f"{len(name)}{name}" in symbol)
        fault = dormant_fault(name, [PLANTED, *lines] if control else lines)
        faults += [fault] if fault else []
    print("\n".join(faults))
    if control:
        sys.exit(0 if len(faults) >= len(ENTRIES) + len(DORMANT) else "the planted call was not found")
    sys.exit(1 if faults else 0)


main(sys.argv[1], "--control" in sys.argv[2:])
