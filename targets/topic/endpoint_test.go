package topic_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
)

// An endpoint that nobody can call is refused when it is subscribed.
func TestEndpointsWithoutAHost(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	for _, wrong := range []string{"http://", "http:///x", "http://:80/", "http://a b/", "http://x\ny/", "http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:x/"} {
		if _, err := r.topics.Subscribe(t.Context(), n, "http", wrong, nil, base); err == nil || fault.Of(err).Param != "Endpoint" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
