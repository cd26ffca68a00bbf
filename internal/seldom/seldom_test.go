package seldom_test

import (
	"testing"
	"time"

	"skywatch/internal/seldom"
)

func TestNote(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var n seldom.Note
	for _, c := range []struct {
		after time.Duration
		cases int
	}{{0, 1}, {0, 0}, {59 * time.Second, 0}, {time.Minute, 3}, {61 * time.Second, 0}, {2 * time.Minute, 2}} {
		if cases, tell := n.Add(at.Add(c.after)); cases != c.cases || tell != (c.cases > 0) {
			t.Errorf("after %s: %d cases, told %v; want %d", c.after, cases, tell, c.cases)
		}
	}
}
