package differential

import (
	"os"
	"slices"
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

// Bounds of a search for a shorter script.
const (
	maxTries   = 200
	maxSingles = 400 // puts of one datum to try instead of puts of several
	shrinkTime = 90 * time.Second
)

// shrink looks for a short script of the same plan whose last step differs,
// and returns it with what differs.
func shrink(t *testing.T, p plan, steps []step) ([]step, []string) {
	t.Helper()
	var wrong []string
	end := time.Now().Add(shrinkTime)
	differs := func(candidate []step) bool {
		if len(candidate) == 0 || time.Now().After(end) {
			return false
		}
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		r := run(t.Context(), p, candidate, dir, quiet())
		found := r.err == nil && len(r.wrong) > 0 && r.played == len(candidate)
		if found {
			wrong = r.wrong
		}
		return found
	}
	if !differs(steps) {
		return nil, []string{"a second run does not show the difference: it depends on more than the script"}
	}
	if candidate := related(steps); differs(candidate) {
		steps = candidate
	}
	steps = shorter(steps, differs)
	if candidate := single(steps); len(candidate) <= maxSingles && differs(candidate) {
		steps = shorter(candidate, differs)
	}
	return withoutRestarts(steps, differs), wrong
}

// shorter takes out steps before the last.
func shorter(steps []step, differs func([]step) bool) []step {
	last := steps[len(steps)-1]
	rest := smallest(steps[:len(steps)-1], maxTries, func(c []step) bool { return differs(append(slices.Clone(c), last)) })
	return append(rest, last)
}

// withoutRestarts takes out the restarts that the difference does not need.
func withoutRestarts(steps []step, differs func([]step) bool) []step {
	for i := range steps {
		if !steps[i].restart {
			continue
		}
		candidate := slices.Clone(steps)
		candidate[i].restart = false
		if differs(candidate) {
			steps = candidate
		}
	}
	return steps
}

// smallest takes out parts of the list, halves first and then ever smaller
// ones, as long as it still fails; it asks at most tries times.
func smallest[T any](list []T, tries int, fails func([]T) bool) []T {
	for size := (len(list) + 1) / 2; size > 0 && tries > 0; {
		removed := false
		for at := 0; at < len(list) && tries > 0; tries-- {
			candidate := slices.Delete(slices.Clone(list), at, min(at+size, len(list)))
			if fails(candidate) {
				list, removed = candidate, true
			} else {
				at += size
			}
		}
		if size == 1 && !removed {
			break
		}
		size = max(1, min(size/2, (len(list)+1)/2))
	}
	return list
}

// related keeps the puts into metrics that the last step is about, and of the
// other reads none.
func related(steps []step) []step {
	last := steps[len(steps)-1]
	about := metricsOf(last)
	var kept []step
	for _, s := range steps[:len(steps)-1] {
		if s.op.Put == nil || s.op.Breaks != "" || s.op.Tenant != last.op.Tenant {
			if s.restart && len(kept) > 0 {
				last.restart = true // one is enough in a first try
			}
			continue
		}
		in := *s.op.Put
		in.EntityMetricData, in.StrictEntityValidation = nil, nil
		data := in.MetricData
		for _, g := range s.op.Put.EntityMetricData {
			data = append(data[:len(data):len(data)], g.MetricData...)
		}
		in.MetricData = slices.DeleteFunc(slices.Clone(data), func(d oracle.Datum) bool { return !about(in.Namespace, d.MetricName) })
		if len(in.MetricData) > 0 {
			s.op.Put = &in
			kept = append(kept, s)
		}
	}
	return append(kept, last)
}

// metricsOf tells which metrics a read may see.
func metricsOf(s step) func(namespace, name string) bool {
	switch op := s.op; {
	case op.Statistics != nil:
		return func(namespace, name string) bool {
			return namespace == op.Statistics.Namespace && name == op.Statistics.MetricName
		}
	case op.Data != nil:
		return func(namespace, name string) bool {
			return slices.ContainsFunc(op.Data.Queries, func(q oracle.Query) bool {
				return q.MetricStat.Metric.Namespace == namespace && q.MetricStat.Metric.MetricName == name
			})
		}
	case op.List != nil:
		return func(string, string) bool { return true }
	}
	return func(string, string) bool { return false }
}

// single makes puts of one datum of those with several.
func single(steps []step) []step {
	var out []step
	for i, s := range steps {
		if i == len(steps)-1 || s.op.Put == nil || len(s.op.Put.EntityMetricData) > 0 || s.op.Breaks != "" {
			out = append(out, s)
			continue
		}
		for j, d := range s.op.Put.MetricData {
			in := *s.op.Put
			in.MetricData = []oracle.Datum{d}
			one := step{restart: s.restart && j == 0, op: s.op}
			one.op.Put = &in
			out = append(out, one)
		}
	}
	return out
}

func TestSmallest(t *testing.T) {
	t.Parallel()
	for _, want := range [][]int{{0}, {99}, {3, 77}, {10, 11, 12, 60}, {}} {
		list := make([]int, 100)
		for i := range list {
			list[i] = i
		}
		tries := 0
		got := smallest(list, maxTries, func(c []int) bool {
			tries++
			return !slices.ContainsFunc(want, func(n int) bool { return !slices.Contains(c, n) })
		})
		if !slices.Equal(got, want) || tries > maxTries {
			t.Errorf("got %v after %d tries, want %v", got, tries, want)
		}
	}
}
