# One verb per target; the scripts in src/main/sh do the work. ARGS are handed on: make run ARGS=--server.http2.enabled=true
MAKEFLAGS += --no-print-directory
HERE := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
SH := $(HERE)src/main/sh

.PHONY: help run dev test test-17 mutate bench soak crash compat fmt check clean fuzz

help: ## Show the verbs
	@sed -n 's/^\([a-z0-9-]*\): ## \(.*\)/make \1\t\2/p' "$(HERE)Makefile" | expand -t 14

run: ## Build and start the service
	@exec "$(SH)"/run.sh $(ARGS)

dev: ## Start the service from quickly compiled classes
	@exec "$(SH)"/dev.sh $(ARGS)

test: ## Run every test, and show that a clean copy builds and runs with JDK 17 alone
	@exec "$(SH)"/test.sh $(ARGS)

test-17: ## Run every test on JDK 17 alone, in a clean copy
	@exec "$(SH)"/test-17.sh $(ARGS)

mutate: ## Put faults in, one at a time, and count those that tests notice: ARGS="async token command.OutputLog"
	@exec "$(SH)"/mutate.sh $(ARGS)

bench: ## Measure against the bare launch, the agent alone, plain Reactor Netty and SQLite alone
	@exec "$(SH)"/tool.sh dev.sandbar.bench.Bench $(ARGS)

soak: ## Create, run and kill thousands of sandboxes and count what is left
	@exec "$(SH)"/tool.sh dev.sandbar.soak.Soak $(ARGS)

crash: ## Kill a loaded service a hundred times and hold each next one to what it promised
	@exec "$(SH)"/tool.sh dev.sandbar.crash.Crash $(ARGS)

compat: ## Walk with every version of E2B's clients that npm has, and print what works
	@exec "$(SH)"/compat.sh $(ARGS)

fuzz: ## Send damaged requests to every route and look for failures, hangs and paths of the host
	@exec "$(SH)"/tool.sh dev.sandbar.fuzz.Fuzz $(ARGS)

fmt: ## Format the Java sources
	@cd "$(HERE)" && . src/main/sh/env.sh && maven -q spotless:apply

check: ## Check format, compiler warnings, architecture and shell scripts
	@exec "$(SH)"/check.sh

clean: ## Remove everything that was built
	@cd "$(HERE)" && rm -rf target src/test/e2e/node_modules
