package doors

import (
	"context"
	"net/http"
)

// Receive takes a webhook of a source: its signature, or its token, says whose
// it is.
func (s *Service) Receive(ctx context.Context, n SourceName, h http.Header, body []byte) ([]Taken, error) {
	src, err := s.Source(n)
	if err != nil {
		return nil, err
	}
	secret, err := s.secret(&src)
	if err != nil {
		return nil, err
	}
	do, ok := habitsOf(src.Kind)
	if !ok || !do.proof(secret, h, body, s.Senders()) {
		return nil, unproven(n)
	}
	w := way{to: busOf(n.Tenant, src.Bus), door: "source " + src.ID, window: deliveryWindow}
	if src.Kind == CloudEventKind {
		w.window = repeatWindow
		return s.cloudEvents(ctx, w, h, body)
	}
	a, err := do.read(src.EventSource, h, body)
	if err != nil {
		return nil, err
	}
	return s.take(ctx, w, []arrival{a})
}
