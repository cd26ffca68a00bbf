package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	short   bool
	million bool
	only    string
	series  int
	output  string
	profile string
	peers   bool
	soak    time.Duration
	tiny    bool // for a test: nothing is measured well
}

func main() {
	o := options{}
	flag.BoolVar(&o.short, "short", false, "a fifth of the load: about a minute in all")
	flag.BoolVar(&o.million, "million", false, "a million alarms in the row crowd as well: some minutes and gigabytes more")
	flag.StringVar(&o.only, "only", "", "comma-separated rows to run: "+strings.Join(rowNames(), ", "))
	flag.IntVar(&o.series, "series", 0, "series of the writing and restart rows (20000, with -short 4000)")
	flag.StringVar(&o.output, "o", "text", "text, markdown or json")
	flag.StringVar(&o.profile, "profile", "", "directory to put CPU profiles of the server into, for each figure of the rows write and query")
	flag.BoolVar(&o.peers, "peers", false, "build peers and measure them beside us where a row can")
	flag.DurationVar(&o.soak, "soak", 0, "instead of the rows: a mixed load for so long, and how the server is meanwhile")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	show, ok := printers[o.output]
	if !ok {
		return fmt.Errorf("-o %q is none of text, markdown, json", o.output)
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	if o.soak > 0 {
		return b.soak(ctx, o.soak)
	}
	rep := report{Machine: describeMachine(ctx)}
	for _, r := range chosen {
		begin := time.Now()
		figures, err := r.measure(ctx, b)
		if err != nil {
			return fmt.Errorf("row %s: %w", r.name, err)
		}
		for _, f := range figures {
			f.Row = r.name
			rep.Figures = append(rep.Figures, f)
		}
		b.progress("%s: done in %.1f s", r.name, time.Since(begin).Seconds())
	}
	return show(os.Stdout, rep)
}

// bench is what the rows share.
type bench struct {
	options
	dir    string // of everything that is written; removed at the end
	binary string
	begun  time.Time
	day    *day // made by the first row that needs it
	quiet  bool // tell nothing of what goes on
}

func newBench(o options) (*bench, error) {
	dir, err := os.MkdirTemp("", "skywatch-bench-")
	if err != nil {
		return nil, err
	}
	if o.series == 0 {
		o.series = 20_000
		if o.short {
			o.series = 4000
		}
	}
	return &bench{options: o, dir: dir, begun: time.Now()}, nil
}

// scaled returns n, or a fifth of it with -short: how often something is done.
func (b *bench) scaled(n int) int {
	switch {
	case b.tiny:
		return max(1, n/1000)
	case b.short:
		return n / 5
	}
	return n
}

// sized returns n, which is a part of the question and so the same with -short.
func (b *bench) sized(n int) int {
	if b.tiny {
		return max(10, n/1000)
	}
	return n
}

// shorter is scaled for times.
func (b *bench) shorter(d time.Duration) time.Duration {
	return time.Duration(b.scaled(int(d)))
}

// progress tells standard error what goes on.
func (b *bench) progress(format string, args ...any) {
	if b.quiet {
		return
	}
	fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(b.begun).Seconds(), fmt.Sprintf(format, args...))
}
