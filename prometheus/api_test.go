package prometheus_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/gorilla/mux"

	"skywatch/metric"
	"skywatch/prometheus"
	"skywatch/query"
	"skywatch/query/promql"
	"skywatch/tsdb"
)

var (
	tenant = metric.Tenant{Account: "000000000000", Region: "us-east-1"}
	noon   = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
)

// Conversations: "put" stores data, "get" asks, one request a line, at noon of 2
// January 2026. A line is a path and its parameters; T-5m stands for the time in
// seconds five minutes before noon.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		db, ask := house(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b strings.Builder
			for line := range strings.Lines(d.Input) {
				if line = strings.TrimSpace(line); d.Cmd == "put" {
					if err := db.Append(t.Context(), []metric.Sample{sample(t, line)}); err != nil {
						t.Fatal(err)
					}
				} else {
					fmt.Fprintln(&b, ask(d.Cmd, times(t, line)))
				}
			}
			return b.String()
		})
	})
}

// house is the API over an empty store. What asks with method get or post.
func house(t *testing.T) (*tsdb.DB, func(method, line string) string) {
	t.Helper()
	db, err := tsdb.Open(tsdb.Options{Dir: "d", FS: vfs.NewMem(), Now: func() time.Time { return noon }, Tick: -1, MinFreeBytes: -1, Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	data := query.New(db, []byte("secret"), query.Limits{})
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	prometheus.New(prometheus.Options{
		Engine:       promql.New(promql.Options{Data: data, Raw: db, Logger: slog.New(slog.DiscardHandler), MaxSamples: 1000}),
		Authenticate: func(*http.Request, []byte) (metric.Tenant, error) { return tenant, nil },
		Now:          func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
	}).Mount(r)
	return db, func(method, line string) string {
		path, params, _ := strings.Cut(line, " ")
		form := url.Values{}
		for p := range strings.SplitSeq(params, " & ") {
			if name, value, ok := strings.Cut(p, "="); ok {
				form.Add(strings.TrimSpace(name), value)
			}
		}
		req := httptest.NewRequest(http.MethodGet, "/api/v1"+path+"?"+form.Encode(), nil)
		if method == "post" {
			req = httptest.NewRequest(http.MethodPost, "/api/v1"+path, strings.NewReader(form.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		body, _ := io.ReadAll(w.Body)
		return fmt.Sprintf("%d %s", w.Code, strings.TrimSpace(string(body)))
	}
}

// sample reads App:Latency{Host=a,Zone=b} T-5m 1,2,3.
func sample(t *testing.T, line string) metric.Sample {
	t.Helper()
	f := strings.Fields(line)
	key := strings.Join(f[:len(f)-2], " ") // names may have spaces
	f = f[len(f)-2:]
	namespace, rest, _ := strings.Cut(key, ":")
	name, dims, _ := strings.Cut(strings.TrimSuffix(rest, "}"), "{")
	s := metric.Sample{ID: metric.ID{Tenant: tenant, Namespace: namespace, Name: name}}
	for p := range strings.SplitSeq(dims, ",") {
		if k, v, ok := strings.Cut(p, "="); ok {
			s.ID.Dimensions = append(s.ID.Dimensions, metric.Dimension{Name: k, Value: v})
		}
	}
	s.ID.Normalize()
	at, err := strconv.ParseInt(times(t, f[0]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	s.Time = metric.Instant(at * 1000)
	for i, w := range strings.Split(f[1], ",") {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			t.Fatal(err)
		}
		s.Values = append(s.Values, metric.Weight{Value: v, Count: 1})
		if set := metric.Single(v); i == 0 {
			s.Set = set
		} else {
			s.Set = s.Set.Merge(set)
		}
	}
	return s
}

// times puts seconds in place of T, T-5m and T+1h.
func times(t *testing.T, line string) string {
	t.Helper()
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '=' })
	for _, w := range slices.Compact(words) {
		rest, ok := strings.CutPrefix(w, "T")
		if !ok || rest != "" && rest[0] != '-' && rest[0] != '+' {
			continue
		}
		var d time.Duration
		if rest != "" {
			var err error
			if d, err = time.ParseDuration(rest); err != nil {
				continue
			}
		}
		line = strings.Replace(line, w, strconv.FormatInt(noon.Add(d).Unix(), 10), 1)
	}
	return line
}
