GO       ?= go
GOLANGCI ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2
FUZZTIME ?= 10s

# Each checkout has a cache of its own: a shared one would tell of lines in another checkout, which may be gone.
export GOLANGCI_LINT_CACHE ?= $(CURDIR)/.cache/golangci-lint

PACKAGES ?= ./...
KILLS    ?= 1000

# The race detector needs a C compiler.
RACE := $(shell command -v "$$($(GO) env CC)" >/dev/null 2>&1 && echo -race)

.PHONY: help run build test torture cross dist servers lint bench fuzz cover clean

help: ## say what there is to make
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

run: build ## try ferry on a demo server; nothing of it remains
	./ferry demo

build: ## build ./ferry
	$(GO) build -trimpath -o ferry ./cmd/ferry

test: servers ## all checks: go vet, the linters, every test
	$(GO) vet $(PACKAGES)
	$(GOLANGCI) run $(PACKAGES)
	$(if $(RACE),,@echo "test: no C compiler, so no race detector")
	$(GO) test $(RACE) -timeout 30m $(PACKAGES)
	@FUZZTIME=20s .ci/fuzz ./ftpclient ./ftpclient/listing

torture: servers ## kill ferry KILLS times in the middle of its work
	FERRY_TORTURE=$(KILLS) $(GO) test -run '^TestCrash$$' -count 1 -timeout 3h -v ./cmd/ferry

cross: ## compile for other systems; nothing is kept
	@for t in windows/amd64 darwin/arm64 linux/arm64; do echo "build $$t"; \
		GOOS=$${t%/*} GOARCH=$${t#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/ferry || exit 1; done

dist: ## binaries for all systems, .deb, manual page, completions, checksums
	@.ci/dist

servers: ## bring the FTP servers that the tests run against, beside the system
	@.ci/servers

lint: ## the linters alone
	$(GOLANGCI) run $(PACKAGES)

bench: ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)

fuzz: ## each fuzz test for FUZZTIME
	@FUZZTIME=$(FUZZTIME) .ci/fuzz $(PACKAGES)

cover: servers ## how much of the code the tests reach
	@mkdir -p .cache
	$(GO) test -coverpkg=./... -coverprofile=.cache/cover.out $(PACKAGES)
	$(GO) tool cover -func=.cache/cover.out | tail -1
	$(GO) tool cover -html=.cache/cover.out -o .cache/cover.html

clean: ## remove all that was made or fetched
	rm -rf ferry dist .cache
