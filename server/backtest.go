package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"time"

	"github.com/gorilla/mux"

	"skywatch/alarms"
	"skywatch/api"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

// backtests answers POST /skywatch/v1/alarms/backtest: what an alarm would have
// done on the data that are stored.
type backtests struct {
	alarms *alarms.Service
	past   alarms.Past
	// read makes an alarm of the input of PutMetricAlarm, or refuses it.
	read func([]byte) (*alarms.Put, error)
	// slots has room for the ones that are decided at once: they are work for a
	// core, and the others wait.
	slots chan struct{}
}

func newBacktests(s *alarms.Service, data query.Source, by alarms.Answers, h *api.Handler) *backtests {
	return &backtests{s, alarms.Past{Source: data, Answers: by}, h.MetricAlarm, make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// mount adds the path to r, in a's form.
func (b *backtests) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/alarms/backtest", func(w http.ResponseWriter, r *http.Request) {
		out, err := a.serve(w, r, b.run)
		if err != nil {
			a.answer(w, r, nil, coded{err})
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := out.(*backtested).write(w); err != nil {
			a.log.Debug("answer not sent", "path", r.URL.Path, "err", err)
		}
	}).Methods(http.MethodPost)
}

// backtestRequest is the body of a request: Alarm, or the AlarmName of one that
// is there.
type backtestRequest struct {
	Alarm              json.RawMessage
	AlarmName          string
	StartTime, EndTime time.Time
	InitialState       alarms.State
	// OnlyTransitions leaves out the list of evaluations.
	OnlyTransitions bool
}

func (b *backtests) run(c call) (any, error) {
	var in backtestRequest
	dec := json.NewDecoder(bytes.NewReader(c.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return nil, fault.New(fault.Malformed, `The body is not JSON of the form {"Alarm" or "AlarmName","StartTime","EndTime","InitialState"?,"OnlyTransitions"?}: %v.`, err)
	}
	q := alarms.Backtest{Tenant: c.caller.Tenant, Name: in.AlarmName, Start: in.StartTime, End: in.EndTime, Initial: in.InitialState}
	if (len(in.Alarm) == 0) == (in.AlarmName == "") {
		return nil, fault.New(fault.Validation, "One of Alarm, the input of PutMetricAlarm, and AlarmName must be given.")
	}
	if len(in.Alarm) > 0 {
		var err error
		if q.Alarm, err = b.read(in.Alarm); err != nil {
			return nil, err
		}
	}
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-c.Context().Done():
		return nil, c.Context().Err()
	}
	ctx, cancel := context.WithTimeoutCause(c.Context(), backtestTime, errLong())
	defer cancel()
	course, err := b.alarms.Backtest(ctx, b.past, q, c.now)
	if err != nil && ctx.Err() != nil && c.Context().Err() == nil {
		err = context.Cause(ctx)
	}
	return &backtested{course, !in.OnlyTransitions}, err
}

// backtestTime is how long one may take, within which clients wait for an answer.
const backtestTime = 50 * time.Second

func errLong() error {
	return fault.New(fault.LimitExceeded, "The back-test is not done after %s: ask for shorter ranges one after the other, each with the last state of the one before as its InitialState.", backtestTime)
}

// backtested is an answer. Its evaluations, which may be very many, are made
// while they are written.
type backtested struct {
	course      *alarms.Course
	evaluations bool
}

// transition is one as an answer shows it.
type transition struct {
	Timestamp                    time.Time
	PreviousState, State         alarms.State
	StateReason, StateReasonData string
	// Recorded says whether the alarm's history has it, too; absent: not compared.
	Recorded *bool `json:",omitempty"`
}

// contributorTransition is one of a contributor.
type contributorTransition struct {
	Timestamp            time.Time
	ContributorID        string `json:"ContributorId"`
	Attributes           map[string]string
	PreviousState, State alarms.State
	StateReason          string
}

// write answers. w keeps its first error until Flush.
func (b *backtested) write(to http.ResponseWriter) error {
	text, err := json.Marshal(b.summary())
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(to, 64<<10)
	_ = w.WriteByte('{')
	if b.evaluations {
		b.list(w)
	}
	_, _ = w.Write(append(text[1:], '\n'))
	return w.Flush()
}

// list writes the evaluations; none of their letters needs an escape.
func (b *backtested) list(w *bufio.Writer) {
	_, _ = w.WriteString(`"Evaluations":[`)
	separator := ""
	for at, state := range b.course.States() {
		_, _ = w.WriteString(separator + `{"Timestamp":"`)
		_, _ = w.Write(at.Time().AppendFormat(w.AvailableBuffer(), time.RFC3339))
		_, _ = w.WriteString(`","State":"` + string(state) + `"}`)
		separator = ","
	}
	_, _ = w.WriteString("],")
}

// backtestSummary is what an answer has beside the evaluations.
type backtestSummary struct {
	Transitions            []transition
	ContributorTransitions []contributorTransition `json:",omitempty"`
	// RecordedOnly are transitions that only the alarm's history has, ComparedFrom
	// since when the two are compared.
	RecordedOnly []transition `json:",omitempty"`
	ComparedFrom *time.Time   `json:",omitempty"`
	// Count is how many evaluations there are, First the time of the first one, and
	// Interval their distance in seconds.
	Count    int
	First    *time.Time `json:",omitempty"`
	Interval metric.Period
	// ExactFrom is there where not all of them are as live evaluation decides.
	ExactFrom *time.Time `json:",omitempty"`
}

func (b *backtested) summary() backtestSummary {
	c := b.course
	s := backtestSummary{Transitions: make([]transition, len(c.Transitions)), Count: c.Count, Interval: c.Step}
	for i, t := range c.Transitions {
		s.Transitions[i] = transitionOf(t)
		if recorded, known := c.Recorded(t); known {
			s.Transitions[i].Recorded = &recorded
		}
	}
	for _, t := range c.RecordedOnly {
		s.RecordedOnly = append(s.RecordedOnly, transitionOf(t))
	}
	if c.Compared != 0 {
		s.ComparedFrom = new(c.Compared.Time())
	}
	for _, t := range c.Contributors {
		s.ContributorTransitions = append(s.ContributorTransitions, contributorTransition{t.At.Time(), t.ID, t.Attributes, t.From, t.Value, t.Reason})
	}
	if c.Count > 0 {
		s.First = new(c.First.Time())
	}
	if c.Exact > c.First {
		s.ExactFrom = new(c.Exact.Time())
	}
	return s
}

func transitionOf(t alarms.Transition) transition {
	return transition{Timestamp: t.At.Time(), PreviousState: t.From, State: t.To, StateReason: t.Reason, StateReasonData: t.ReasonData}
}

// coded is an error whose answer has AWS's code beside its text.
type coded struct{ error }

func (c coded) Unwrap() error { return c.error }
