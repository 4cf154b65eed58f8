touch notes.txt
complete_bash heapreel doctor --j
complete_bash heapreel doctor mktem | sort -u
complete_bash heapreel doctor --json -- mktem | sort -u
complete_bash heapreel doctor cat --json not
