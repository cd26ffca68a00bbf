package pattern

import "testing"

// TestCrooked holds events of which the general search must decide: one path
// twice in an object, or scalars and arrays in one array.
func TestCrooked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pattern, event string
		want                 bool
	}{
		{"two arrays of one name combine", `{"a":{"x":[1],"y":[1]}}`, `{"a":[{"x":1},{"z":1}],"a":[{"y":1}]}`, true},
		{"elements of one of them do not", `{"a":{"x":[1],"y":[1],"w":[1]}}`, `{"a":[{"x":1,"w":1},{"y":1}],"a":[{"w":1}]}`, false},
		{"the other one's element helps", `{"a":{"x":[1],"y":[1],"w":[1]}}`, `{"a":[{"x":1},{"y":1,"w":1}],"a":[{"w":1,"y":1}]}`, true},
		{"dots make one name of two", `{"a":{"b":{"x":[1],"y":[1]}}}`, `{"a.b":[{"x":1}],"a":{"b":[{"y":1}]}}`, true},
		{"a deeper value makes another path absent", `{"a":[1],"a.b":[{"exists":false}]}`, `{"a":[1,[1],[{"b":5}]]}`, true},
		{"without it the path is there", `{"a":[1],"a.b":[{"exists":false}]}`, `{"a":[1,[{"b":5}]]}`, false},
		{"the deeper value is beside it", `{"a":[1],"a.b":[{"exists":false}]}`, `{"a":[1,[1,{"b":5}]]}`, false},
		{"absence is of the chosen element", `{"a":{"x":[1],"y":[{"exists":false},2]}}`, `{"a":[{"x":1,"y":3},{"x":1,"y":2}]}`, true},
	} {
		if got := newOraclePattern([]byte(c.pattern)).match(newOracleEvent([]byte(c.event))); got != c.want {
			t.Errorf("%s: the oracle says %v", c.name, got)
		}
		if got, err := mustCompile(t, c.pattern).Match([]byte(c.event)); err != nil || got != c.want {
			t.Errorf("%s: got %v, want %v; error %v", c.name, got, c.want, err)
		}
	}
}
