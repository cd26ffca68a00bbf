package web

import (
	"net/http"
	"testing"
)

// Whatever a function answers is an HTTP answer or refused, and breaks nothing.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{`{}`, `"x"`, `{"statusCode":200,"headers":{"a":"b"},"body":"x","cookies":["a=b"]}`, `{"statusCode":"2e2","body":1}`, `{"statusCode":200,"headers":{"a":null}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		a, err := read(payload)
		if err != nil {
			return
		}
		if a.status < 200 || a.status > 599 {
			t.Errorf("status %d", a.status)
		}
		for name, values := range a.header {
			if name != http.CanonicalHeaderKey(name) || !headerName.MatchString(name) {
				t.Errorf("header %q", name)
			}
			for _, v := range values {
				if !sendable(v) {
					t.Errorf("header %s: %q", name, v)
				}
			}
		}
	})
}
