package wire

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"
)

// xmlWriter writes the answers of Query and EC2 Query. Both have elements
// only: no service that speaks them binds a member to an attribute.
type xmlWriter struct {
	b []byte
	// pending names the element of the value to come.
	pending string
	// open names the open elements, innermost last; "" stands for one that
	// needs no end.
	open []string
}

// begin opens the pending element, or writes it whole if it is empty.
func (w *xmlWriter) begin(empty bool) {
	w.b = append(append(w.b, '<'), w.pending...)
	if empty {
		w.b = append(w.b, "/>"...)
		w.open = append(w.open, "")
		return
	}
	w.b = append(w.b, '>')
	w.open = append(w.open, w.pending)
}

func (w *xmlWriter) end() {
	top := len(w.open) - 1
	if name := w.open[top]; name != "" {
		w.b = append(append(append(w.b, "</"...), name...), '>')
	}
	w.open = w.open[:top]
}

// leaf writes the pending element around what f appends.
func (w *xmlWriter) leaf(f func([]byte) []byte) {
	w.begin(false)
	w.b = f(w.b)
	w.end()
}

// element writes <name>text</name>.
func (w *xmlWriter) element(name, text string) {
	w.pending = name
	w.text(text)
}

func (w *xmlWriter) openStruct(n int) { w.begin(n == 0) }

func (w *xmlWriter) member(f *field) { w.pending = f.xml }

func (w *xmlWriter) closeStruct() { w.end() }

// openList writes no element for a flat list: each item has the list's name.
func (w *xmlWriter) openList(list *field, n int) {
	if !list.flat {
		w.begin(n == 0)
	}
}

func (w *xmlWriter) item(list *field) {
	w.pending = list.shape.elem.xml
	if list.flat {
		w.pending = list.xml
	}
}

func (w *xmlWriter) closeList(list *field) {
	if !list.flat {
		w.end()
	}
}

func (w *xmlWriter) openMap(m *field, n int) { w.openList(m, n) }

func (w *xmlWriter) key(m *field, k string) {
	w.pending = "entry"
	if m.flat {
		w.pending = m.xml
	}
	w.begin(false)
	w.element(m.shape.key.xml, k)
	w.pending = m.shape.elem.xml
}

func (w *xmlWriter) endValue(*field) { w.end() }

func (w *xmlWriter) closeMap(m *field) { w.closeList(m) }

func (w *xmlWriter) text(s string) {
	w.begin(false)
	w.b = appendXMLText(w.b, s)
	w.end()
}

func (w *xmlWriter) boolean(v bool) {
	w.leaf(func(b []byte) []byte { return strconv.AppendBool(b, v) })
}

func (w *xmlWriter) integer(n int64) {
	w.leaf(func(b []byte) []byte { return strconv.AppendInt(b, n, 10) })
}

func (w *xmlWriter) double(d float64) {
	w.leaf(func(b []byte) []byte {
		if name := specialName(d); name != "" {
			return append(b, name...)
		}
		return appendDouble(b, d)
	})
}

func (w *xmlWriter) timestamp(t time.Time, format timeFormat) {
	w.leaf(func(b []byte) []byte { return appendTime(b, t, format) })
}

func (w *xmlWriter) blob(v []byte) {
	w.leaf(func(b []byte) []byte { return base64.StdEncoding.AppendEncode(b, v) })
}

// appendXMLText escapes what would be markup. Characters that XML 1.0 cannot
// hold become U+FFFD; a carriage return must be a reference, or a parser would
// turn it into a line feed.
func appendXMLText(b []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\r':
			b = append(b, "&#xD;"...)
		case !inXML(r) || r == utf8.RuneError && !isRuneError(s[i:]):
			b = append(b, "\uFFFD"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// inXML is the Char production of XML 1.0.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff ||
		r >= 0xe000 && r <= 0xfffd || r >= 0x10000
}
