package agent

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	var b backoff
	want := []time.Duration{
		200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond, 1600 * time.Millisecond,
		3200 * time.Millisecond, 6400 * time.Millisecond, 12800 * time.Millisecond, backoffMax, backoffMax,
	}
	for range 2 {
		for i, most := range want {
			if d := b.next(); d < most/2 || d >= most {
				t.Errorf("wait %d is %s, want %s to %s", i, d, most/2, most)
			}
		}
		b.reset()
	}
}

func TestBackoffNeverOverflows(t *testing.T) {
	t.Parallel()
	b := backoff{failures: 1 << 20}
	if d := b.next(); d < backoffMax/2 || d >= backoffMax {
		t.Errorf("wait %s", d)
	}
}
