# A reel's name may hold anything; nothing of it steers the terminal.
make_reels
cp x.reel $'\e[31mred.reel'
heapreel info $'\e[31mred.reel' | head -1
