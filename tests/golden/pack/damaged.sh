make_reels 150000
for file in cut.reel flip.reel; do
  try heapreel pack "$file" -o "p.$file" 2>&1 | masked
  heapreel info "p.$file" | grep -E 'complete|lost'
done
