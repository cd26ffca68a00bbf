package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// peerTime is how long a peer may take for one figure.
const peerTime = 2 * time.Minute

// peersDir is a module of its own, so that what peers need is not what Skywatch
// needs.
const peersDir = "bench/peers"

// quamina has the peer match the same rules and events; it returns what to
// print beside ours, and the ratio peer/ours.
func (b *bench) quamina(ctx context.Context, rules []string, events [][]byte, ours float64, found int) (note string, ratio float64) {
	if !b.peers {
		return "", 0
	}
	r, err := b.runQuamina(ctx, rules, events)
	switch {
	case err != nil:
		return fmt.Sprintf("quamina not run: %v", err), 0
	case r.Found != found:
		return fmt.Sprintf("quamina found %d rules where ours found %d", r.Found, found), 0
	}
	return fmt.Sprintf("quamina %s ns, %s ×", number(r.Nanoseconds), number(r.Nanoseconds/ours)), r.Nanoseconds / ours
}

// peerResult is what the peer's program prints.
type peerResult struct {
	Nanoseconds float64
	Found       int
}

func (b *bench) runQuamina(ctx context.Context, rules []string, events [][]byte) (r peerResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, peerTime)
	defer cancel()
	program, err := b.peer(ctx, "quamina")
	if err != nil {
		return r, err
	}
	rulesFile, eventsFile := filepath.Join(b.dir, "peer-rules"), filepath.Join(b.dir, "peer-events")
	for file, text := range map[string][]byte{rulesFile: []byte(strings.Join(rules, "\n")), eventsFile: bytes.Join(events, []byte("\n"))} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return r, err
		}
	}
	out, err := exec.CommandContext(ctx, program, rulesFile, eventsFile).Output()
	if ctx.Err() != nil {
		return r, fmt.Errorf("more than %s", peerTime)
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(out, &r)
}

// peer builds a peer's program once.
func (b *bench) peer(ctx context.Context, name string) (program string, err error) {
	program = filepath.Join(b.dir, "peer-"+name)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	b.progress("building %s", name)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "./"+name)
	cmd.Dir = peersDir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w: %s", err, bytes.TrimSpace(out))
	}
	return program, nil
}
