package process

import (
	"slices"
	"testing"
	"time"
)

// What is of some owners ends, all of it, and nothing else.
func TestStopAll(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for _, id := range []string{"i-1", "i-2", "i-3"} {
		spec := sleeper(id)
		if id != "i-3" {
			spec.Owner = "1/eu/" + id
		} else {
			spec.Owner = "11/eu/web"
		}
		start(t, s, spec)
	}
	if err := s.StopAll(t.Context(), "1/", time.Minute); err != nil {
		t.Fatal(err)
	}
	if a, b := s.Running("1/eu/i-1"), s.Running("1/eu/i-2"); len(a)+len(b) > 0 {
		t.Errorf("still running: %v %v", a, b)
	}
	if got := s.Running("11/eu/web"); !slices.Equal(got, []string{"i-3"}) {
		t.Errorf("of another owner: %v", got)
	}
}
