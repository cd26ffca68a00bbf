package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// backtestBar tells on a terminal how far a long back-test is.
type backtestBar struct {
	w        io.Writer // nil: nothing is told
	from, to time.Time
}

func newBacktestBar(w io.Writer, from, to time.Time) *backtestBar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &backtestBar{}
	}
	return &backtestBar{w, from, to}
}

// at tells that all before t is done.
func (b *backtestBar) at(t time.Time) {
	if b.w != nil {
		_, _ = fmt.Fprintf(b.w, "\r%3.0f%% until %s\x1b[K", 100*t.Sub(b.from).Seconds()/b.to.Sub(b.from).Seconds(), clock(t))
	}
}

// clear takes the line away.
func (b *backtestBar) clear() {
	if b.w != nil {
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
	}
}
