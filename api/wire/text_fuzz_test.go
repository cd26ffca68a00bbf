package wire

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
)

// Any text can be answered: libraries read what we write as that text, with
// U+FFFD for what the format cannot hold.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "<a b=\"c\">&amp;</a>", "\r\n\t\x00\x1f\x7f", "é日😀\u2028\ufffd\ufffe", "\xff\xc3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := toRunes(s)
		jw := &jsonWriter{}
		jw.text(s)
		var got string
		if err := json.Unmarshal(jw.b, &got); err != nil || got != valid {
			t.Errorf("JSON %q reads as %q, %v", jw.b, got, err)
		}
		r := &jsonReader{b: jw.b}
		if got, err := r.text(); err != nil || got != valid {
			t.Errorf("our JSON reader: %q reads as %q, %v", jw.b, got, err)
		}
		xw := &xmlWriter{}
		xw.element("T", s)
		var el struct {
			Text string `xml:",chardata"`
		}
		want := strings.Map(func(r rune) rune {
			if !inXML(r) {
				return 0xfffd
			}
			return r
		}, valid)
		if err := xml.Unmarshal(xw.b, &el); err != nil || el.Text != want {
			t.Errorf("XML %q reads as %q, want %q, %v", xw.b, el.Text, want, err)
		}
	})
}

// toRunes replaces each byte that is not UTF-8.
func toRunes(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}
