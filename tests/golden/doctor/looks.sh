# At 80 columns no line is wider; in a pipe and with NO_COLOR there is no colour; it is ASCII in every locale; names from
# outside cannot steer the terminal.
export HEAPREEL_SHIM=$PWD/missing.so
printf '#!/bin/sh\n' > $'odd\x1b[31m' && chmod +x $'odd\x1b[31m'
in_terminal 80 heapreel doctor ./$'odd\x1b[31m' > colour.txt
in_terminal 40 heapreel doctor > narrow.txt
NO_COLOR=1 in_terminal 80 heapreel doctor > plain.txt
LC_ALL=C heapreel doctor ./$'odd\x1b[31m' > pipe.txt
LC_ALL=C.UTF-8 heapreel doctor ./$'odd\x1b[31m' > utf8.txt
python3 - << 'END'
import re
def text(name):
    return open(name, "rb").read().decode("utf-8")
def bare(shown):
    return re.sub("\x1b\\[[0-9;]*m", "", shown)
for name in ("colour.txt", "plain.txt", "pipe.txt", "utf8.txt"):
    shown = text(name)
    print(name, "colour:", "\x1b" in shown, "ascii:", shown.isascii(),
          "too wide:", [line for line in bare(shown).splitlines() if len(line) > 80 and " " in line[24:].strip()])
wide = [line for line in bare(text("narrow.txt")).splitlines() if len(line) > 40 and " " in line[24:].strip()]
print("narrow.txt too wide:", wide)
marks = {line.split()[0] for line in text("pipe.txt").splitlines() if re.match("  [a-z]", line)}
print("marks:", marks <= {"ok", "note", "warn", "fail"}, "escape shown as ?:", "odd?[31m" in text("pipe.txt"))
END
