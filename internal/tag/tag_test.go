package tag_test

import (
	"testing"

	"skywatch/internal/tag"
)

func TestReserved(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"aws:": true, "aws:x": true, "AWS:x": true, "aWs:x": true, "aws": false, "awsx": false, "": false, "my:aws:x": false} {
		if got := tag.Reserved(key); got != want {
			t.Errorf("%q: %v", key, got)
		}
		if got := tag.AnyReserved(map[string]string{"team": "web", key: ""}); got != want {
			t.Errorf("%q among others: %v", key, got)
		}
	}
}
