package promql

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
	"skywatch/tsdb"
)

func TestVector(t *testing.T) {
	t.Parallel()
	db, err := tsdb.Open(tsdb.Options{Dir: "d", FS: vfs.NewMem(), Tick: -1, MinFreeBytes: -1, Partitions: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	noon := metric.At(time.Now()).Floor(metric.Minute)
	tenant := metric.Tenant{Account: "a", Region: "r"}
	var all []metric.Sample
	for host, v := range map[string]float64{"b": 7, "a": 5} {
		for _, age := range []time.Duration{90 * time.Second, 0} { // the second's minute is open at noon
			all = append(all, metric.Sample{
				ID:   metric.ID{Tenant: tenant, Namespace: "App", Name: "M", Dimensions: []metric.Dimension{{Name: "host", Value: host}}},
				Time: noon.Add(-age), Set: metric.Single(v + age.Seconds()),
			})
		}
	}
	for i, v := range []float64{1000, 1, 10, 100, 1000, 10000, 100000} { // noon's minute, and those before it
		id := metric.ID{Tenant: tenant, Namespace: "App", Name: "E"}
		all = append(all, metric.Sample{ID: id, Time: noon.Add(time.Duration(-i) * time.Minute), Set: metric.Single(v)})
	}
	if err := db.Append(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	e := New(Options{Data: query.New(db, nil, query.Limits{}), Raw: db})
	vector := func(closed bool, text string) ([]Element, error) {
		return e.Vector(t.Context(), Caller{Tenant: tenant, Now: noon, Closed: closed}, text, noon)
	}
	raw := metric.RawSeries{ID: metric.ID{Tenant: tenant, Namespace: metric.RawNamespace, Name: "raw", Raw: true}}
	for i := range 41 { // each 15 s from ten minutes ago up to noon
		at := noon.Add(time.Duration(i-40) * 15 * time.Second)
		raw.Samples = append(raw.Samples, metric.RawSample{Time: at, Value: float64(at-noon)/1000 + 600})
	}
	if err := db.AppendRaw(t.Context(), []metric.RawSeries{raw}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]map[bool]float64{
		"raw":                                        {true: 600, false: 600},
		"count_over_time(raw[1m])":                   {true: 4, false: 4},
		"rate(raw[1m])":                              {true: 1, false: 1},
		"rate(raw[5m])":                              {true: 1, false: 1},
		"timestamp(raw) - time()":                    {true: 0, false: 0},
		`sum_over_time(E{stat="Sum"}[1m])`:           {true: 1, false: 1000},
		`sum_over_time(E{stat="Sum"}[5m])`:           {true: 11111, false: 2111},
		`sum_over_time(E{stat="Sum"}[1m] offset 1m)`: {true: 10, false: 1},
		`timestamp(E) - time()`:                      {true: 0, false: 0},
	} {
		for closed, want := range want {
			if got, err := vector(closed, text); err != nil || len(got) != 1 || math.Abs(got[0].Value-want) > 1e-9 {
				t.Errorf("%s, closed %v: %v, %v, want %v", text, closed, got, err, want)
			}
		}
	}
	of := func(host string, v float64) Element { return Element{map[string]string{"host": host}, v} }
	for closed, want := range map[bool][]Element{false: {of("a", 5), of("b", 7)}, true: {of("a", 95), of("b", 97)}} {
		got, err := vector(closed, "max by (host) (M)")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("closed %v (-want +got)\n%s", closed, diff)
		}
	}
	for text, want := range map[string]string{
		"M >":         "parse error",
		"1":           "returns a scalar",
		"M[5m]":       "returns a range vector",
		"M + on() M":  "many-to-many matching not allowed",
		"group_left(": "parse error",
	} {
		_, err := vector(true, text)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Validation || !strings.Contains(f.Message, want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
