# The two commands: `make run` starts mqloupe, `make test` runs every test.
# Both install the Debian or Ubuntu packages they need, where there is apt and something is missing.

.PHONY: run test pictures

# Arguments for the program: make run ARGS='--connect mqtt://127.0.0.1'
ARGS =

ifeq ($(shell uname -s),Linux)
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
NO_DISPLAY = yes
endif
endif

ifdef NO_DISPLAY
run:
	@echo 'There is no display here (DISPLAY and WAYLAND_DISPLAY are empty), so no window can open.'
	@echo 'Running the first minute as text instead: mqloupe $(or $(ARGS),demo)'
	cargo run --release -- $(or $(ARGS),demo)
else
run:
	@tests/setup/packages run
	cargo run --release -- $(ARGS)
endif

test:
	@tests/setup/packages test
	@tests/setup/all

# The pictures of the README, taken from the real window while the window test works it.
pictures:
	@tests/setup/packages test
	MQLOUPE_PICTURES=$(CURDIR)/assets cargo test --test window
