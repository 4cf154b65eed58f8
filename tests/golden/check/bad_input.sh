mkdir folder
: >empty
echo 'not a reel' >text
printf '\x7fELF%0100d' 0 >elf
for file in missing folder empty text elf; do try heapreel check "$file"; done
