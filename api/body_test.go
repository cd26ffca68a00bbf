package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"skywatch/internal/fault"
)

// A body of 1 MiB and a byte is too much for a metric, and right for a message.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, value string
		fits          bool
	}{
		"metric, JSON":   {"X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData", false},
		"metric, Query":  {"Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20261125/us-east-1/monitoring/aws4_request", false},
		"message, JSON":  {"X-Amz-Target", "AmazonSQS.SendMessage", true},
		"message, Query": {"Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20261125/us-east-1/sqs/aws4_request", true},
	} {
		for _, size := range []int{maxBody, maxBody + 1, maxQueueBody, maxQueueBody + 1} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(make([]byte, size)))
			r.Header.Set(c.header, c.value)
			sent, err := readBody(&request{http: r})
			if fits := size <= maxBody || c.fits && size <= maxQueueBody; fits && (err != nil || len(sent) != size) || !fits && !fault.Is(err, fault.TooLarge) {
				t.Errorf("%s: read %d of %d bytes, %v", name, len(sent), size, err)
			}
		}
	}
}
