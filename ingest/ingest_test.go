package ingest_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/ingest"
	"skywatch/internal/fault"
	"skywatch/metric"
)

var (
	tenant = metric.Tenant{Account: "000000000000", Region: "us-east-1"}
	now    = time.Date(2026, 11, 25, 12, 0, 7, 0, time.UTC)
)

// memory is a BatchAppender that keeps what it is given.
type memory struct {
	got     []metric.Sample
	batches []metric.BatchID
	err     error
}

func (m *memory) AppendOnce(ctx context.Context, id metric.BatchID, s []metric.Sample) (bool, error) {
	m.batches = append(m.batches, id)
	return false, m.Append(ctx, s)
}

func (m *memory) Append(_ context.Context, s []metric.Sample) error {
	m.got = append(m.got, s...)
	return m.err
}

func datum(name string, change func(*ingest.Datum)) ingest.Datum {
	d := ingest.Datum{Name: &name}
	change(&d)
	return d
}

func value(v float64) func(*ingest.Datum) { return func(d *ingest.Datum) { d.Value = &v } }

func request(data ...ingest.Datum) ingest.Request {
	return ingest.Request{Tenant: tenant, Namespace: new("App"), Data: data}
}

func set(count, sum, low, high float64) *ingest.StatisticValues {
	return &ingest.StatisticValues{SampleCount: &count, Sum: &sum, Minimum: &low, Maximum: &high}
}

func at(d time.Duration) *metric.Instant { return new(metric.At(now.Add(d))) }

func dims(pairs ...string) []ingest.Dimension {
	var out []ingest.Dimension
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, ingest.Dimension{Name: &pairs[i], Value: &pairs[i+1]})
	}
	return out
}

func manyDims(n int) []ingest.Dimension {
	var pairs []string
	for i := range n {
		pairs = append(pairs, "d"+strings.Repeat("x", i), "v")
	}
	return dims(pairs...)
}

const first = "MetricData.member.1."

