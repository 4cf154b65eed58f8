complete_fish 'heapreel check --'
