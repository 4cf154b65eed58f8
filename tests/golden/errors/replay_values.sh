# What the words of replay may not be.
try heapreel replay --pace 3 a.reel
try heapreel replay --pace 0x a.reel
try heapreel replay --pin 3-1 a.reel
try heapreel replay --rounds 0 a.reel
try heapreel replay --quick --rounds 3 a.reel
try heapreel replay --allocators supermalloc a.reel
try heapreel replay --allocators /lib/libx.so a.reel
try heapreel replay --allocators glibc,glibc a.reel
try heapreel replay --allocators glibc --set jemalloc:X=1 a.reel
try heapreel replay --allocators glibc --set glibc:X a.reel
try heapreel replay --allocators glibc --set LD_PRELOAD=x a.reel
try heapreel replay --allocators x=/nowhere/libx.so a.reel
try heapreel replay --allocators glibc a.reel
try heapreel replay --force a.reel
