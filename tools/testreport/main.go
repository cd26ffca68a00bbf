// Testreport reads the events of go test -json, shows what failed and what was
// skipped, and prints the seconds that each room took. It exits 1 when a test
// or a build failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

type report struct {
	output          map[string][]string // of a test that is running, by package and test
	seconds         map[string]float64
	passed, failed  int
	skips, failures []string
}

func main() {
	r := &report{output: map[string][]string{}, seconds: map[string]float64{}}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var e event
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			fmt.Println(in.Text()) // a line of the build
			continue
		}
		r.take(e)
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
	r.print()
	if r.failed > 0 || r.passed == 0 {
		os.Exit(1)
	}
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		r.output[key] = append(r.output[key], e.Output)
	case "build-output":
		fmt.Print(e.Output)
	case "build-fail":
		r.failed++
		r.failures = append(r.failures, e.ImportPath+" (build)")
	case "pass", "fail", "skip":
		r.end(e, key)
	}
}

func (r *report) end(e event, key string) {
	lines := r.output[key]
	delete(r.output, key)
	if e.Test == "" {
		r.seconds[e.Package] = e.Elapsed
		fmt.Printf("%-4s %6.1fs  %s\n", e.Action, e.Elapsed, e.Package)
	}
	switch e.Action {
	case "fail":
		r.failed++
		r.failures = append(r.failures, key)
		fmt.Print(strings.Join(lines, ""))
		if e.Test == "" {
			r.unfinished(key)
		}
	case "pass":
		if e.Test != "" {
			r.passed++
		}
	case "skip":
		if e.Test != "" {
			r.skips = append(r.skips, key+": "+reason(lines))
		}
	}
}

// unfinished prints what the tests said that the end of their package cut short:
// one that hung, or that took the program down with it.
func (r *report) unfinished(of string) {
	var keys []string
	for key := range r.output {
		if strings.HasPrefix(key, of) {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	for _, key := range keys {
		r.failures = append(r.failures, key+" (not finished)")
		fmt.Print(strings.Join(r.output[key], ""))
		delete(r.output, key)
	}
}

// reason finds what a skipped test said.
func reason(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "===") && !strings.HasPrefix(l, "---") {
			return l
		}
	}
	return "no reason given"
}

func (r *report) print() {
	rooms := map[string]float64{}
	total := 0.0
	for p, s := range r.seconds {
		room, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(p, "skywatch"), "/"), "/")
		rooms[room] += s
		total += s
	}
	names := make([]string, 0, len(rooms))
	for n := range rooms {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return rooms[names[i]] > rooms[names[j]] })
	fmt.Println("\nseconds per room:")
	for _, n := range names {
		if rooms[n] >= 0.05 {
			fmt.Printf("%8.1f  %s\n", rooms[n], n)
		}
	}
	fmt.Printf("%8.1f  in all, packages side by side\n", total)
	for _, s := range r.skips {
		fmt.Println("skipped:", s)
	}
	for _, f := range r.failures {
		fmt.Println("FAILED:", f)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skips))
}
