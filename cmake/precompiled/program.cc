// The program that common.h and tests.h are compiled for; never run.
int main() { return 0; }
