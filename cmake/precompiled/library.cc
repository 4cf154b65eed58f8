// The library that common.h is compiled for.
