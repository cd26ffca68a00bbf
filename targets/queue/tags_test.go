package queue_test

import (
	"strings"
	"testing"

	"skywatch/internal/fault"
)

// Tags are counted in characters, and those of AWS are not to be had.
func TestTagsThatAreRefused(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q, longest := name("q"), map[string]string{strings.Repeat("ü", 128): strings.Repeat("ü", 256)}
		if err := d.s.Create(t.Context(), q, nil, longest); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []map[string]string{{"aws:x": "1"}, {"AWS:": ""}, {"": "x"}, {strings.Repeat("ü", 129): ""}, {"a": strings.Repeat("ü", 257)}} {
			if err := d.s.Tag(t.Context(), q, wrong); !fault.Is(err, fault.InvalidValue) {
				t.Errorf("%v: %v", wrong, err)
			}
		}
		if tags, err := d.s.Tags(q); err != nil || len(tags) != 1 {
			t.Errorf("there are %v, %v", tags, err)
		}
	})
}