// Every rule of cloudwatch.md 3.2 and 3.3 at its limit and one past it. A kind
// of 0 means accepted.
func TestRules(t *testing.T) {
	t.Parallel()
	ones := func(n int) []float64 {
		s := make([]float64, n)
		for i := range s {
			s[i] = float64(i)
		}
		return s
	}
	big := math.Ldexp(1, 360)
	one := func(change func(*ingest.Datum)) ingest.Request { return request(datum("M", change)) }
	ns := func(name string) ingest.Request {
		r := one(value(1))
		r.Namespace = &name
		return r
	}
	name := func(n string) ingest.Request { return request(datum(n, value(1))) }
	with := func(change func(*ingest.Datum)) ingest.Request {
		return one(func(d *ingest.Datum) { d.Value = new(1.0); change(d) })
	}
	many := func(n int) ingest.Request {
		r := request()
		for range n {
			r.Data = append(r.Data, datum("M", value(1)))
		}
		return r
	}
	for _, c := range []struct {
		what  string
		r     ingest.Request
		kind  fault.Kind
		param string
		text  string // exact where the specification has it
	}{
		{"no data", request(), fault.Missing, "MetricData", "At least one MetricDatum object must be present in the request."},
		{"1000 data", many(1000), 0, "", ""},
		{"1001 data", many(1001), fault.InvalidValue, "MetricData", ""},
		{"no namespace", ingest.Request{Tenant: tenant, Data: many(1).Data}, fault.Missing, "Namespace", "The parameter Namespace is required."},
		{"namespace 255", ns(strings.Repeat("n", 255)), 0, "", ""},
		{"namespace 256", ns(strings.Repeat("n", 256)), fault.InvalidValue, "Namespace", ""},
		{"namespace colon", ns(":a"), fault.InvalidValue, "Namespace", ""},
		{"namespace inner colon", ns("a:b"), 0, "", ""},
		{"namespace blank", ns("  "), fault.InvalidValue, "Namespace", ""},
		{"namespace non-ASCII", ns("é"), fault.InvalidValue, "Namespace", ""},
		{"namespace reserved", ns("AWS/EC2"), fault.InvalidValue, "Namespace", "The value AWS/ for parameter Namespace is invalid."},
		{"namespace AWSX", ns("AWSX"), 0, "", ""},
		{"name 255", name(strings.Repeat("n", 255)), 0, "", ""},
		{"name 256", name(strings.Repeat("n", 256)), fault.InvalidValue, first + "MetricName", ""},
		{"name empty", name(""), fault.Missing, first + "MetricName", "The parameter " + first + "MetricName is required."},
		{"name control", name("a\x01"), fault.InvalidValue, first + "MetricName", ""},
		{"30 dimensions", with(func(d *ingest.Datum) { d.Dimensions = manyDims(30) }), 0, "", ""},
		{"31 dimensions", with(func(d *ingest.Datum) { d.Dimensions = manyDims(31) }), fault.InvalidValue, first + "Dimensions", ""},
		{"dimension twice", with(func(d *ingest.Datum) { d.Dimensions = dims("a", "1", "a", "2") }), fault.InvalidValue, first + "Dimensions.member.2.Name", ""},
		{"dimension value empty", with(func(d *ingest.Datum) { d.Dimensions = dims("a", "") }), fault.Missing, first + "Dimensions.member.1.Value", ""},
		{"dimension value blank", with(func(d *ingest.Datum) { d.Dimensions = dims("a", " ") }), fault.InvalidValue, first + "Dimensions.member.1.Value", ""},
		{"dimension value 1024", with(func(d *ingest.Datum) { d.Dimensions = dims("a", strings.Repeat("v", 1024)) }), 0, "", ""},
		{"dimension value 1025", with(func(d *ingest.Datum) { d.Dimensions = dims("a", strings.Repeat("v", 1025)) }), fault.InvalidValue, first + "Dimensions.member.1.Value", ""},
		{"dimension name colon", with(func(d *ingest.Datum) { d.Dimensions = dims(":a", "1") }), fault.InvalidValue, first + "Dimensions.member.1.Name", ""},
		{"14 days ago", with(func(d *ingest.Datum) { d.Time = at(-ingest.MaxPast) }), 0, "", ""},
		{"before that", with(func(d *ingest.Datum) { d.Time = at(-ingest.MaxPast - time.Millisecond) }), fault.InvalidValue, first + "Timestamp", ""},
		{"in 2 hours", with(func(d *ingest.Datum) { d.Time = at(ingest.MaxFuture) }), 0, "", ""},
		{"after that", with(func(d *ingest.Datum) { d.Time = at(ingest.MaxFuture + time.Millisecond) }), fault.InvalidValue, first + "Timestamp", ""},
		{"2^360", one(value(big)), 0, "", ""},
		{"-2^360", one(value(-big)), 0, "", ""},
		{"over 2^360", one(value(math.Nextafter(big, math.Inf(1)))), fault.InvalidValue, first + "Value", ""},
		{"NaN", one(value(math.NaN())), fault.InvalidValue, first + "Value", "The value NaN for parameter MetricData.member.1.Value is invalid."},
		{"infinite", one(value(math.Inf(-1))), fault.InvalidValue, first + "Value", "The value -Infinity for parameter MetricData.member.1.Value is invalid."},
		{"no value", one(func(*ingest.Datum) {}), fault.InvalidCombo, first + "Value", ""},
		{"150 values", one(func(d *ingest.Datum) { d.Values = ones(150) }), 0, "", ""},
		{"151 values", one(func(d *ingest.Datum) { d.Values = ones(151) }), fault.InvalidValue, first + "Values", ""},
		{"values NaN", one(func(d *ingest.Datum) { d.Values = []float64{1, math.NaN()} }), fault.InvalidValue, first + "Values.member.2", ""},
		{
			"value and values", with(func(d *ingest.Datum) { d.Values = ones(1) }), fault.InvalidCombo, first + "Value",
			"The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
		},
		{
			"value and set", with(func(d *ingest.Datum) { d.Set = set(1, 1, 1, 1) }), fault.InvalidCombo, first + "Value",
			"The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.",
		},
		{"counts alone", with(func(d *ingest.Datum) { d.Counts = ones(1) }), fault.InvalidCombo, first + "Counts", ""},
		{
			"counts of another size", one(func(d *ingest.Datum) { d.Values, d.Counts = ones(2), ones(1) }), fault.InvalidValue, first + "Counts",
			"The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
		},
		{"count negative", one(func(d *ingest.Datum) { d.Values, d.Counts = ones(1), []float64{-1} }), fault.InvalidValue, first + "Counts.member.1", ""},
		{"count fraction and 0", one(func(d *ingest.Datum) { d.Values, d.Counts = ones(2), []float64{0, 0.5} }), 0, "", ""},
		{"set", one(func(d *ingest.Datum) { d.Set = set(2, 3, 1, 2) }), 0, "", ""},
		{"set and values", one(func(d *ingest.Datum) { d.Set, d.Values = set(2, 3, 1, 2), ones(2) }), 0, "", ""},
		{"set without sum", one(func(d *ingest.Datum) { d.Set = set(2, 3, 1, 2); d.Set.Sum = nil }), fault.Missing, first + "StatisticValues.Sum", ""},
		{"set count 0", one(func(d *ingest.Datum) { d.Set = set(0, 0, 0, 0) }), fault.InvalidValue, first + "StatisticValues.SampleCount", ""},
		{"set upside down", one(func(d *ingest.Datum) { d.Set = set(2, 3, 2, 1) }), fault.InvalidValue, first + "StatisticValues.Maximum", ""},
		{"set sum inconsistent", one(func(d *ingest.Datum) { d.Set = set(2, 300, 1, 2) }), 0, "", ""},
		{"unit", with(func(d *ingest.Datum) { d.Unit = "Kilobytes/Second" }), 0, "", ""},
		{"unit case", with(func(d *ingest.Datum) { d.Unit = "seconds" }), fault.InvalidValue, first + "Unit", ""},
		{"resolution 1", with(func(d *ingest.Datum) { d.Resolution = new(int32(1)) }), 0, "", ""},
		{
			"resolution 5", with(func(d *ingest.Datum) { d.Resolution = new(int32(5)) }), fault.InvalidValue, first + "StorageResolution",
			"The parameter MetricData.member.1.StorageResolution must be a value in the set [ 1, 60 ].",
		},
		{"second datum bad", request(datum("A", value(1)), datum("B", value(math.NaN()))), fault.InvalidValue, "MetricData.member.2.Value", ""},
	} {
		m := &memory{}
		_, err := ingest.New(m, ingest.Options{}).Put(t.Context(), now, c.r)
		if c.kind == 0 {
			if err != nil || len(m.got) != len(c.r.Data) {
				t.Errorf("%s: %v, %d kept", c.what, err, len(m.got))
			}
			continue
		}
		f := fault.Of(err)
		if f == nil || f.Kind != c.kind || f.Param != c.param || c.text != "" && f.Message != c.text {
			t.Errorf("%s: got %+v", c.what, f)
		}
		if len(m.got) != 0 {
			t.Errorf("%s: %d samples of a refused request were kept", c.what, len(m.got))
		}
	}
}

