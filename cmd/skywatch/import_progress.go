package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second // where there is no terminal
	barCells  = 24
)

// progress tells how far an import is: a bar on a terminal, a line now and
// then elsewhere.
type progress struct {
	w        io.Writer // nil: nothing is told
	terminal bool
	total    int64 // bytes of all files; 0: not known
	before   int64 // bytes of the files that are done
	bytes    int64 // of the present file
	skip     int64 // bytes of all files that an earlier run did
	rows     int   // of this run
	started  time.Time
	told     time.Time
	now      func() time.Time
}

func newProgress(w io.Writer, quiet bool, total int64) *progress {
	p := &progress{total: total, now: time.Now}
	p.started = p.now()
	p.told = p.started
	if !quiet {
		p.w = w
		f, ok := w.(*os.File)
		p.terminal = ok && term.IsTerminal(int(f.Fd()))
	}
	return p
}

// add counts rows that were acknowledged; bytes is how much of the present
// file has been read.
func (p *progress) add(rows int, bytes int64) {
	p.rows += rows
	p.bytes = bytes
	every := lineEvery
	if p.terminal {
		every = barEvery
	}
	if p.w == nil || p.now().Sub(p.told) < every {
		return
	}
	p.told = p.now()
	if p.terminal {
		_, _ = fmt.Fprint(p.w, "\r"+p.text()+"\x1b[K")
	} else {
		_, _ = fmt.Fprintln(p.w, p.text())
	}
}

// skipped counts bytes that took no time to import.
func (p *progress) skipped(bytes int64) { p.skip += bytes }

// endFile turns to the next file.
func (p *progress) endFile(bytes int64) { p.before, p.bytes = p.before+bytes, 0 }

// say prints a line above the bar.
func (p *progress) say(format string, args ...any) {
	if p.w != nil {
		p.clear()
		_, _ = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.w != nil && p.terminal {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func (p *progress) text() string {
	took := p.now().Sub(p.started)
	text := fmt.Sprintf("%d rows, %.0f rows/s", p.rows, float64(p.rows)/max(took.Seconds(), 1e-3))
	if p.total == 0 {
		return text
	}
	done := min(float64(p.before+p.bytes)/float64(p.total), 1)
	text = fmt.Sprintf("%3.0f%% %s", 100*done, text)
	if new := done - float64(p.skip)/float64(p.total); new > 0 {
		left := time.Duration(float64(took) * (1 - done) / new)
		text += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	if p.terminal {
		full := int(done * barCells)
		text = "[" + strings.Repeat("#", full) + strings.Repeat(".", barCells-full) + "] " + text
	}
	return text
}
