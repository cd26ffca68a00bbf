package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestNextRuns(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	for _, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"Expression":"cron(0 9 ? * MON-FRI *)","Timezone":"Europe/Berlin","From":"2026-11-27T12:00:00Z","Count":2}`, 200, `{"Times":["2026-11-30T08:00:00Z","2026-12-01T08:00:00Z"]}`},
		{`{"Expression":"rate(5 minutes)","From":"2026-11-27T12:00:00Z","Count":1}`, 200, `{"Times":["2026-11-27T12:05:00Z"]}`},
		{`{"Expression":"cron(0 9 * * * *)"}`, 400, `"Error"`},
		{`{"Expression":"rate(5 minutes)","Count":1001}`, 400, `"Error"`},
		{`[]`, 400, `"Error"`},
	} {
		resp, err := http.Post(s.URL()+"/skywatch/v1/schedules/next", "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != c.status || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %d %s", c.body, resp.StatusCode, got)
		}
	}
}
