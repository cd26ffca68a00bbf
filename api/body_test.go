package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// claimant is a body of which little arrives.
type claimant struct {
	sent    bool
	offered int // how much memory waited for what had not arrived
}

func (c *claimant) Read(p []byte) (int, error) {
	if c.sent {
		return 0, io.ErrUnexpectedEOF
	}
	c.sent, c.offered = true, len(p)
	return copy(p, "{"), nil
}

func (c *claimant) Close() error { return nil }

// TestClaimedBody holds that memory is taken for what a client sent, not for
// what it says it will send.
func TestClaimedBody(t *testing.T) {
	t.Parallel()
	body := &claimant{}
	q := &request{http: httptest.NewRequest(http.MethodPost, "/", body)}
	q.http.ContentLength = maxBody
	if _, err := readBody(q); err == nil {
		t.Fatal("half a body was read")
	}
	if body.offered == 0 || body.offered > 2*firstRead {
		t.Errorf("memory for %d bytes was taken", body.offered)
	}
}
