package wire

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonWriter writes AWS JSON and the bodies of REST-JSON.
type jsonWriter struct {
	b []byte
	// jsonNames is as for jsonReader.
	jsonNames bool
}

// comma separates an entry from the one before it.
func (w *jsonWriter) comma() {
	if c := w.b[len(w.b)-1]; c != '{' && c != '[' {
		w.b = append(w.b, ',')
	}
}

func (w *jsonWriter) openStruct(int) { w.b = append(w.b, '{') }

func (w *jsonWriter) member(f *field) {
	name := f.name
	if w.jsonNames {
		name = f.jsonName
	}
	w.name(name)
}

// name begins a member.
func (w *jsonWriter) name(n string) {
	w.comma()
	w.text(n)
	w.b = append(w.b, ':')
}

func (w *jsonWriter) closeStruct() { w.b = append(w.b, '}') }

func (w *jsonWriter) openList(*field, int) { w.b = append(w.b, '[') }

func (w *jsonWriter) item(*field) { w.comma() }

func (w *jsonWriter) closeList(*field) { w.b = append(w.b, ']') }

func (w *jsonWriter) openMap(*field, int) { w.b = append(w.b, '{') }

func (w *jsonWriter) key(_ *field, k string) { w.name(k) }

func (w *jsonWriter) endValue(*field) {}

func (w *jsonWriter) closeMap(*field) { w.b = append(w.b, '}') }

func (w *jsonWriter) boolean(b bool) { w.b = strconv.AppendBool(w.b, b) }

func (w *jsonWriter) integer(n int64) { w.b = strconv.AppendInt(w.b, n, 10) }

func (w *jsonWriter) double(d float64) {
	if name := specialName(d); name != "" {
		w.text(name)
		return
	}
	w.b = appendDouble(w.b, d)
}

func (w *jsonWriter) timestamp(t time.Time, format timeFormat) {
	if format = format.or(formatEpoch); format == formatEpoch {
		w.b = appendEpoch(w.b, t)
		return
	}
	w.b = append(w.b, '"')
	w.b = append(appendTime(w.b, t, format), '"')
}

func (w *jsonWriter) blob(b []byte) {
	w.b = append(w.b, '"')
	w.b = append(base64.StdEncoding.AppendEncode(w.b, b), '"')
}

// text writes a string. Only what JSON demands is escaped: clients print these
// texts, and < as an escape would look like damage.
func (w *jsonWriter) text(s string) {
	w.b = append(w.b, '"')
	from := 0
	for i, r := range s {
		esc := ""
		switch {
		case r == '"':
			esc = `\"`
		case r == '\\':
			esc = `\\`
		case r == '\n':
			esc = `\n`
		case r == '\r':
			esc = `\r`
		case r == '\t':
			esc = `\t`
		case r < ' ' || r == 0x7f:
			esc = `\u00` + string("0123456789abcdef"[r>>4]) + string("0123456789abcdef"[r&15])
		case r == utf8.RuneError && !isRuneError(s[i:]):
			esc = "\uFFFD"
		default:
			continue
		}
		w.b = append(append(w.b, s[from:i]...), esc...)
		// All that is escaped is one byte long, invalid UTF-8 included.
		from = i + 1
	}
	w.b = append(append(w.b, s[from:]...), '"')
}

// isRuneError tells U+FFFD itself from a byte that is not UTF-8.
func isRuneError(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == 3
}
