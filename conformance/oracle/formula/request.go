package formula

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"skywatch/conformance/oracle"
)

// Request is a GetMetricData with expressions.
type Request struct {
	Queries            []Query
	StartTime, EndTime time.Time
	ScanBy             string
	// Listed are the metrics in the order in which ListMetrics answers them.
	Listed []oracle.Metric
}

// Query has either an Expression or a Stat.
type Query struct {
	ID         string
	Expression string
	Period     int // of the query object, 0 when absent
	Stat       *oracle.MetricStat
	Label      *string
	ReturnData *bool
}

func (q Query) returned() bool { return q.ReturnData == nil || *q.ReturnData }

// Result is a series of the answer, points in the order of the request.
type Result struct {
	ID       string
	Label    oracle.Label
	Points   []Point
	Doubtful bool // the values hang on how floats round
}

// Point is one value; Scale is the largest number that it was computed from.
type Point struct {
	Timestamp    time.Time
	Value, Scale float64
}

// Ask answers a request: direct metrics first, then expressions, each in the
// order of the request; or says which refusals are right.
func Ask(m *oracle.Model, now time.Time, tenant oracle.Tenant, in Request) ([]Result, oracle.Errors) {
	if errs := check(in); len(errs) > 0 {
		return nil, errs
	}
	w := &world{model: m, now: now, tenant: tenant, in: in, done: make(map[string]value), open: make(map[string]bool)}
	if w.direct(); len(w.errs) > 0 {
		return nil, w.errs
	}
	var results []Result
	for _, q := range in.Queries {
		if q.Stat != nil && q.returned() {
			results = append(results, w.results(q)...)
		}
	}
	for _, q := range in.Queries {
		if q.Stat == nil {
			w.query(q)
		}
	}
	if len(w.errs) > 0 {
		return nil, w.errs
	}
	for _, q := range in.Queries {
		if q.Stat == nil && q.returned() {
			results = append(results, w.results(q)...)
		}
	}
	return results, nil
}

var idText = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)

// check applies the rules on ids, and that each query is of one kind.
func check(in Request) oracle.Errors {
	var errs oracle.Errors
	say := func(format string, args ...any) {
		errs = append(errs, oracle.Error{Code: oracle.ValidationError, Message: fmt.Sprintf(format, args...)})
	}
	seen := make(map[string]bool)
	for i, q := range in.Queries {
		if !idText.MatchString(q.ID) {
			say("The value for parameter MetricDataQueries.member.%d.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.", i+1)
		}
		if seen[q.ID] {
			say("The values for parameter id in MetricDataQueries are not unique.")
		}
		seen[q.ID] = true
		switch {
		case q.Stat != nil && q.Expression != "":
			say("The parameters MetricDataQueries.member.%d.Expression and MetricDataQueries.member.%d.MetricStat are mutually exclusive "+
				"and you have specified both.", i+1, i+1)
		case q.Stat == nil && q.Expression == "":
			errs = append(errs, oracle.Error{Code: oracle.ValidationError}, oracle.Error{Code: oracle.MissingParameter})
		}
	}
	return errs
}

// direct reads the metrics. Hidden ones are read with all of them shown, so
// that they have the label that an array may show.
func (w *world) direct() {
	shown := oracle.GetMetricDataInput{StartTime: w.in.StartTime, EndTime: w.in.EndTime, ScanBy: oracle.TimestampAscending}
	for _, q := range w.in.Queries {
		if q.Stat != nil {
			shown.Queries = append(shown.Queries, oracle.Query{ID: q.ID, MetricStat: *q.Stat, Label: explicit(q.Label)})
		}
	}
	if len(shown.Queries) == 0 {
		return
	}
	asked := shown
	asked.Queries = slices.Clone(shown.Queries)
	for i, q := range asked.Queries {
		asked.Queries[i].ReturnData = w.find(q.ID).ReturnData
	}
	for _, in := range []oracle.GetMetricDataInput{shown, asked} {
		out, errs := w.model.GetMetricData(w.now, w.tenant, in)
		if len(errs) > 0 {
			w.errs = errs
			return
		}
		for _, r := range out.Results {
			w.done[r.ID] = ofSeries(fromResult(w.find(r.ID).Stat.Period, r))
		}
	}
}

func (w *world) find(id string) Query {
	return w.in.Queries[slices.IndexFunc(w.in.Queries, func(q Query) bool { return q.ID == id })]
}

// explicit is the label, unless it is empty.
func explicit(label *string) *string {
	if label != nil && *label == "" {
		return nil
	}
	return label
}

func fromResult(period int, r oracle.Result) *series {
	s := &series{points: make(map[time.Time]float64), period: period, label: r.Label, direct: true}
	for _, p := range r.Points {
		s.points[p.Timestamp] = p.Value.Exact
		s.scale = max(s.scale, p.Value.Exact, -p.Value.Exact)
	}
	return s
}

// results are the series of a query with their labels.
func (w *world) results(q Query) []Result {
	v := w.done[q.ID]
	var results []Result
	for _, s := range v.series {
		r := Result{ID: q.ID, Label: w.label(q, v, s), Doubtful: s.doubtful || v.doubtful}
		for _, at := range s.times() {
			r.Points = append(r.Points, Point{at, s.points[at], s.scale})
		}
		if w.in.ScanBy != oracle.TimestampAscending {
			slices.Reverse(r.Points)
		}
		results = append(results, r)
	}
	return results
}

// label follows section 7: an expression's is its id, a member of an array
// keeps its own after that of the query.
func (w *world) label(q Query, v value, s *series) oracle.Label {
	if q.Stat != nil {
		return s.label
	}
	own := s.label
	if v.kind == oneSeries || own == nil {
		own = oracle.Label{{Text: q.ID}}
	}
	if explicit(q.Label) == nil {
		return own
	}
	if whole, ok := placeholder(*q.Label, own); ok {
		return whole
	}
	if v.kind == oneSeries {
		return oracle.Label{{Text: *q.Label}}
	}
	return append(oracle.Label{{Text: *q.Label + " "}}, own...)
}
