package differential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// admin posts to what AWS has no API for.
func (h *house) admin(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.server.URL()+"/skywatch/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := h.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", path, resp.Status, answer)
	}
	return json.Unmarshal(answer, out)
}

// world is a server on a clock that is moved by hand.
type world struct {
	*house
	*cloudwatch.Client
	now time.Time
}

func newWorld(t *testing.T, random *rand.Rand) *world {
	t.Helper()
	p := newPlan(random)
	p.byHand = time.Date(2026, 9, 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
	w := &world{house: newHouse(p, t.TempDir(), quiet()), now: p.byHand}
	if err := w.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
	})
	w.Client = w.client(trialTenant.Region)
	return w
}

// until moves the clock and waits for all that comes due on the way.
func (w *world) until(t *testing.T, at time.Time) {
	t.Helper()
	w.now = at
	if err := w.admin(t.Context(), "clock/advance", map[string]any{"To": at}, &struct{}{}); err != nil {
		t.Fatal(err)
	}
}
