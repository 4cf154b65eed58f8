data=$HEAPREEL_SOURCE/tests/importers/data
try heapreel import --from wee "$data/rep/good_first.rep" -o y.reel 2>&1 | sed "s#$data/##" >&2
: >empty
printf 'hello\nworld\n' >text
printf '1: malloc 0x10 8\n1: free 0x10\n1: malloc 0x10 8\n1: fre 0x10\n1: fre 0x10\n' >two.txt
gzip -c two.txt | head -c 30 >cut.gz
printf 'malloc,0x10,8\n' >headless.csv
printf 'Alloc(8),\n1: malloc 0x10 8\n' >either
try heapreel import empty -o y.reel
try heapreel import text -o y.reel
heapreel import two.txt -o x.reel 2>/dev/null
try heapreel import x.reel -o y.reel
try heapreel import either -o y.reel
try heapreel import --from rep text -o y.reel
try heapreel import two.txt -o y.reel --max-bad-lines 1
try heapreel import two.txt -o y.reel --max-bad-lines 0
try heapreel import two.txt -o y.reel --max-bad-lines few
try heapreel import --from csv headless.csv -o y.reel
try heapreel import cut.gz -o y.reel
try heapreel import --from csv two.txt -o y.reel --ticks-per-second 1G
try heapreel import two.txt -o y.reel --ticks-per-second 1G
ls
