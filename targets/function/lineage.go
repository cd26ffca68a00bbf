package function

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// maxRuns is how often a function runs in one chain of causes (Lambda developer
// guide, "Recursive loop detection": approximately 16 times).
const maxRuns = 16

// The lineage of an invocation is a part of its X-Ray trace header:
// "Root=1-...;Lineage=1a2b3c4d:2|5e6f7a8b:1" says that the function whose mark
// is 1a2b3c4d has run twice in this chain, and another one once. Runtimes hand
// the header to AWS's SDKs, and these send it with what a function calls.
const lineageField = "Lineage"

// longestTrace is that of PutEvents' TraceHeader; a longer header is none.
const longestTrace = 500

// mark stands for a function in lineages.
func (n Name) mark() string {
	sum := sha256.Sum256([]byte(n.ARN()))
	return hex.EncodeToString(sum[:4])
}

// rooted is a trace header that has a root: the one given, or a new one.
func rooted(trace string, now time.Time) string {
	for field := range strings.SplitSeq(trace, ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name == "Root" && value != "" {
			return trace
		}
	}
	var id [12]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	root := fmt.Sprintf("Root=1-%08x-%x", uint32(now.Unix()), id)
	if trace == "" {
		return root
	}
	return root + ";" + trace
}

// lineage reads the runs, by mark, that a trace header tells of.
func lineage(trace string) map[string]int {
	runs := map[string]int{}
	for field := range strings.SplitSeq(trace, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if name != lineageField {
			continue
		}
		for one := range strings.SplitSeq(value, "|") {
			i := strings.LastIndexByte(one, ':')
			if n, err := strconv.Atoi(one[i+1:]); i > 0 && err == nil && n > 0 {
				mark := one[:i]
				runs[mark[strings.LastIndexByte(mark, ':')+1:]] = n
			}
		}
	}
	return runs
}

// withLineage is a trace header with another lineage than it had.
func withLineage(trace string, runs map[string]int) string {
	var fields []string
	for field := range strings.SplitSeq(trace, ";") {
		if field != "" && !strings.HasPrefix(strings.TrimSpace(field), lineageField+"=") {
			fields = append(fields, field)
		}
	}
	var all []string
	for _, mark := range sortedMarks(runs) {
		all = append(all, mark+":"+strconv.Itoa(runs[mark]))
	}
	return strings.Join(append(fields, lineageField+"="+strings.Join(all, "|")), ";")
}

// mostMarks bounds a lineage; those that ran most often are kept.
const mostMarks = 16

func sortedMarks(runs map[string]int) []string {
	all := make([]string, 0, len(runs))
	for mark := range runs {
		all = append(all, mark)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(runs[b]-runs[a], strings.Compare(a, b)) })
	return all[:min(len(all), mostMarks)]
}

// joined is a trace header for what several together are the cause of: each
// function counts as often as in the longest of their chains.
func joined(traces []string) string {
	if len(traces) == 0 {
		return ""
	}
	runs := map[string]int{}
	for _, trace := range traces {
		for mark, n := range lineage(trace) {
			runs[mark] = max(runs[mark], n)
		}
	}
	if len(runs) == 0 {
		return traces[0]
	}
	return withLineage(traces[0], runs)
}

// looped reports whether a function has run too often in the chain that a trace
// header tells of, and may not run in circles.
func (f *Function) looped(trace string) bool { return !f.Loops && lineage(trace)[f.mark()] >= maxRuns }

// next is the trace header that an invocation is given: its chain, with one more
// run.
func (n Name) next(trace string, now time.Time) string {
	runs := lineage(trace)
	runs[n.mark()]++
	return withLineage(rooted(trace, now), runs)
}

// circular refuses an invocation that would go on with a circle.
func circular() error {
	return &fault.Error{
		Kind: fault.LimitExceeded, Subject: recursion,
		Message: fmt.Sprintf("The function has run %d times in one chain of causes: it runs in a circle.", maxRuns), // wording (inferred)
	}
}

const recursion = "recursion"

func isCircular(err error) bool {
	f := fault.Of(err)
	return f != nil && f.Kind == fault.LimitExceeded && f.Subject == recursion
}

// AllowLoops says whether a function may run in circles.
func (s *Service) AllowLoops(ctx context.Context, n Name, allow bool) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		f, err := getFunction(tx, n)
		if err != nil {
			return err
		}
		f.Loops = allow
		return functions.Put(tx, f, n.key()...)
	})
}
