package query_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

var (
	tenant = metric.Tenant{Account: "000000000000", Region: "us-east-1"}
	noon   = metric.At(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
)

// pages reads all pages and returns the results joined, with the number of
// points of every page.
func pages(t interface{ Fatal(...any) }, e *query.Engine, ctx interface{ Context() context.Context }, in query.DataInput) (joined []query.DataResult, sizes []int) {
	for {
		// Later pages are asked for later; the answer is as of the first.
		now := noon.Add(time.Duration(len(sizes)) * time.Hour)
		out, err := e.MetricData(ctx.Context(), now, tenant, in)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for i, r := range out.Results {
			size += len(r.Values)
			if len(sizes) == 0 {
				joined = append(joined, r)
				continue
			}
			joined[i].Timestamps = append(joined[i].Timestamps, r.Timestamps...)
			joined[i].Values = append(joined[i].Values, r.Values...)
			joined[i].Status = r.Status
		}
		sizes = append(sizes, size)
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return joined, sizes
		}
		if size == 0 {
			t.Fatal("a page without a point promises another")
		}
	}
}

// TestPagesAddUp holds that the pages together are the whole answer, that each
// but the last is full, and that the last says Complete everywhere.
func TestPagesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		store := &samples{}
		for range rapid.IntRange(0, 40).Draw(rt, "samples") {
			store.add(metric.Sample{
				ID:             metric.ID{Tenant: tenant, Namespace: "A", Name: rapid.SampledFrom([]string{"M", "N"}).Draw(rt, "name")},
				Time:           noon - metric.Instant(rapid.Int64Range(0, 3600_000).Draw(rt, "age")),
				Set:            metric.Single(1),
				HighResolution: true,
			})
		}
		var in query.DataInput
		for i := range rapid.IntRange(1, 4).Draw(rt, "queries") {
			p := rapid.SampledFrom([]int32{10, 60, 300}).Draw(rt, "period")
			in.Queries = append(in.Queries, query.DataQuery{ID: fmt.Sprintf("q%d", i), Stat: &query.MetricStat{
				Namespace: "A", Name: rapid.SampledFrom([]string{"M", "N"}).Draw(rt, "asked"), Stat: "Sum", Period: &p,
			}})
		}
		start, end := noon.Add(-time.Hour), noon
		in.StartTime, in.EndTime = &start, &end
		in.ScanBy = rapid.SampledFrom([]string{"", "TimestampAscending"}).Draw(rt, "scan")
		engine := query.New(store, []byte("secret"), query.Limits{})
		want, _ := pages(rt, engine, t, in)
		most := int32(rapid.IntRange(1, 10).Draw(rt, "max"))
		in.MaxDatapoints = &most
		got, sizes := pages(rt, engine, t, in)
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("pages differ from the whole (-whole +pages):\n%s", diff)
		}
		for i, n := range sizes {
			if n > int(most) || i < len(sizes)-1 && n != int(most) {
				rt.Fatalf("pages of %v points, at most %d asked for", sizes, most)
			}
		}
	})
}

// TestManyWindows reads far more periods than a page can hold points: 200
// metrics, each over 14 days by the minute, with a few points at either end.
func TestManyWindows(t *testing.T) {
	t.Parallel()
	store := &samples{}
	var in query.DataInput
	p := int32(60)
	start, end := noon.Add(-14*24*time.Hour), noon
	for i := range 200 {
		name := fmt.Sprintf("M%d", i)
		in.Queries = append(in.Queries, query.DataQuery{ID: fmt.Sprintf("q%d", i), Stat: &query.MetricStat{Namespace: "A", Name: name, Stat: "Sum", Period: &p}})
		if i%50 == 0 {
			for _, at := range []metric.Instant{start, start.Add(time.Minute), end.Add(-time.Minute)} {
				store.add(metric.Sample{ID: metric.ID{Tenant: tenant, Namespace: "A", Name: name}, Time: at, Set: metric.Single(float64(i))})
			}
		}
	}
	most := int32(5)
	in.StartTime, in.EndTime, in.MaxDatapoints = &start, &end, &most
	got, sizes := pages(t, query.New(store, nil, query.Limits{}), t, in)
	if !slices.Equal(sizes, []int{5, 5, 2}) {
		t.Errorf("pages of %v points", sizes)
	}
	for i, r := range got {
		if want := 3 * (1 - min(i%50, 1)); len(r.Values) != want || r.Status != query.Complete {
			t.Errorf("%s: %d points, %s; want %d", r.ID, len(r.Values), r.Status, want)
		}
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	store := &samples{}
	for i := range 1001 {
		store.add(metric.Sample{ID: metric.ID{Tenant: tenant, Namespace: "A", Name: fmt.Sprintf("M%d", i)}, Time: noon, Set: metric.Single(1)})
	}
	engine := query.New(store, []byte("secret"), query.Limits{})
	var in query.ListInput
	var sizes []int
	seen := make(map[string]bool)
	for {
		page, err := engine.ListMetrics(t.Context(), noon, tenant, in)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Metrics))
		for _, id := range page.Metrics {
			seen[id.Name] = true
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			break
		}
	}
	if !slices.Equal(sizes, []int{500, 500, 1}) || len(seen) != 1001 {
		t.Errorf("pages of %v, %d metrics", sizes, len(seen))
	}
}

