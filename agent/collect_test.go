package agent

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// part is a collector with a fixed answer.
type part struct {
	called string
	datums []Datum
	err    error
}

func (p *part) name() string { return p.called }

func (p *part) metrics() []Definition { return nil }

func (p *part) collect(_ context.Context, out []Datum) ([]Datum, error) {
	return append(out, p.datums...), p.err
}

func newTestReader(collectors ...collector) (*reader, *bytes.Buffer) {
	log := &bytes.Buffer{}
	return newReader(collectors, "h", slog.New(slog.NewTextHandler(log, nil)), &counts{}), log
}

func TestReadStampsTimeAndHost(t *testing.T) {
	t.Parallel()
	dims := []Dimension{{"name", "sda"}}
	r, _ := newTestReader(&part{datums: []Datum{
		{Name: "a", Unit: types.StandardUnitCount},
		{Name: "b", Unit: types.StandardUnitCount, Dimensions: dims},
		{Name: "c", Unit: types.StandardUnitBytes, Dimensions: dims},
	}})
	at := time.Date(2026, 11, 25, 12, 0, 0, 123_456_789, time.FixedZone("", 3600))
	got := r.read(t.Context(), at)
	checkLines(t, got, `
		a{host=h} 0 Count
		b{host=h,name=sda} 0 Count
		c{host=h,name=sda} 0 Bytes`)
	for _, d := range got {
		if d.Time != time.Date(2026, 11, 25, 11, 0, 0, 123_000_000, time.UTC) {
			t.Errorf("%s at %s", d.Name, d.Time)
		}
	}
}

func TestReadWithoutAFailingPart(t *testing.T) {
	t.Parallel()
	good := &part{called: "good", datums: []Datum{{Name: "good", Unit: types.StandardUnitCount}}}
	bad := &part{called: "bad", datums: []Datum{{Name: "half"}}, err: errors.New("no such file")}
	r, log := newTestReader(bad, good)
	for range 3 {
		checkLines(t, r.read(t.Context(), time.Now()), "good{host=h} 0 Count")
	}
	bad.err = nil
	if got := r.read(t.Context(), time.Now()); len(got) != 2 {
		t.Errorf("%v", lines(got))
	}
	for _, once := range []string{"cannot be read\" part=bad error=\"no such file\"", "can be read again"} {
		if strings.Count(log.String(), once) != 1 {
			t.Errorf("want %q once:\n%s", once, log)
		}
	}
	if got := r.counts.stats(0); got.ReadErrors != 3 {
		t.Errorf("%+v", got)
	}
}

func TestReadRefusesWhatCannotBePut(t *testing.T) {
	t.Parallel()
	dimension := func(v string) Datum { return Datum{Name: "d", Dimensions: []Dimension{{"path", v}}} }
	zero := 0.0
	tests := []struct {
		name string
		d    Datum
		ok   bool
	}{
		{"plain", dimension("/mnt/a b"), true},
		{"longest", dimension(strings.Repeat("x", 1024)), true},
		{"too long", dimension(strings.Repeat("x", 1025)), false},
		{"empty", dimension(""), false},
		{"blank", dimension("  "), false},
		{"not ASCII", dimension("/mnt/α"), false},
		{"control character", dimension("a\tb"), false},
		{"not a number", Datum{Name: "v", Value: zero / zero}, false},
		{"infinite", Datum{Name: "v", Value: 1 / zero}, false},
		{"too small", Datum{Name: "v", Value: -1e109}, false},
		{"least", Datum{Name: "v", Value: -maxValue()}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, log := newTestReader(&part{datums: []Datum{{Name: "before"}, tt.d, tt.d, {Name: "after"}}})
			got := r.read(t.Context(), time.Now())
			if want := map[bool]int{true: 4, false: 2}[tt.ok]; len(got) != want || got[len(got)-1].Name != "after" {
				t.Errorf("%v", lines(got))
			}
			if told := strings.Count(log.String(), "would refuse"); told != map[bool]int{true: 0, false: 1}[tt.ok] {
				t.Errorf("told %d times:\n%s", told, log)
			}
		})
	}
}
