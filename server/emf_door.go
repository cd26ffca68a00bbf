package server

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"skywatch/emf"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// documentDoor answers POST /skywatch/v1/emf: documents of the embedded metric
// format, one or one a line, without a log group.
type documentDoor struct {
	in     *emf.Intake
	tenant func(*http.Request, []byte) (metric.Tenant, error)
	now    func() time.Time
}

func (d *documentDoor) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/emf", func(w http.ResponseWriter, r *http.Request) {
		out, err := d.serve(w, r)
		a.answer(w, r, out, err)
	}).Methods(http.MethodPost)
}

func (d *documentDoor) serve(w http.ResponseWriter, r *http.Request) (any, error) {
	body, err := readAtMost(w, r, adminBody)
	if err != nil {
		return nil, err
	}
	tenant, err := d.tenant(r, body)
	if err != nil {
		return nil, err
	}
	return d.take(r.Context(), tenant, body)
}

// documentsTaken is the answer.
type documentsTaken struct {
	Taken   int // documents whose data are on disk
	Refused int // lines that are none, or whose metrics break a rule
	// Errors says of the first toldLines of them why.
	Errors []refusedLine
}

type refusedLine struct {
	Line  int // from 1
	Error string
}

const toldLines = 100

// take keeps the data of the body's documents. Where there are only refusals it
// is the first of them that is answered.
func (d *documentDoor) take(ctx context.Context, tenant metric.Tenant, body []byte) (any, error) {
	out := documentsTaken{Errors: []refusedLine{}}
	b := d.in.Batch(tenant)
	for i, line := range documentsOf(body) {
		found, err := b.Add(d.now(), string(line))
		switch {
		case err != nil:
			out.refuse(i, err.Error())
		case !found:
			out.refuse(i, "It is no document of the embedded metric format.")
		default:
			out.Taken++
		}
		if b.Full() {
			if err := b.Keep(ctx); err != nil {
				return nil, err
			}
		}
	}
	if err := b.Keep(ctx); err != nil {
		return nil, err
	}
	if out.Taken == 0 && out.Refused > 0 {
		return nil, lineError(out.Errors[0].Line-1, fault.New(fault.InvalidValue, "%s", out.Errors[0].Error))
	}
	return out, nil
}

func (t *documentsTaken) refuse(line int, why string) {
	t.Refused++
	if len(t.Errors) < toldLines {
		t.Errors = append(t.Errors, refusedLine{line + 1, why})
	}
}

// documentsOf are the whole body, if that is one JSON text, or else its lines that
// are not blank, by their index.
func documentsOf(body []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		if json.Valid(body) {
			yield(0, body)
			return
		}
		i := 0
		for line := range bytes.Lines(body) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !yield(i, line) {
				return
			}
			i++
		}
	}
}
