heapreel import "$HEAPREEL_SOURCE/tests/importers/data/csv/good_export.csv" -o a.reel 2>/dev/null
heapreel export a.reel
heapreel export a.reel --format csv --table events -o a.csv
heapreel export a.reel | cmp - a.csv
# A reel without times has no columns of them.
heapreel pack a.reel --time none -o b.reel 2>/dev/null
heapreel export b.reel -o - | head -2
# And back again.
heapreel import a.csv -o c.reel 2>/dev/null
heapreel export b.reel -o b.csv
heapreel import b.csv -o d.reel 2>/dev/null
for reel in a b c d; do heapreel info $reel.reel | grep 'content id'; done
