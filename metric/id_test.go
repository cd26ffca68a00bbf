package metric_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/metric"
)

func ids() *rapid.Generator[metric.ID] {
	text := rapid.StringOf(rapid.RuneFrom([]rune("ab\x00é")))
	return rapid.Custom(func(t *rapid.T) metric.ID {
		id := metric.ID{
			Tenant:    metric.Tenant{Account: text.Draw(t, "account"), Region: text.Draw(t, "region")},
			Namespace: text.Draw(t, "namespace"), Name: text.Draw(t, "name"),
			Raw: rapid.Bool().Draw(t, "raw"),
		}
		for name := range rapid.MapOfN(text, text, 0, 4).Draw(t, "dimensions") {
			id.Dimensions = append(id.Dimensions, metric.Dimension{Name: name, Value: text.Draw(t, "value")})
		}
		id.Normalize()
		return id
	})
}

func TestKeyRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := ids().Draw(t, "id")
		got, rest, err := metric.ParseKey(append(id.AppendKey(nil), "rest"...))
		if err != nil || string(rest) != "rest" {
			t.Fatalf("rest %q, error %v", rest, err)
		}
		if diff := cmp.Diff(id, got); diff != "" || !id.Equal(got) {
			t.Fatalf("-sent +got:\n%s", diff)
		}
	})
}

func TestKeysAreDistinct(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := ids().Draw(t, "a"), ids().Draw(t, "b")
		if same := bytes.Equal(a.AppendKey(nil), b.AppendKey(nil)); same != a.Equal(b) {
			t.Fatalf("%v and %v: keys equal %v", a, b, same)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add(metric.ID{Name: "M", Dimensions: []metric.Dimension{{Name: "a", Value: "b"}}}.AppendKey(nil))
	f.Add([]byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		id, rest, err := metric.ParseKey(b)
		if err != nil {
			return
		}
		again, _, err := metric.ParseKey(append(id.AppendKey(nil), rest...))
		if err != nil || !again.Equal(id) {
			t.Fatalf("%v came back as %v, error %v", id, again, err)
		}
	})
}

func TestDimension(t *testing.T) {
	t.Parallel()
	id := metric.ID{Dimensions: []metric.Dimension{{Name: "b", Value: "2"}, {Name: "a", Value: "1"}}}
	id.Normalize()
	if id.Dimensions[0].Name != "a" {
		t.Errorf("dimensions are not sorted: %v", id.Dimensions)
	}
	if v, ok := id.Dimension("b"); v != "2" || !ok {
		t.Errorf("b is %q, %v", v, ok)
	}
	if _, ok := id.Dimension("c"); ok {
		t.Error("c is there")
	}
}
