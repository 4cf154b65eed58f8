complete_bash heapreel dump --format ''
complete_bash heapreel pack --time = e
complete_bash heapreel import --from m
