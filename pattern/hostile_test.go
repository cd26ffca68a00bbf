package pattern

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bearable is how long a hostile input may take; each takes milliseconds, but
// the machine may be busy, and with a quadratic or exponential step in the way
// each would take minutes.
const bearable = 20 * time.Second

func repeated(n int, sep string, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(f(i))
	}
	return b.String()
}

func same(s string) func(int) string { return func(int) string { return s } }

// TestHostile matches patterns and events that are made to be slow.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pattern, event string
		want                 bool
	}{
		{
			"a wildcard that almost fits everywhere", `{"a":[{"wildcard":"*aaab*ab"}]}`,
			`{"a":"` + strings.Repeat("a", 1<<20) + `"}`, false,
		},
		{
			"one field in the first, one in the last of many elements", `{"s":{"x":[1],"y":[1]}}`,
			`{"s":[` + repeated(100_000, ",", func(i int) string { return fmt.Sprintf(`{%q:1}`, "xy"[i%2:i%2+1]) }) + `]}`, false,
		},
		{
			"many arrays, the last field nowhere fits",
			`{` + repeated(20, ",", func(i int) string { return fmt.Sprintf(`"f%d":{"x":[1],"y":[1]}`, i) }) + `}`,
			`{` + repeated(20, ",", func(i int) string {
				return fmt.Sprintf(`"f%d":[%s{"x":1},{"y":1}]`, i, strings.Repeat(`{"x":1,"y":1},`, 100*min(1, 19-i)))
			}) + `}`, false,
		},
		{
			"arrays within arrays", `{"a":{"x":[1],"b":{"x":[1],"c":{"x":[1],"y":[2]}}}}`,
			`{"a":[` + repeated(30, ",", same(`{"x":1,"b":[`+repeated(30, ",", same(`{"x":1,"c":[`+repeated(30, ",", same(`{"x":1,"z":2}`))+`]}`))+`]}`)) + `,{"c":{"y":2}}]}`, false,
		},
		{
			"an absence in each of many elements", `{"a":{"x":[1],"y":[{"exists":false}]}}`,
			`{"a":[` + repeated(50_000, ",", same(`{"x":1,"y":2}`)) + `,{"x":1}]}`, true,
		},
		{
			"one path many times in an object: a choice of each array for each field",
			`{"a":{` + repeated(30, ",", func(i int) string { return fmt.Sprintf(`"f%d":[1]`, i) }) + `}}`,
			`{` + repeated(60, ",", func(i int) string {
				return fmt.Sprintf(`"a":[{"f%d":1,"f%d":1},{"f%d":1,"f%d":1}]`, i%29, (i*7)%29, (i*11)%29, (i*13)%29)
			}) + `,"a":[{"f29":1},{"f28":1}],"a":{"f27":1}}`, false,
		},
		{
			"deep arrays", `{"a":[1]}`, `{"a":` + strings.Repeat("[", 1000) + "1" + strings.Repeat("]", 1000) + `}`, true,
		},
		{
			"deep values that nobody asks for", `{"a":[1]}`, `{"b":` + strings.Repeat(`[{"x":`, 1<<18) + "1" + strings.Repeat("}]", 1<<18) + `,"a":1}`, true,
		},
		{
			"quotes behind backslashes", `{"a":[1]}`, `{"b":"` + strings.Repeat(`\\\"`, 1<<18) + `","a":1}`, true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			p, err := Compile([]byte(c.pattern))
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Match([]byte(c.event))
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want && !strings.HasPrefix(c.name, "one path many times") {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if took := time.Since(start); took > bearable {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestHostileSet matches events that come near to many patterns.
func TestHostileSet(t *testing.T) {
	t.Parallel()
	const n = 4000
	for name, c := range map[string]struct {
		pattern func(i int) string
		event   string
		want    int
	}{
		"each pattern wants two elements of a long array": {
			func(i int) string { return fmt.Sprintf(`{"tags":["t%d"],"name":["x%d"]}`, i, i) },
			`{"tags":[` + repeated(n, ",", func(i int) string { return fmt.Sprintf(`"t%d"`, i) }) + `],"name":[` +
				repeated(n, ",", func(i int) string { return fmt.Sprintf(`"x%d"`, i) }) + `]}`, n,
		},
		"each pattern wants two fields of one element": {
			func(i int) string { return fmt.Sprintf(`{"staff":{"first":["a%d"],"last":["b%d"]}}`, i, i) },
			`{"staff":[` + repeated(n, ",", func(i int) string { return fmt.Sprintf(`{"first":"a%d","last":"b%d"}`, i, i^1) }) + `]}`, 0,
		},
		"each pattern has its own path": {
			func(i int) string { return fmt.Sprintf(`{"detail":{"f%d":[{"exists":true}]}}`, i) },
			`{"detail":{` + repeated(n, ",", func(i int) string { return fmt.Sprintf(`"f%d":1`, i) }) + `}}`, n,
		},
		"each pattern has a prefix of its own length": {
			func(i int) string { return `{"a":[{"prefix":"` + strings.Repeat("x", i) + `y"}]}` },
			`{"a":"` + strings.Repeat("x", n) + `"}`, 0,
		},
		"each pattern is wide": {
			func(i int) string {
				return `{"$or":[` + repeated(5, ",", func(j int) string { return fmt.Sprintf(`{"a":[%d],"b":[{"exists":true}]}`, i*5+j) }) + `]}`
			},
			`{"a":77,"b":1}`, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			s := NewSet[int]()
			for i := range n {
				if p, err := Compile([]byte(c.pattern(i))); err != nil {
					t.Fatal(err)
				} else {
					s.Put(i, p)
				}
			}
			put := time.Since(start)
			found, err := s.Match([]byte(c.event), nil)
			if err != nil || len(found) != c.want {
				t.Errorf("%d found, want %d; error %v", len(found), c.want, err)
			}
			t.Logf("put in %v, matched in %v", put, time.Since(start)-put)
			if took := time.Since(start); took > bearable {
				t.Errorf("took %v", took)
			}
			for i := range n {
				s.Delete(i)
			}
			v := s.current.Load()
			if v.index != nil || v.root.hasChildren() || v.groups != (groups{}) || len(s.filer.paths) != 0 {
				t.Error("something is left of the deleted patterns")
			}
		})
	}
}
