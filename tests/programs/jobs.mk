# Eight jobs of one program, for `make -j4`.
all: job1 job2 job3 job4 job5 job6 job7 job8
job%:
	@$(PROGRAM) 50
