package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"skywatch/api"
	"skywatch/internal/fault"
	"skywatch/pattern"
	"skywatch/rules"
	"skywatch/rules/tail"
)

const (
	// tailBeat is how often something is sent where nothing happens, so that
	// proxies keep the connection and a dead client is noticed.
	tailBeat = 15 * time.Second
	// tailWrite is how long a client may take to accept what is sent.
	tailWrite = 30 * time.Second
	// tailEnd is the same once the server stops.
	tailEnd = time.Second
	// tailPattern bounds a pattern, as PutRule does.
	tailPattern = 4096
)

// tails answers /skywatch/v1/events/tail: the events of a bus as they arrive,
// as server-sent events.
type tails struct {
	hub      *tail.Hub
	rules    *rules.Service
	holds    func(api.Caller) bool // whether who was let in would be still
	stopping context.Context
}

// tailer is a live tail and whose it is.
type tailer struct {
	*tail.Listener
	caller api.Caller
}

// mount adds the path to r, in a's form.
func (t *tails) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/events/tail", func(w http.ResponseWriter, r *http.Request) {
		out, err := a.serve(w, r, t.listen)
		if err != nil {
			a.answer(w, r, nil, err)
			return
		}
		who := out.(tailer)
		defer who.Close()
		if err := t.send(w, r, who); err != nil {
			a.log.Debug("live tail ended", "err", err)
		}
	}).Methods(http.MethodGet)
}

// listen reads the request. A bus or rule that is not there is refused, so that
// a misspelt one is not waited for.
func (t *tails) listen(c call) (any, error) {
	f, err := t.filter(c, c.URL.Query())
	if err != nil {
		return nil, err
	}
	if _, err := t.rules.Bus(f.Bus); err != nil {
		return nil, err
	}
	if f.Rule != "" {
		if _, err := t.rules.Rule(rules.RuleName{BusName: f.Bus, Rule: f.Rule}); err != nil {
			return nil, err
		}
	}
	l, err := t.hub.Listen(f)
	return tailer{l, c.caller}, err
}

func (t *tails) filter(c call, q url.Values) (f tail.Filter, err error) {
	for name := range q {
		switch v := q.Get(name); name {
		case "bus", "rule": // below
		case "pattern":
			if len(v) > tailPattern {
				return f, fault.New(fault.InvalidValue, "pattern must not be longer than %d characters.", tailPattern)
			}
			if f.Pattern, err = pattern.Compile([]byte(v)); err != nil {
				return f, err
			}
		default:
			return f, fault.New(fault.Unsupported, "There is no parameter %s; there are bus, pattern and rule.", name)
		}
	}
	f.Rule = q.Get("rule")
	if f.Bus, err = rules.ParseBus(c.caller.Tenant, q.Get("bus")); err == nil && f.Bus.Tenant != c.caller.Tenant {
		err = fault.New(fault.NotFound, "Event bus %s does not exist.", f.Bus.Bus) // another account's, or region's
	}
	return f, err
}

// tailed is an event as a tail shows it.
type tailed struct {
	Event   json.RawMessage // the envelope, as targets get it
	Rules   []string        // that it matched
	Arrived time.Time
}

// send writes what is heard until the client goes, its key does, or the server
// stops.
func (t *tails) send(w http.ResponseWriter, r *http.Request, who tailer) error {
	s := stream{ResponseController: http.NewResponseController(w), w: w, stopping: t.stopping}
	// The server's limit on reading a request would break off one that goes on.
	if err := s.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	for name, value := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"} {
		w.Header().Set(name, value)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(t.stopping, func() {
		_ = s.SetWriteDeadline(time.Now().Add(tailEnd)) // of a write under way
		cancel()
	})()
	err := s.event("open", struct{ Bus string }{who.Bus.Bus})
	for err == nil {
		item, failed := next(ctx, who.Listener)
		switch {
		case t.stopping.Err() != nil:
			return s.event("end", ending{"The server stops."})
		case !t.holds(who.caller):
			return s.event("end", ending{"The access key is not valid any more."})
		case failed == nil && item.Dropped > 0:
			err = s.event("dropped", struct{ Count int }{item.Dropped})
		case failed == nil:
			err = s.event("event", shown(&item))
		case ctx.Err() == nil:
			err = s.write(": nothing\n\n")
		default:
			err = failed // the client is gone
		}
	}
	return err
}

// ending is why a tail ends.
type ending struct{ Reason string }

// next waits for tailBeat at most.
func next(ctx context.Context, l *tail.Listener) (tail.Item, error) {
	ctx, cancel := context.WithTimeout(ctx, tailBeat)
	defer cancel()
	return l.Next(ctx)
}

func shown(item *tail.Item) tailed {
	out := tailed{Event: item.Envelope, Rules: []string{}, Arrived: item.At}
	for _, m := range item.Rules {
		out.Rules = append(out.Rules, m.Rule)
	}
	return out
}

// stream writes server-sent events.
type stream struct {
	*http.ResponseController
	w        http.ResponseWriter
	stopping context.Context
}

// event writes one. JSON has no line breaks of its own; an envelope's letters
// stay as they were spelled.
func (s *stream) event(kind string, data any) error {
	var text strings.Builder
	text.WriteString("event: " + kind + "\ndata: ")
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data); err != nil { // ends with a line break
		return err
	}
	return s.write(text.String() + "\n")
}

func (s *stream) write(text string) error {
	err := s.SetWriteDeadline(time.Now().Add(tailWrite))
	if s.stopping.Err() != nil { // after the deadline: a stop from now on sets its own
		err = s.SetWriteDeadline(time.Now().Add(tailEnd))
	}
	_, failed := s.w.Write([]byte(text))
	return errors.Join(err, failed, s.Flush())
}
