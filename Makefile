# Recipes are one line each; anything longer is a Go program.
SHELL := /bin/bash -o pipefail
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
TOOL := go tool -modfile=tools/tools.mod
RACE := $(shell command -v gcc >/dev/null 2>&1 && echo -race)
# Rooms with goroutines and locks of their own, light to build.
CONCURRENT := ./access ./alarms ./archives ./catalog ./doors ./ingest/gather ./journal ./logs ./pattern ./query ./rules/... ./schedule/ticker ./scheduler ./streams ./targets/... ./tsdb/...
ROUNDS ?= 200
FUZZTIME ?= 30s
MINUTES ?= 10

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/skywatch.
	@echo "building bin/skywatch (the first time takes a minute or two)"; CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/skywatch ./cmd/skywatch

run: build ## Serve on 127.0.0.1:4582 with data in ./data and the host agent.
	@bin/skywatch --config examples/tour.yaml serve --listen 127.0.0.1:4582 --data-dir ./data --agent-interval 10s

test: ## Run the whole test suite, the concurrent rooms under the race detector too; print seconds per room.
	@go run ./tools/prepare && go test -json ./... | go run ./tools/testreport
	@if command -v gcc >/dev/null; then echo "race detector:" && go test -json -race $(CONCURRENT) | go run ./tools/testreport; fi

race: ## Run the tests under the race detector (needs a C compiler).
	@go test -json $(RACE) ./... | go run ./tools/testreport

fuzz: ## Run every fuzz target for FUZZTIME.
	@go run ./tools/fuzzall -time $(FUZZTIME)

crash: ## Run the kill -9 test for ROUNDS rounds, and the long forms of the crash tests.
	@SKYWATCH_KILL_ROUNDS=$(ROUNDS) go test -count=1 -timeout 60m -run Kill -v ./conformance/kill && go test -count=1 -timeout 60m -run 'Crash|Model|Failure|Flip' -v ./tsdb -tsdb.long && go test -count=1 -run Crash -v ./catalog ./alarms ./targets/...

differential: ## Compare 5 seeds of 10,000 random operations, of 5,000 expressions and of 20,000 alarms with the slow models.
	@SKYWATCH_DIFF_SEEDS=5 SKYWATCH_DIFF_OPS=10000 SKYWATCH_DIFF_EXPRESSIONS=5000 SKYWATCH_DIFF_ALARMS=20000 SKYWATCH_DIFF_LIVE=1200 SKYWATCH_DIFF_COMPOSITES=20 SKYWATCH_DIFF_MUTES=20 go test -count=1 -timeout 60m -run Model -v ./conformance/differential

conformance: build ## Run the client tests against the binary.
	@go run ./tools/prepare && SKYWATCH_BINARY=$(CURDIR)/bin/skywatch go test -count=1 ./conformance/...

bench: ## Measure what needs no peer, and print a table.
	@go run ./bench

bench-peers: ## The same, with the peers that can be had beside us.
	@go run ./bench -peers

soak: ## Put a mixed load on the binary for MINUTES and print what it holds; judges nothing.
	@go run ./bench -soak $(MINUTES)m

lint: ## Vet, staticcheck, gofumpt.
	@go vet ./... && $(TOOL) staticcheck ./... && test -z "$$($(TOOL) gofumpt -l $$(git ls-files '*.go' | grep -v _gen.go) | tee /dev/stderr)"

fmt: ## Format.
	@$(TOOL) gofumpt -w $$(git ls-files '*.go' | grep -v _gen.go)

generate: ## Write generated code and documents anew (BOTOCORE_DATA=DIR: schemas too).
	@test -z "$$BOTOCORE_DATA" || go generate ./api/wire/schemas; go run ./tools/genops -out api/operations_gen.go && go run ./tools/gendocs

docs-backtest: ## Back-test alarms on recordings of CloudWatch (SKYWATCH_TEST_DATA) and write docs/backtest.md.
	@go run ./tools/backtestdocs

check: lint race ## What a change must pass.

clean: ## Remove what was built.
	@rm -rf bin

.PHONY: help build run test race fuzz crash differential conformance bench bench-peers soak lint fmt generate docs-backtest check clean
.DEFAULT_GOAL := help
