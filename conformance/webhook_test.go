package conformance_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// envelope is what SNS sends to a subscriber.
type envelope struct {
	Type, MessageID, TopicArn, Subject, Message, Timestamp string
	Token, SubscribeURL                                    string
	SignatureVersion, Signature, SigningCertURL            string
	UnsubscribeURL                                         string
	header                                                 http.Header
}

// webhook is an http endpoint that confirms its subscription by the link, as a
// person would, and keeps what it is notified of.
type webhook struct {
	url      string
	received chan envelope
}

func newWebhook(t *testing.T) *webhook {
	t.Helper()
	w := &webhook{received: make(chan envelope, 16)}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		e := envelope{header: r.Header}
		if err == nil {
			err = json.Unmarshal(body, &e)
		}
		switch {
		case err != nil:
			t.Errorf("webhook: body %q: %v", body, err)
		case r.Header.Get("X-Amz-Sns-Message-Type") != e.Type || r.Header.Get("X-Amz-Sns-Topic-Arn") != e.TopicArn:
			t.Errorf("webhook: headers %v of a %s of %s", r.Header, e.Type, e.TopicArn)
		case e.Type == "SubscriptionConfirmation":
			confirm(t, e.SubscribeURL)
		default:
			w.received <- e
		}
	}))
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

func confirm(t *testing.T, link string) {
	resp, err := client.Get(link)
	if err != nil {
		t.Errorf("confirm: %v", err)
		return
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("confirm by %s: %s %s", link, resp.Status, body)
	}
}

// next waits for a notification.
func (w *webhook) next(t *testing.T, limit time.Duration) envelope {
	t.Helper()
	select {
	case e := <-w.received:
		return e
	case <-time.After(limit):
		t.Fatalf("webhook: nothing in %s", limit)
		return envelope{}
	}
}
