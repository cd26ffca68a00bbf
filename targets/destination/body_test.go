package destination

import "testing"

// TestMergeKeepsTheBody holds a body to its order and its spelling: a receiver
// may check a signature over it, or read it as it comes.
func TestMergeKeepsTheBody(t *testing.T) {
	t.Parallel()
	added := []Parameter{{Key: "key", Value: "a<b"}, {Key: "team", Value: "ops"}}
	for _, test := range []struct{ name, body, want string }{
		{"empty", `{}`, `{"key":"a<b","team":"ops"}`},
		{"order", `{"version":"0","id":"1","detail":{"z":1,"a":2}}`, `{"version":"0","id":"1","detail":{"z":1,"a":2},"key":"a<b","team":"ops"}`},
		{"spelling", `{"n": 1.50, "big":9007199254740993, "t":"<\u00e9>"}`, `{"n":1.50,"big":9007199254740993,"t":"<\u00e9>","key":"a<b","team":"ops"}`},
		{"in its place", `{"team":{"x":1},"b":2}`, `{"team":"ops","b":2,"key":"a<b"}`},
		{"twice", `{"b":1,"a":2,"b":3}`, `{"b":3,"a":2,"key":"a<b","team":"ops"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := merge([]byte(test.body), added)
			if err != nil || string(got) != test.want {
				t.Errorf("merge(%s) = %s, %v, want %s", test.body, got, err, test.want)
			}
		})
	}
}
