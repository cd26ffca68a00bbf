package expr_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
	"skywatch/query/expr"
)

// request is the series and expressions that a conversation has defined.
type request struct {
	window *expr.Axis
	ids    []string // of the metrics, in order
	has    map[string]expr.Value
	period map[string]int
}

// Conversations: "window" begins a request of some slots, "metric" defines one,
// "eval" computes expressions, one a line.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var q *request
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "window":
				q = newRequest(t, d)
			case "metric":
				q.define(t, d)
			case "eval":
				var b strings.Builder
				for line := range strings.Lines(d.Input) {
					fmt.Fprintln(&b, q.answer(strings.TrimSpace(line)))
				}
				return b.String()
			default:
				t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			}
			return ""
		})
	})
}

func newRequest(t *testing.T, d *datadriven.TestData) *request {
	var start, period, slots int
	d.ScanArgs(t, "start", &start)
	d.ScanArgs(t, "period", &period)
	d.ScanArgs(t, "slots", &slots)
	return &request{
		window: expr.NewAxis(metric.Instant(start)*1000, metric.Period(period), slots),
		has:    map[string]expr.Value{}, period: map[string]int{},
	}
}

// define reads a metric: its period and its values, - for none.
func (q *request) define(t *testing.T, d *datadriven.TestData) {
	id, period := d.CmdArgs[0].Key, 0
	d.ScanArgs(t, "period", &period)
	var values []float64
	for _, w := range strings.Fields(d.Input) {
		v := math.NaN()
		if w != "-" {
			var err error
			if v, err = strconv.ParseFloat(w, 64); err != nil {
				t.Fatal(err)
			}
		}
		values = append(values, v)
	}
	axis := expr.NewAxis(q.window.At(0), metric.Period(period), len(values))
	q.ids = append(q.ids, id)
	q.period[id] = period
	q.has[id] = expr.Value{Kind: expr.TimeSeries, Series: []expr.Series{{Axis: axis, Values: values, Tag: id}}}
}

func (q *request) operand(id string) (expr.Operand, bool) {
	v, ok := q.has[id]
	return expr.Operand{Kind: v.Kind, Period: q.period[id]}, ok
}

func (q *request) input() expr.Input {
	return expr.Input{
		Window:  q.window,
		Operand: q.operand,
		Value:   func(id string) (expr.Value, error) { return q.has[id], nil },
		Metrics: func(containing string) (all []expr.Series) {
			for _, id := range q.ids {
				if strings.Contains(id, containing) {
					all = append(all, q.has[id].Series...)
				}
			}
			return all
		},
		Search: func(s expr.Search) ([]expr.Series, error) {
			return nil, &expr.Error{Text: fmt.Sprintf("found %s %s %d", s.Text, s.Stat, s.Period)}
		},
	}
}

// answer computes one line; "id = expression" keeps the result.
func (q *request) answer(line string) string {
	id, text, named := strings.Cut(line, " = ")
	if !named {
		text = line
	}
	e, err := expr.Parse(text)
	if err != nil {
		return "error: " + err.Error()
	}
	kind, err := e.Check(q.operand)
	if err != nil {
		return "error: " + err.Error()
	}
	before := fmt.Sprint(q.has)
	v, err := e.Run(q.input())
	if fmt.Sprint(q.has) != before {
		return "error: the input was changed"
	}
	if err != nil {
		return "error: " + err.Error()
	}
	if kind != v.Kind && kind != expr.Slice {
		return fmt.Sprintf("error: %s is told, %s comes", kind, v.Kind)
	}
	if named {
		q.has[id] = v
	}
	return show(v)
}

func show(v expr.Value) string {
	if v.Kind == expr.Scalar {
		return number(v.Number)
	}
	var all []string
	for _, s := range v.Series {
		all = append(all, showSeries(&s))
	}
	if v.Kind == expr.TimeSeries {
		return all[0]
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// showSeries spells the values, the tag before them and, where the axis is not
// an even one, their times.
func showSeries(s *expr.Series) string {
	var b strings.Builder
	if s.Tag != nil {
		fmt.Fprintf(&b, "%v:", s.Tag)
	}
	even, step := true, metric.Instant(0)
	if s.Axis.Len() > 1 {
		step = s.Axis.At(1) - s.Axis.At(0)
	}
	for i := range s.Axis.Len() {
		even = even && s.Axis.At(i) == s.Axis.At(0)+metric.Instant(i)*step
	}
	for i, v := range s.Values {
		if i > 0 || s.Tag != nil {
			b.WriteByte(' ')
		}
		if !even {
			fmt.Fprintf(&b, "%d=", (s.Axis.At(i)-s.Axis.At(0))/1000)
		}
		b.WriteString(number(v))
	}
	return b.String()
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}

// No text makes the parser, the checker or a run fail in another way than by an
// *Error.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		"m1+m2*-3^2", "IF(m1>2 AND m2<1, m1, FILL(m2,REPEAT))", "SORT(METRICS('m'),AVG,DESC,2)/SUM([m1,m2])", `SEARCH('{a,b} x="y\"z"', "Sum", 60.5)`,
		"SLICE(METRICS(),0,1)*METRICS()", "((((m1", "1e309", "RATE(DIFF_TIME(m3))||STDDEV(m3)", "TIME_SERIES(PERIOD(m1))", "[", "'", "\\",
	} {
		f.Add(s)
	}
	q := &request{window: expr.NewAxis(0, 60, 4), has: map[string]expr.Value{}, period: map[string]int{}}
	for id, period := range map[string]int{"m1": 60, "m2": 60, "m3": 120} {
		q.ids, q.period[id] = append(q.ids, id), period
		q.has[id] = expr.Value{Kind: expr.TimeSeries, Series: []expr.Series{{Axis: expr.NewAxis(0, metric.Period(period), 2), Values: []float64{1, math.NaN()}, Tag: id}}}
	}
	slices.Sort(q.ids)
	f.Fuzz(func(t *testing.T, s string) {
		if got := q.answer(s); strings.Contains(got, "is told") || strings.Contains(got, "was changed") {
			t.Errorf("%q: %s", s, got)
		}
	})
}
