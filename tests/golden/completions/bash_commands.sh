complete_bash heapreel ''
complete_bash heapreel in