func TestNormalForm(t *testing.T) {
	t.Parallel()
	id := metric.ID{Tenant: tenant, Namespace: "App", Name: "M", Dimensions: []metric.Dimension{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}}
	for _, c := range []struct {
		what   string
		change func(*ingest.Datum)
		want   metric.Sample
	}{
		{"value now", value(3), metric.Sample{Set: metric.Single(3)}},
		{"time, unit, resolution", func(d *ingest.Datum) {
			d.Value, d.Time, d.Unit, d.Resolution = new(3.0), at(-time.Hour), "Bits", new(int32(1))
		}, metric.Sample{Time: *at(-time.Hour), Unit: metric.Bits, HighResolution: true, Set: metric.Single(3)}},
		{
			"values", func(d *ingest.Datum) { d.Values, d.Counts = []float64{1, 4}, []float64{3, 0.5} },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 3.5, Sum: 5, Minimum: 1, Maximum: 4}, Values: []metric.Weight{{Value: 1, Count: 3}, {Value: 4, Count: 0.5}}},
		},
		{
			"count 0 still bounds", func(d *ingest.Datum) { d.Values, d.Counts = []float64{1, 9}, []float64{2, 0} },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 2, Sum: 2, Minimum: 1, Maximum: 9}, Values: []metric.Weight{{Value: 1, Count: 2}, {Value: 9, Count: 0}}},
		},
		{
			"one value is degenerate", func(d *ingest.Datum) { d.Values, d.Counts = []float64{2}, []float64{3} },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 3, Sum: 6, Minimum: 2, Maximum: 2}},
		},
		{
			"set hides values", func(d *ingest.Datum) { d.Set = set(3, 6, 1, 3) },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3}, Incomplete: true},
		},
		{
			"degenerate set", func(d *ingest.Datum) { d.Set = set(3, 6, 2, 2) },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 3, Sum: 6, Minimum: 2, Maximum: 2}},
		},
		{
			"set with values", func(d *ingest.Datum) { d.Set, d.Values = set(3, 6, 1, 3), []float64{2} },
			metric.Sample{Set: metric.StatisticSet{SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3}, Values: []metric.Weight{{Value: 2, Count: 1}}},
		},
	} {
		m := &memory{}
		d := datum("M", c.change)
		d.Dimensions = dims("b", "2", "a", "1")
		if _, err := ingest.New(m, ingest.Options{}).Put(t.Context(), now, request(d)); err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		c.want.ID = id
		if c.want.Time == 0 {
			c.want.Time = metric.At(now)
		}
		if diff := cmp.Diff([]metric.Sample{c.want}, m.got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.what, diff)
		}
	}
}

