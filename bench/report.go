package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// report is everything that is printed.
type report struct {
	Machine machine
	Figures []figure
}

// figure is one line of the table.
type figure struct {
	Row  string
	What string
	// Ours is the figure as it is read, Values the same for programs, by unit.
	Ours   string
	Values map[string]float64
	// Goal is what we hold ourselves to, empty where there is no goal.
	Goal string `json:",omitempty"`
	// Peer is another program's figure from the same run, and the ratio peer/ours.
	Peer string `json:",omitempty"`
	// Note holds times on the wall and what else is for orientation.
	Note string `json:",omitempty"`
}

// value is a figure of one number.
func value(what string, v float64, unit, goal, note string) figure {
	return figure{What: what, Ours: number(v) + " " + unit, Values: map[string]float64{unit: v}, Goal: goal, Note: note}
}

// number prints three digits that matter.
func number(v float64) string {
	switch {
	case v == 0 || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

var printers = map[string]func(io.Writer, report) error{"text": text, "markdown": markdown, "json": asJSON}

func text(w io.Writer, r report) error {
	_, _ = fmt.Fprintf(w, "%s\n\n", strings.Join(r.Machine.lines(), "\n"))
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "row\twhat\tours\tgoal\tpeer\tfor orientation")
	for _, f := range r.Figures {
		_, _ = fmt.Fprintln(t, strings.Join([]string{f.Row, f.What, f.Ours, f.Goal, f.Peer, f.Note}, "\t"))
	}
	return t.Flush()
}

func markdown(w io.Writer, r report) error {
	for _, l := range r.Machine.lines() {
		_, _ = fmt.Fprintf(w, "- %s\n", l)
	}
	_, _ = fmt.Fprint(w, "\n| Row | What | Ours | Goal | Peer | For orientation |\n|---|---|---|---|---|---|\n")
	for _, f := range r.Figures {
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join([]string{f.Row, f.What, f.Ours, f.Goal, f.Peer, f.Note}, " | ")); err != nil {
			return err
		}
	}
	return nil
}

func asJSON(w io.Writer, r report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
