mkdir folder
: >empty
echo 'not a reel' >text
for file in missing folder empty text; do try heapreel pack "$file" -o p.reel; done
ls