func TestEntities(t *testing.T) {
	t.Parallel()
	good := map[string]string{"Type": "Service", "Name": "shop"}
	for _, c := range []struct {
		what    string
		key     map[string]string
		attrs   map[string]string
		failure string
	}{
		{"good", good, nil, ""},
		{"empty", nil, nil, "MissingRequiredFields"},
		{"one key", map[string]string{"Type": "Service"}, nil, "InvalidKeyAttributes"},
		{"unknown key", map[string]string{"Type": "Service", "X": "y"}, nil, "InvalidKeyAttributes"},
		{"type", map[string]string{"Type": "Thing", "Name": "x"}, nil, "InvalidTypeValue"},
		{"attribute", good, map[string]string{"": "x"}, "InvalidAttributes"},
	} {
		for _, strict := range []bool{false, true} {
			m := &memory{}
			r := ingest.Request{Tenant: tenant, Namespace: new("App"), Strict: &strict, EntityData: []ingest.EntityData{{
				Entity: ingest.Entity{KeyAttributes: c.key, Attributes: c.attrs}, Data: []ingest.Datum{datum("M", value(1))},
			}}}
			failure, err := ingest.New(m, ingest.Options{}).Put(t.Context(), now, r)
			switch refused := strict && c.failure != ""; {
			case refused && (!fault.Is(err, fault.InvalidValue) || len(m.got) != 0):
				t.Errorf("%s, strict: %v, %d kept", c.what, err, len(m.got))
			case !refused && (err != nil || failure != c.failure || len(m.got) != 1):
				t.Errorf("%s, strict %v: failure %q, %v, %d kept", c.what, strict, failure, err, len(m.got))
			}
		}
	}
	_, err := ingest.New(&memory{}, ingest.Options{}).Put(t.Context(), now, ingest.Request{Tenant: tenant, Namespace: new("App"), EntityData: make([]ingest.EntityData, 1)})
	if f := fault.Of(err); f == nil || f.Kind != fault.Missing || f.Param != "StrictEntityValidation" {
		t.Errorf("without StrictEntityValidation: %v", err)
	}
}

// Zero has no sign, whichever way it comes.
func TestZeroHasNoSign(t *testing.T) {
	t.Parallel()
	zero := math.Copysign(0, -1)
	m := &memory{}
	in := ingest.New(m, ingest.Options{})
	if _, err := in.Put(t.Context(), now, request(
		datum("v", value(zero)),
		datum("vs", func(d *ingest.Datum) { d.Values = []float64{zero, 1} }),
		datum("s", func(d *ingest.Datum) { d.Set = set(1, zero, zero, zero) }),
	)); err != nil {
		t.Fatal(err)
	}
	for i := range m.got {
		of := &m.got[i]
		all := []float64{of.Set.Sum, of.Set.Minimum, of.Set.Maximum}
		for _, w := range of.Values {
			all = append(all, w.Value)
		}
		for _, v := range all {
			if math.Signbit(v) {
				t.Errorf("%s: %v", of.ID.Name, all)
			}
		}
	}
}

func TestStoreFailureIsReported(t *testing.T) {
	t.Parallel()
	boom := errors.New("disk is gone")
	_, err := ingest.New(&memory{err: boom}, ingest.Options{}).Put(t.Context(), now, request(datum("M", value(1))))
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	row := func(ns string, d ingest.Datum) ingest.Row { return ingest.Row{Namespace: &ns, Datum: d} }
	old := datum("M", value(1))
	old.Time = at(-ingest.MaxImportPast)
	m := &memory{}
	g := ingest.New(m, ingest.Options{})
	if err := g.Import(t.Context(), now, tenant, metric.BatchID{7}, []ingest.Row{row("A", old), row("B", old)}); err != nil || len(m.got) != 2 || m.got[1].ID.Namespace != "B" || m.batches[0] != (metric.BatchID{7}) {
		t.Fatalf("two rows of 455 days ago: %v, kept %v", err, m.got)
	}
	older := old
	older.Time = at(-ingest.MaxImportPast - time.Millisecond)
	err := g.Import(t.Context(), now, tenant, metric.BatchID{7}, []ingest.Row{row("A", old), row("A", older)})
	var bad *ingest.RowError
	if !errors.As(err, &bad) || bad.Row != 1 || !fault.Is(err, fault.InvalidValue) || len(m.got) != 2 {
		t.Fatalf("a row too old: %v, %d kept", err, len(m.got))
	}
}
