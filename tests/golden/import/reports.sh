data=$HEAPREEL_SOURCE/tests/importers/data
heapreel import "$data/android/good.txt" -o a.reel 2>&1 | masked
echo; heapreel import --from csv "$data/csv/good_semicolons.csv" -o b.reel 2>&1 | masked
# Whatever is odd is said: lines that are none, frees of nothing, a name that is handed out twice, times that fall.
{
  echo 'op,address,size,time_ms'
  echo 'malloc,0x10,8,10'
  echo 'malloc,0x10,8,11'
  echo 'free,0x99,,5'
  echo 'realloc,0x20,8,12'
  printf 'ma\033[31mlloc,0x10,8,13\n'
  for i in 1 2 3 4 5 6; do echo "oops $i"; done
} >odd.csv
echo; heapreel import odd.csv -o c.reel 2>&1 | masked
echo; heapreel import odd.csv -o d.reel --json | grep -v bytes_on_disk
for reel in a b c d; do heapreel check $reel.reel; done
heapreel info a.reel | grep -E 'origin|threads'
