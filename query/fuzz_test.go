package query

import (
	"strings"
	"testing"

	"skywatch/metric"
)

func FuzzTemplate(f *testing.F) {
	for _, label := range []string{"", "cpu", "${LABEL}", "${AVG} of ${PROP('Dim.Host')}", "${PROP('Dim.a}b')}", "${", "$ {AVG}", "${MAX_TIME_RELATIVE"} {
		f.Add(label)
	}
	f.Fuzz(func(t *testing.T, label string) {
		parsed, err := parseTemplate(label)
		if err != nil {
			return
		}
		n := 0
		for _, p := range parsed {
			if p.placeholder.name != "" {
				n++
			}
		}
		if n > maxPlaceholders {
			t.Fatalf("%q has %d placeholders", label, n)
		}
		s := &series{id: metric.ID{Name: "M"}}
		r := renderer{plan: &plan{}, series: s, values: &summary{}}
		text := r.render(parsed)
		if n == 0 && text != label {
			t.Fatalf("%q became %q", label, text)
		}
		if parsed.empty() != (label == "") {
			t.Fatalf("%q is empty: %v", label, parsed.empty())
		}
		if parsed.usesDefault() != (strings.Contains(label, "${LABEL}") && n > 0) && !strings.Contains(label, "${PROP('") {
			t.Fatalf("%q uses the default label: %v", label, parsed.usesDefault())
		}
	})
}

func FuzzToken(f *testing.F) {
	tk := tokens{key: []byte("secret")}
	r := request{"ListMetrics", metric.Tenant{Account: "000000000000"}, ListInput{}}
	good := tk.seal(r, []byte("state"))
	f.Add(good)
	f.Add(tk.seal(r, nil))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		state, err := tk.open(r, token)
		if err == nil && tk.seal(r, state) != token {
			t.Fatalf("%q opened, but %q is the token of its state", token, tk.seal(r, state))
		}
		if _, err := parseCursor([]byte(token)); (err == nil) != (len(token) == cursorSize) {
			t.Fatalf("cursor of %d bytes: %v", len(token), err)
		}
	})
}
