make_reels
mkdir folder
: >empty
echo 'nothing of the kind' >text
zstd -q text
zstd -q x.mlogcol
head -c 5000 x.mlogcol.zst >cut.zst
head -c 50000 x.mlogcol >cut.mlogcol
head -c 12 x.mlogcol >stub.mlogcol
{ head -c 6000 x.mlogcol.zst; head -c 6000 /dev/zero; } >broken.zst
{ printf MLOGCOL2; tail -c +9 x.mlogcol; } >newer.mlogcol
python3 -c 'd = bytearray(open("x.mlogcol", "rb").read()); d[40] ^= 0x3C; open("strange.mlogcol", "wb").write(d)'
for file in missing folder empty text text.zst x.reel cut.zst broken.zst cut.mlogcol stub.mlogcol newer.mlogcol strange.mlogcol; do
  try heapreel import --from mlogcol "$file" -o y.reel 2>&1 | masked >&2
done
ls y.reel* 2>/dev/null
true
