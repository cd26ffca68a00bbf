package wire

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// formWriter writes the parameters of Query and EC2 Query: what the clients'
// side does, for properties of the form decode(encode(x)) == x.
type formWriter struct {
	params strings.Builder
	ec2    bool
	// open are the prefixes of the open values with the entries written.
	open []formPrefix
	// pending is the name of the value to come.
	pending string
}

type formPrefix struct {
	name string
	n    int
}

func (w *formWriter) top() *formPrefix { return &w.open[len(w.open)-1] }

func (w *formWriter) push(name string, n int) {
	if n == 0 && name != "" {
		w.set(name, "")
	}
	w.open = append(w.open, formPrefix{name: name})
}

func (w *formWriter) pop() { w.open = w.open[:len(w.open)-1] }

func (w *formWriter) set(name, value string) {
	if w.params.Len() > 0 {
		w.params.WriteByte('&')
	}
	w.params.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
}

func (w *formWriter) openStruct(n int) { w.push(w.pending, n) }

func (w *formWriter) member(f *field) {
	name := f.xml
	if w.ec2 {
		name = f.ec2
	}
	w.pending = strings.TrimPrefix(w.top().name+"."+name, ".")
}

func (w *formWriter) closeStruct() { w.pop() }

func (w *formWriter) openList(f *field, n int) { w.openItems(f, f.shape.elem.xml, n) }

func (w *formWriter) openItems(f *field, wrapper string, n int) {
	w.push(w.pending, n)
	if !w.ec2 && !f.flat {
		w.top().name += "." + wrapper
	}
}

func (w *formWriter) item(*field) {
	t := w.top()
	t.n++
	w.pending = t.name + "." + strconv.Itoa(t.n)
}

func (w *formWriter) closeList(*field) { w.pop() }

func (w *formWriter) openMap(m *field, n int) { w.openItems(m, "entry", n) }

func (w *formWriter) key(m *field, k string) {
	w.item(nil)
	w.set(w.pending+"."+m.shape.key.xml, k)
	w.pending += "." + m.shape.elem.xml
}

func (w *formWriter) endValue(*field) {}

func (w *formWriter) closeMap(*field) { w.pop() }

func (w *formWriter) text(s string) { w.set(w.pending, s) }

func (w *formWriter) boolean(b bool) { w.set(w.pending, strconv.FormatBool(b)) }

func (w *formWriter) integer(n int64) { w.set(w.pending, strconv.FormatInt(n, 10)) }

func (w *formWriter) double(d float64) {
	s := specialName(d)
	if s == "" {
		s = strconv.FormatFloat(d, 'g', -1, 64)
	}
	w.set(w.pending, s)
}

func (w *formWriter) timestamp(t time.Time, format timeFormat) {
	w.set(w.pending, string(appendTime(nil, t, format)))
}

func (w *formWriter) blob(b []byte) { w.set(w.pending, base64.StdEncoding.EncodeToString(b)) }
