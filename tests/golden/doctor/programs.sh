# What is said of programs of each kind; the machine's part of the checklist differs from machine to machine.
printf 'int main(void) { return 0; }\n' > x.c
cp x.c own.c && printf 'void* malloc(unsigned long n) { return (void*)n; }\n' >> own.c
gcc x.c -o plain && gcc -static x.c -o static && gcc -static-pie -fPIE x.c -o static_pie
gcc -fno-builtin own.c -o own
gcc -fsanitize=address x.c -o asan
printf '#!/usr/bin/env sh\n' > script && chmod +x script
printf '#!/nowhere/sh\n' > lost && chmod +x lost
head -c 300 plain > ./cut && chmod +x cut
printf 'MZ\0\1' > x.exe && chmod +x x.exe
touch text
for program in plain static static_pie own asan script lost cut x.exe text missing; do
    heapreel doctor ./$program | sed -n '/^Program/,/^$/p; /^The program/,/^$/p' | sed 's|leads to /.*|leads to a shell|; s|/[a-z/]*sh is|A_SHELL is|'
done
heapreel doctor no-such-program --flag | sed -n '/^Program/,/^$/p'
