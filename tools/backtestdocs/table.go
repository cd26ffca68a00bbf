package main

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
)

// The marks between which the page has what this program writes.
const (
	begin = "<!-- written by tools/backtestdocs: begin -->\n"
	end   = "<!-- written by tools/backtestdocs: end -->\n"
)

// insert puts text between the marks of a page.
func insert(page, text string) (string, error) {
	before, rest, ok := strings.Cut(page, begin)
	if !ok {
		return "", errors.New("the page has no mark to begin at")
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return "", errors.New("the page has no mark to end at")
	}
	return before + begin + text + end + after, nil
}

// table is the results in figures, then in pictures.
func table(results []result) string {
	var b strings.Builder
	b.WriteString("\n| Series | What it is | Alarm | Because | Fired | In ALARM | Longest | Labelled | Outside |\n|---|---|---|---|---:|---:|---:|---:|---:|\n")
	evaluations, fired := 0, 0
	for _, r := range results {
		total, longest := r.lengths()
		hit, beside := r.judge()
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s | %d | %s | %s | %d of %d | %d |\n", r.file, r.picture(), r.what, html.EscapeString(r.alarm()), r.why,
			len(r.firings), lasted(total), lasted(longest), hit, len(r.windows), beside)
		evaluations, fired = evaluations+r.evaluations, fired+len(r.firings)
	}
	fmt.Fprintf(&b, "\nIn all %d evaluations, %d of them to ALARM.\n", evaluations, fired)
	for _, r := range results {
		fmt.Fprintf(&b, "\n![%s: %s](%s)\n", r.file, r.what, r.picture())
	}
	b.WriteString("\n")
	return b.String()
}

// picture is the file of the series' picture, from docs.
func (r *result) picture() string { return "backtest/" + r.file + ".svg" }

func (r *result) lengths() (total, longest time.Duration) {
	for _, f := range r.firings {
		length := f.to.Sub(f.from)
		total, longest = total+length, max(longest, length)
	}
	return total, longest
}

// judge counts the windows in which the alarm was in ALARM, and the times that it
// was so in none.
func (r *result) judge() (hit, beside int) {
	for _, w := range r.windows {
		for _, f := range r.firings {
			if f.meets(w) {
				hit++
				break
			}
		}
	}
	for _, f := range r.firings {
		if !f.meetsAny(r.windows) {
			beside++
		}
	}
	return hit, beside
}

func (s stretch) meets(o stretch) bool { return s.from.Before(o.to) && o.from.Before(s.to) }

func (s stretch) meetsAny(all []stretch) bool {
	for _, o := range all {
		if s.meets(o) {
			return true
		}
	}
	return false
}

// lasted writes whole minutes.
func lasted(d time.Duration) string {
	switch h, m := int(d.Hours()), int(d.Minutes())%60; {
	case d == 0:
		return "–"
	case h == 0:
		return fmt.Sprintf("%d m", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d m", h, m)
	}
}
