# A program that may be run but not read: that is all that can be said of it.
printf 'int main(void) { return 0; }\n' > x.c
gcc x.c -o hidden && chmod 0111 hidden
without_privilege heapreel doctor ./hidden | sed -n '/^Program/,/^$/p'
