package index

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"skywatch/metric"
)

func open(t interface{ Fatal(...any) }, id uint64, m metric.ID) *Series {
	s := &Series{}
	if err := s.Open(id, m.AppendKey(nil), 0); err != nil {
		t.Fatal(err)
	}
	return s
}

// metrics generates a metric ID out of few, so that lists overlap.
func metrics() *rapid.Generator[metric.ID] {
	return rapid.Custom(func(t *rapid.T) metric.ID {
		m := metric.ID{
			Raw:       rapid.Bool().Draw(t, "raw"),
			Tenant:    metric.Tenant{Account: "000000000000", Region: rapid.SampledFrom([]string{"us-east-1", "eu-west-1"}).Draw(t, "region")},
			Namespace: rapid.SampledFrom([]string{"A", "AWS/EC2", "B", "BB"}).Draw(t, "namespace"),
			Name:      rapid.SampledFrom([]string{"CPU", "Disk", "a much longer name"}).Draw(t, "name"),
		}
		for _, d := range []string{"Host", "Zone"} {
			if v := rapid.IntRange(0, 3).Draw(t, d); v > 0 {
				m.Dimensions = append(m.Dimensions, metric.Dimension{Name: d, Value: fmt.Sprint(v)})
			}
		}
		return m
	})
}

func filters() *rapid.Generator[metric.Filter] {
	return rapid.Custom(func(t *rapid.T) metric.Filter {
		m := metrics().Draw(t, "of")
		f := metric.Filter{Tenant: m.Tenant}
		if rapid.Bool().Draw(t, "by namespace") {
			f.Namespace = m.Namespace
		}
		if rapid.Bool().Draw(t, "by name") {
			f.Name = m.Name
		}
		for _, d := range m.Dimensions {
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: d.Name, Value: d.Value, AnyValue: rapid.Bool().Draw(t, "any")})
		}
		f.ActiveSince = metric.Instant(rapid.IntRange(0, 5).Draw(t, "since")) * 60_000
		return f
	})
}

// The index against a plain list: adds, removals, lists of any filter, in
// pages of any size.
func TestIndexEqualsAPlainList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ix := New()
		plain := map[string]*Series{}
		var id uint64
		steps := rapid.IntRange(1, 60).Draw(t, "steps")
		for range steps {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				f := filters().Draw(t, "filter")
				compare(t, ix, plain, &f, rapid.IntRange(1, 5).Draw(t, "page"))
			case 1:
				var gone []*Series
				for _, s := range plain {
					if s.Metric.Name == "Disk" {
						gone = append(gone, s)
						delete(plain, s.Key)
					}
				}
				ix.Remove(gone)
			default:
				m := metrics().Draw(t, "metric")
				id++
				s := open(t, id, m)
				s.Touch(metric.Instant(rapid.IntRange(0, 5).Draw(t, "last")) * 60_000)
				if plain[s.Key] == nil {
					plain[s.Key] = s
					ix.Add(s)
				}
			}
		}
		if ix.Len() != len(plain) {
			t.Errorf("%d series, want %d", ix.Len(), len(plain))
		}
	})
}

func compare(t *rapid.T, ix *Index, plain map[string]*Series, f *metric.Filter, page int) {
	var want, got []*Series
	for _, s := range plain {
		if f.Match(metric.Listing{ID: s.Metric, LastDatum: s.LastDatum()}) {
			want = append(want, s)
		}
	}
	slices.SortFunc(want, func(a, b *Series) int { return cmp.Compare(a.Key, b.Key) })
	var after []byte
	for {
		part := ix.List(f, after, page)
		got = append(got, part...)
		if len(part) < page {
			break
		}
		after = []byte(part[len(part)-1].Key)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("filter %+v: %d series, want %d", f, len(got), len(want))
	}
}

func TestEntryComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := open(t, 7, metrics().Draw(t, "metric"))
		s.Class = 3
		var back Series
		if err := back.DecodeEntry(7, s.AppendEntry(nil)); err != nil {
			t.Fatal(err)
		}
		if back.Key != s.Key || !back.Metric.Equal(s.Metric) || back.Kind() != s.Kind() || back.Class != s.Class || back.ID != 7 {
			t.Errorf("%+v", &back)
		}
	})
}

func FuzzDecodeEntry(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{entryVersion, 0, 0})
	s := open(f, 1, metric.ID{Namespace: "A", Name: "B", Dimensions: []metric.Dimension{{Name: "C", Value: "D"}}})
	f.Add(s.AppendEntry(nil))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_ = new(Series).DecodeEntry(1, b)
	})
}

func BenchmarkListOneOfMany(b *testing.B) {
	ix := New()
	for i := range 100_000 {
		ix.Add(open(b, uint64(i+1), metric.ID{
			Namespace: "App", Name: fmt.Sprint("M", i%10),
			Dimensions: []metric.Dimension{{Name: "Host", Value: fmt.Sprint("host-", i/10)}},
		}))
	}
	f := metric.Filter{Namespace: "App", Dimensions: []metric.DimensionFilter{{Name: "Host", Value: "host-77"}}}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(ix.List(&f, nil, 500)); n != 10 {
			b.Fatal(n)
		}
	}
}
