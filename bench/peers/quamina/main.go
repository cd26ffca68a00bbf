// Quamina has github.com/timbray/quamina match what the bench's row match
// matches: it reads rules and events, one a line, from two files and prints the
// CPU nanoseconds that an event took and how many rules were found in a first
// round over the events.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"

	"quamina.net/go/quamina"
)

// result is what is printed, as JSON.
type result struct {
	Nanoseconds float64
	Found       int
}

func main() {
	r, err := measure(os.Args[1], os.Args[2])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quamina:", err)
		os.Exit(1)
	}
}

func measure(rules, events string) (result, error) {
	q, err := quamina.New()
	if err != nil {
		return result{}, err
	}
	if err := eachLine(rules, func(n int, text string) error { return q.AddPattern(n, text) }); err != nil {
		return result{}, err
	}
	var all [][]byte
	if err := eachLine(events, func(_ int, text string) error { all = append(all, []byte(text)); return nil }); err != nil {
		return result{}, err
	}
	round := func() (found int, err error) {
		for _, e := range all {
			x, err := q.MatchesForEvent(e)
			if err != nil {
				return 0, err
			}
			found += len(x)
		}
		return found, nil
	}
	var r result
	if r.Found, err = round(); err != nil { // warms up
		return r, err
	}
	begin, used, n := time.Now(), cpu(), 0
	for time.Since(begin) < time.Second {
		if _, err := round(); err != nil {
			return r, err
		}
		n += len(all)
	}
	r.Nanoseconds = float64(cpu()-used) / float64(n)
	return r, nil
}

func eachLine(file string, do func(n int, text string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan(); n++ {
		if err := do(n, lines.Text()); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return lines.Err()
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails only for a bad argument
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
