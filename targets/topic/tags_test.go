package topic_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
)

// Tags are counted in characters, and those of AWS are not to be had.
func TestTagsThatAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	longest := map[string]string{strings.Repeat("ü", 128): strings.Repeat("ü", 256)}
	r.must(r.topics.Tag(t.Context(), n, longest))
	for _, wrong := range []map[string]string{{"aws:x": "1"}, {"AWS:": ""}, {"": "x"}, {strings.Repeat("ü", 129): ""}, {"a": strings.Repeat("ü", 257)}} {
		if err := r.topics.Tag(t.Context(), n, wrong); err == nil || fault.Of(err).Param != "Tags" {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if tags, err := r.topics.Tags(n); err != nil || len(tags) != 1 {
		t.Errorf("there are %v, %v", tags, err)
	}
}
