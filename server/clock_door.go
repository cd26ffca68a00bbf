package server

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"skywatch/internal/fault"
)

// clockDoor answers /skywatch/v1/clock: what time it is, and moves it.
type clockDoor struct {
	*Server
}

// mount adds the paths to r, in a's form.
func (d *clockDoor) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/clock", a.handle(d.tell)).Methods(http.MethodGet)
	r.HandleFunc("/skywatch/v1/clock/advance", a.handle(d.advance)).Methods(http.MethodPost)
}

// clockView is how the clock stands.
type clockView struct {
	Now    time.Time
	Manual bool
}

func (d *clockDoor) view() clockView { return clockView{d.Now().UTC(), d.still != nil} }

func (d *clockDoor) tell(call) (any, error) { return d.view(), nil }

// advance moves the clock and answers once all that came due is done.
func (d *clockDoor) advance(c call) (any, error) {
	if d.still == nil {
		return nil, errRealClock()
	}
	var in struct {
		Seconds *float64
		To      *time.Time
	}
	r := json.NewDecoder(bytes.NewReader(c.body))
	r.DisallowUnknownFields()
	if err := r.Decode(&in); err != nil || (in.Seconds == nil) == (in.To == nil) {
		return nil, fault.New(fault.Malformed, `The body is not JSON of the form {"Seconds": 60} or {"To": "2026-01-02T15:04:05Z"}.`)
	}
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	defer context.AfterFunc(d.quitting, stop)()
	var err error
	if in.To != nil {
		_, err = d.mover.AdvanceTo(ctx, *in.To)
	} else {
		_, err = d.mover.Advance(ctx, seconds(*in.Seconds))
	}
	if err != nil && d.quitting.Err() != nil {
		err = fault.New(fault.Unavailable, "The server stops.")
	}
	return d.view(), err
}

// seconds is a number of them to the millisecond, as far as a time reaches.
func seconds(n float64) time.Duration {
	const most = float64(math.MaxInt64 / int64(time.Millisecond) / 2)
	return time.Duration(max(-most, min(most, math.Round(n*1000)))) * time.Millisecond
}
