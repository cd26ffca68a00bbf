package formula

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

// kind is a type of section 8.1, or a word like LINEAR that only some
// arguments may be.
type kind int

const (
	bad       kind = iota // what an error has left: everything may be done with it
	scalar                // S
	oneSeries             // TS
	array                 // TS[]
	literal               // a string
	keyword
)

// value is what an expression is worth.
type value struct {
	kind     kind
	number   float64
	text     string
	series   []*series // one or many
	doubtful bool      // the order or the choice of the series hangs on rounding
	loose    bool      // an array that SLICE made: one series may stand for itself
}

// series is a TS.
type series struct {
	points   map[time.Time]float64
	period   int // seconds
	label    oracle.Label
	direct   bool // a metric of the request as it is
	minutes  bool // its window ends on a whole minute: it is of a SELECT
	scale    float64
	doubtful bool
}

// unsigned makes -0 a 0: zero has no sign.
func (v value) unsigned() value {
	v.number += 0
	for _, s := range v.series {
		for t, p := range s.points {
			s.points[t] = p + 0
		}
	}
	return v
}

func ofNumber(f float64) value           { return value{kind: scalar, number: f} }
func ofSeries(s *series) value           { return value{kind: oneSeries, series: []*series{s}} }
func ofArray(all []*series) value        { return value{kind: array, series: all} }
func (v value) one() *series             { return v.series[0] }
func (s *series) at(t time.Time) float64 { return s.points[t] } // 0 where nothing is

// is reports whether the value may be used as one of the kinds.
func (v value) is(kinds ...kind) bool {
	if v.mayBeOne() && (slices.Contains(kinds, oneSeries) || slices.Contains(kinds, array)) {
		return true
	}
	return v.kind == bad || slices.Contains(kinds, v.kind)
}

// mayBeOne reports whether the array may stand for its one series.
func (v value) mayBeOne() bool { return v.loose && len(v.series) == 1 }

// times are those of the points, oldest first.
func (s *series) times() []time.Time {
	return slices.SortedFunc(maps.Keys(s.points), time.Time.Compare)
}

// like is a series without points that is made from others: the smallest
// period, the label of the first.
func like(from ...*series) *series {
	s := &series{points: make(map[time.Time]float64)}
	for i, f := range from {
		if i == 0 {
			s.period, s.label, s.minutes = f.period, f.label, f.minutes
		}
		s.minutes = s.minutes && f.minutes
		s.period = min(s.period, f.period)
		s.scale = max(s.scale, f.scale)
		s.doubtful = s.doubtful || f.doubtful
	}
	return s
}

// set keeps a point unless it is not finite.
func (s *series) set(t time.Time, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	s.points[t] = v
	s.scale = max(s.scale, math.Abs(v))
}

// union are the times at which any of the series has a point.
func union(all []*series) []time.Time {
	times := make(map[time.Time]bool)
	for _, s := range all {
		for t := range s.points {
			times[t] = true
		}
	}
	return slices.SortedFunc(maps.Keys(times), time.Time.Compare)
}

// near reports whether two numbers may be told apart only by rounding.
func near(a, b, scale float64) bool {
	return a != b && math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))+1e-13*scale
}

// placeholder puts the label in the place of ${LABEL}.
func placeholder(text string, own oracle.Label) (oracle.Label, bool) {
	before, after, found := strings.Cut(text, "${LABEL}")
	if !found {
		return nil, false
	}
	whole := append(oracle.Label{{Text: before}}, own...)
	return append(whole, oracle.Piece{Text: after}), true
}
