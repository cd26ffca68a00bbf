package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// transfer tells how much of something large has passed. It is an io.Writer that
// only counts.
type transfer struct {
	w        io.Writer // nil: nothing is told
	terminal bool
	total    int64 // 0: not known
	bytes    int64
	started  time.Time
	told     time.Time
}

func newTransfer(w io.Writer, quiet bool, total int64) *transfer {
	t := &transfer{total: total, started: time.Now(), told: time.Now()}
	if !quiet {
		t.w = w
		f, ok := w.(*os.File)
		t.terminal = ok && term.IsTerminal(int(f.Fd()))
	}
	return t
}

// Write implements io.Writer.
func (t *transfer) Write(p []byte) (int, error) {
	t.bytes += int64(len(p))
	every := lineEvery
	if t.terminal {
		every = barEvery
	}
	if now := time.Now(); t.w != nil && now.Sub(t.told) >= every {
		t.told = now
		before, after := "", "\n"
		if t.terminal {
			before, after = "\r", "\x1b[K"
		}
		_, _ = fmt.Fprint(t.w, before+t.text(now)+after)
	}
	return len(p), nil
}

func (t *transfer) text(now time.Time) string {
	const mega = 1 << 20
	text := fmt.Sprintf("%.1f MiB, %.1f MiB/s", float64(t.bytes)/mega, float64(t.bytes)/mega/max(now.Sub(t.started).Seconds(), 1e-3))
	if t.total > 0 {
		text = fmt.Sprintf("%3.0f%% %s", 100*min(float64(t.bytes)/float64(t.total), 1), text)
	}
	return text
}

// clear takes the bar away.
func (t *transfer) clear() {
	if t.w != nil && t.terminal {
		_, _ = fmt.Fprint(t.w, "\r\x1b[K")
	}
}
