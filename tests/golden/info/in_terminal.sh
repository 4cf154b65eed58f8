# No line is wider than a terminal of 80 columns.
make_reels 150000
export NO_COLOR=1
in_terminal 80 heapreel info x.reel cut.reel flip.reel | python3 -c '
import sys
lines = sys.stdin.read().splitlines()
print(len(lines), "lines;", "too wide:", [line for line in lines if len(line) > 80])'
