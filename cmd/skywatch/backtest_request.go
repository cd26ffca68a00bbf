package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

const backtestPath = "/skywatch/v1/alarms/backtest"

// How much is asked for at once: a little at first, and more as long as the server
// answers soon. So alarms that ask queries are answered in time, too, and a long
// back-test can tell how far it is.
const (
	firstStretch   = 6 * time.Hour
	longestStretch = 30 * 24 * time.Hour
	soon           = time.Second
)

// backtestTransition is a change of state as the server tells it.
type backtestTransition struct {
	Timestamp                    time.Time
	PreviousState, State         string
	StateReason, StateReasonData string
	// Recorded says whether the alarm's history has it, too; nil: not compared.
	Recorded *bool `json:",omitempty"`
}

// backtestAnswer is what the server tells of one stretch.
type backtestAnswer struct {
	Transitions []backtestTransition
	Count       int
	First       time.Time
	Interval    int // seconds
	ExactFrom   *time.Time

	ContributorTransitions []json.RawMessage
	RecordedOnly           []backtestTransition
	ComparedFrom           *time.Time
}

// backtesting is a back-test under way.
type backtesting struct {
	client  *client
	subject subject
	state   string // the alarm's, so far
	bar     *backtestBar
}

// all asks for one stretch after the other; each begins in the state in which the
// one before it ended.
func (t *backtesting) all(ctx context.Context, from, to time.Time) (*backtestReport, error) {
	defer t.bar.clear()
	r := &backtestReport{StartTime: from.UTC(), EndTime: to.UTC(), InitialState: t.state, Transitions: []backtestTransition{}}
	stretch := firstStretch
	for !from.After(to) {
		if ctx.Err() != nil {
			return nil, errors.New("interrupted")
		}
		end := earlier(from.Add(stretch), to)
		asked := time.Now()
		a, err := t.ask(ctx, from, end)
		if err != nil {
			return nil, err
		}
		r.add(a)
		if n := len(a.Transitions); n > 0 {
			t.state = a.Transitions[n-1].State
		}
		t.bar.at(end)
		if time.Since(asked) < soon {
			stretch = min(4*stretch, longestStretch)
		}
		from = end.Add(time.Millisecond)
	}
	r.sum()
	return r, nil
}

func (t *backtesting) ask(ctx context.Context, from, to time.Time) (*backtestAnswer, error) {
	body, err := json.Marshal(struct {
		subject
		StartTime, EndTime time.Time
		InitialState       string
		OnlyTransitions    bool
	}{t.subject, from.UTC(), to.UTC(), t.state, true})
	if err != nil {
		return nil, err
	}
	a := &backtestAnswer{}
	return a, t.client.do(ctx, http.MethodPost, backtestPath, body, a)
}
