package trial

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// lastChanges is how much of an alarm's course a report shows.
const lastChanges = 10

// Report writes what came of tests, for people.
func Report(w io.Writer, all []Result) error {
	var b strings.Builder
	failed, expectations := 0, 0
	for i := range all {
		r := &all[i]
		expectations += len(r.Expect)
		if len(r.Failures) == 0 {
			fmt.Fprintf(&b, "ok    %s\n", r.title())
			continue
		}
		failed++
		fmt.Fprintf(&b, "FAIL  %s\n", r.title())
		for j := range r.Failures {
			r.Failures[j].report(&b, r.Test)
		}
	}
	fmt.Fprintf(&b, "%s, %s, %d failed\n", count(len(all), "test"), count(expectations, "expectation"), failed)
	_, err := io.WriteString(w, b.String())
	return err
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// title names a test.
func (t *Test) title() string {
	if t.Name == t.File {
		return t.File
	}
	return t.File + ": " + t.Name
}

func (f *Failure) report(b *strings.Builder, t *Test) {
	fmt.Fprintf(b, "  %s:%d: %s: expected %s, got %s\n", t.File, f.Line, f.String(), f.Wants, f.Got)
	if f.State.Reason != "" {
		fmt.Fprintf(b, "    reason: %s\n", f.State.Reason)
	}
	shown := f.Course
	if skipped := len(shown) - lastChanges; skipped > 0 {
		shown = shown[skipped:]
		fmt.Fprintf(b, "    ... %s before\n", count(skipped, "change"))
	}
	if len(shown) == 0 {
		fmt.Fprintf(b, "    it has not changed since it was made\n")
	}
	for _, c := range shown {
		fmt.Fprintf(b, "    %8s  %s\n", told(c.At.Sub(t.Start)), c.String())
	}
}

// String tells of a change in a line.
func (c *Change) String() string {
	if c.New.Value == "" {
		return "took " + strings.Join(c.Actions, ", ")
	}
	return fmt.Sprintf("%s -> %s  %s", c.Old, c.New.Value, c.New.Reason)
}

// told is a duration without what is zero at its end: 5m, 1h30m, 2h.
func told(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