// TestTokensAreBound holds that a token opens nothing but the next page of its
// own request, for its own tenant, under its own key.
func TestTokensAreBound(t *testing.T) {
	t.Parallel()
	store := &samples{}
	for i := range 501 {
		store.add(metric.Sample{ID: metric.ID{Tenant: tenant, Namespace: "A", Name: fmt.Sprintf("M%d", i)}, Time: noon, Set: metric.Single(1)})
	}
	engine := query.New(store, []byte("secret"), query.Limits{})
	in := query.ListInput{Namespace: "A"}
	page, err := engine.ListMetrics(t.Context(), noon, tenant, in)
	if err != nil || page.NextToken == "" {
		t.Fatalf("token %q, error %v", page.NextToken, err)
	}
	in.NextToken = page.NextToken
	other := tenant
	other.Account = "111111111111"
	altered, err := base64.RawURLEncoding.DecodeString(in.NextToken)
	if err != nil {
		t.Fatal(err)
	}
	altered[10] ^= 1
	p := int32(60)
	for _, c := range []struct {
		name string
		ask  func() error
		ok   bool
	}{
		{"its own request", func() error { _, err := engine.ListMetrics(t.Context(), noon, tenant, in); return err }, true},
		{"another tenant", func() error { _, err := engine.ListMetrics(t.Context(), noon, other, in); return err }, false},
		{"another filter", func() error {
			_, err := engine.ListMetrics(t.Context(), noon, tenant, query.ListInput{Namespace: "A", Name: "M1", NextToken: in.NextToken})
			return err
		}, false},
		{"another key", func() error {
			_, err := query.New(store, []byte("other"), query.Limits{}).ListMetrics(t.Context(), noon, tenant, in)
			return err
		}, false},
		{"altered", func() error {
			_, err := engine.ListMetrics(t.Context(), noon, tenant, query.ListInput{Namespace: "A", NextToken: base64.RawURLEncoding.EncodeToString(altered)})
			return err
		}, false},
		{"no token at all", func() error {
			_, err := engine.ListMetrics(t.Context(), noon, tenant, query.ListInput{Namespace: "A", NextToken: "x"})
			return err
		}, false},
		{"another operation", func() error {
			_, err := engine.MetricData(t.Context(), noon, tenant, query.DataInput{
				StartTime: instant(noon - 1), EndTime: instant(noon), NextToken: in.NextToken,
				Queries: []query.DataQuery{{ID: "m", Stat: &query.MetricStat{Namespace: "A", Name: "M1", Stat: "Sum", Period: &p}}},
			})
			return err
		}, false},
	} {
		if err := c.ask(); (err == nil) != c.ok || err != nil && !fault.Is(err, fault.InvalidToken) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}

func TestTooManyQueries(t *testing.T) {
	t.Parallel()
	p := int32(60)
	in := query.DataInput{StartTime: instant(noon - 1), EndTime: instant(noon)}
	for i := range 501 {
		in.Queries = append(in.Queries, query.DataQuery{ID: fmt.Sprintf("m%d", i), Stat: &query.MetricStat{Namespace: "A", Name: "M", Stat: "Sum", Period: &p}})
	}
	engine := query.New(&samples{}, nil, query.Limits{})
	if _, err := engine.MetricData(t.Context(), noon, tenant, in); !fault.Is(err, fault.Validation) {
		t.Errorf("501 queries: %v", err)
	}
	in.Queries = in.Queries[:500]
	if _, err := engine.MetricData(t.Context(), noon, tenant, in); err != nil {
		t.Errorf("500 queries: %v", err)
	}
}
