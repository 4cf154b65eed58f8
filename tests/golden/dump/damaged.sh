# What can be read is printed; what is missing is said.
make_reels 150000
for file in cut.reel flip.reel; do
  heapreel dump "$file" 2>warnings | wc -l
  masked <warnings
done
