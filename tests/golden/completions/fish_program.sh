touch notes.txt
complete_fish 'heapreel doctor --j'
complete_fish 'heapreel doctor cat not'
