package trial

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// reader makes tests of the nodes of a file.
type reader struct {
	file   string
	beside string // the folder of files that it names
}

// lineError is what is wrong at a line.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }

func wrong(n *yaml.Node, format string, args ...any) error {
	return &lineError{n.Line, fmt.Errorf(format, args...)}
}

// fields has a function of each key of a mapping read its value. A key that has
// none is refused.
func fields(n *yaml.Node, what string, read map[string]func(*yaml.Node) error) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return wrong(n, "%s must be a mapping with some of the keys %s", what, strings.Join(slices.Sorted(maps.Keys(read)), ", "))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f, ok := read[key.Value]
		if !ok {
			return wrong(key, "%s has no key %q: it may have %s", what, key.Value, strings.Join(slices.Sorted(maps.Keys(read)), ", "))
		}
		if seen[key.Value] {
			return wrong(key, "%q stands here twice", key.Value)
		}
		seen[key.Value] = true
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		if err := f(value); err != nil {
			return err
		}
	}
	return nil
}

// each reads the entries of a list.
func each(what string, f func(*yaml.Node) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return wrong(n, "%s must be a list", what)
		}
		for _, e := range n.Content {
			if e.Kind == yaml.AliasNode {
				e = e.Alias
			}
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	}
}

func text(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Value == "" {
			return wrong(n, "a text is wanted here")
		}
		*to = n.Value
		return nil
	}
}

func duration(to *time.Duration) func(*yaml.Node) error {
	return func(n *yaml.Node) (err error) {
		if *to, err = parseDuration(n.Value); n.Kind != yaml.ScalarNode || err != nil {
			return wrong(n, "%q is no time: write it as 90s, 5m, 1h30m or 2d", n.Value)
		}
		return nil
	}
}

// parseDuration takes days beside what Go takes.
func parseDuration(s string) (time.Duration, error) {
	days, rest, ok := strings.Cut(s, "d")
	if !ok {
		days, rest = "0", s
	}
	n, err := strconv.ParseUint(days, 10, 9)
	d := time.Duration(n) * 24 * time.Hour
	if err != nil || rest == "" {
		return d, err
	}
	more, err := time.ParseDuration(rest)
	if err == nil && (more < 0 || more%time.Millisecond != 0) {
		err = errors.New("not a number of milliseconds")
	}
	return d + more, err
}

func instant(to *time.Time) func(*yaml.Node) error {
	return func(n *yaml.Node) (err error) {
		if *to, err = time.Parse(time.RFC3339, n.Value); err != nil {
			return wrong(n, "%q is no time: write it as 2026-01-05T00:00:00Z", n.Value)
		}
		*to = to.UTC()
		if y := to.Year(); y < 2000 || y > 2098 {
			return wrong(n, "the time must be within the years 2000 to 2098")
		}
		return nil
	}
}

// tests reads a file: a list of tests, with what they have in common, or one.
func (r *reader) tests(n *yaml.Node) (all []Test, err error) {
	common := Test{Name: r.file, File: r.file, Line: n.Line, Start: Begin, Interval: defaultInterval}
	read := r.of(&common)
	var list *yaml.Node
	read["tests"] = func(n *yaml.Node) error { list = n; return nil }
	if err := fields(n, "the file", read); err != nil {
		return nil, err
	}
	if list == nil {
		return []Test{common}, common.check(n)
	}
	if len(common.Expect) > 0 {
		return nil, wrong(list, "a file has either expect, and is one test, or tests, each with its own")
	}
	err = each("tests", func(n *yaml.Node) error {
		t := common
		t.Line, t.Name = n.Line, fmt.Sprintf("test %d", len(all)+1)
		t.Alarms, t.Series = slices.Clone(t.Alarms), slices.Clone(t.Series)
		if err := fields(n, "a test", r.of(&t)); err != nil {
			return err
		}
		all = append(all, t)
		return all[len(all)-1].check(n)
	})(list)
	if err == nil && len(all) == 0 {
		err = wrong(list, "there is no test")
	}
	return all, err
}

// of reads what a test has.
func (r *reader) of(t *Test) map[string]func(*yaml.Node) error {
	return map[string]func(*yaml.Node) error{
		"name": text(&t.Name), "start": instant(&t.Start), "interval": duration(&t.Interval),
		"alarms": each("alarms", func(n *yaml.Node) error {
			a, err := r.alarm(n)
			t.Alarms = append(t.Alarms, a)
			return err
		}),
		"series": each("series", func(n *yaml.Node) error {
			s, err := series(n)
			t.Series = append(t.Series, s)
			return err
		}),
		"expect": each("expect", func(n *yaml.Node) error {
			e, err := expectation(n)
			t.Expect = append(t.Expect, e)
			return err
		}),
	}
}

// check holds the parts of a test against each other.
func (t *Test) check(n *yaml.Node) error {
	if t.Interval < time.Second || t.Interval > 24*time.Hour {
		return wrong(n, "interval must be 1s to 1d")
	}
	switch {
	case len(t.Alarms) == 0:
		return wrong(n, "%s has no alarms", t.Name)
	case len(t.Expect) == 0:
		return wrong(n, "%s expects nothing", t.Name)
	}
	named := map[string]bool{}
	for _, a := range t.Alarms {
		if named[a.Name] {
			return &lineError{a.Line, fmt.Errorf("there is another alarm %q", a.Name)}
		}
		named[a.Name] = true
	}
	for _, e := range t.Expect {
		if !named[e.Alarm] {
			return &lineError{e.Line, fmt.Errorf("there is no alarm %q: there are %s", e.Alarm, strings.Join(slices.Sorted(maps.Keys(named)), ", "))}
		}
	}
	slices.SortStableFunc(t.Expect, func(a, b Expectation) int { return cmp.Compare(a.At, b.At) })
	return nil
}
