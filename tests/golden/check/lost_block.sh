# Index and a block's header are damaged: nothing tells of the block any more but the count of all events.
make_reels 150000
python3 - <<'PYTHON'
data = bytearray(open("x.reel", "rb").read())
data[-10] ^= 1
sync = data[64:68]
blocks = [at for at in range(64, len(data), 8) if data[at : at + 4] == sync]
data[blocks[2] + 20] ^= 1
open("y.reel", "wb").write(data)
PYTHON
heapreel check y.reel | masked | grep -vE '^unknown free|^  event'
heapreel info y.reel | grep -E 'complete|lost|events'
