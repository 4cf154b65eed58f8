# What is saved is sound but for the gap, which is written down.
make_reels 150000
for file in cut.reel flip.reel; do
  try heapreel check "$file" --repair -o "whole.$file" 2>&1 | masked
  try heapreel check "whole.$file" 2>&1 | masked
  heapreel info "whole.$file" | grep -E 'complete|lost'
  heapreel dump "whole.$file" | wc -l
done
