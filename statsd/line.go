package statsd

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"skywatch/metric"
)

// Kind is what a line's values mean.
type Kind uint8

// The kinds. Histograms are DogStatsD's h and d: timings without a unit.
const (
	Counter Kind = iota + 1
	Gauge
	Timing
	Histogram
	Set
)

var kinds = map[string]Kind{"c": Counter, "g": Gauge, "ms": Timing, "h": Histogram, "d": Histogram, "s": Set}

// String names the kind.
func (k Kind) String() string {
	return [...]string{"nothing", "a counter", "a gauge", "a timer", "a histogram", "a set"}[k]
}

// Line is a line as sent: one metric, with values that are of one kind.
type Line struct {
	Name   string
	Kind   Kind
	Values []Value
	Weight float64            // how often each value was seen: 1 by the sample rate
	Tags   []metric.Dimension // sorted by name
}

// Value is one value.
type Value struct {
	Number float64
	Delta  bool   // of a gauge: it is added to what is there
	Member string // of a set
}

// Bounds of a line (ours, beside those of metrics).
const (
	minRate   = 1e-6
	maxNumber = 0x1p360 // PutMetricData takes no more
)

// Parse reads a line: name:value[:value...]|type[|@rate][|#tag:value,tag...].
// What else DogStatsD has behind these is refused, but for the container (c:) and
// for what says how to use it (e:, card:), which say nothing of the metric.
func Parse(text string) (Line, error) {
	l := Line{Weight: 1}
	parts := strings.Split(text, "|")
	name, values, ok := strings.Cut(parts[0], ":")
	if !ok || name == "" || len(parts) < 2 {
		return l, errors.New("it is not of the form name:value|type")
	}
	l.Name = name
	if l.Kind = kinds[parts[1]]; l.Kind == 0 {
		return l, fmt.Errorf("the type %.20q is none of c, g, ms, h, d and s", parts[1])
	}
	for _, part := range parts[2:] {
		if err := l.section(part); err != nil {
			return l, err
		}
	}
	return l, l.values(values)
}

// section reads what stands behind the type.
func (l *Line) section(text string) error {
	switch {
	case strings.HasPrefix(text, "@"):
		rate, err := number(text[1:])
		if err != nil || rate < minRate || rate > 1 {
			return fmt.Errorf("the sample rate %.20q is not from %g to 1", text[1:], minRate)
		}
		if l.Kind != Gauge && l.Kind != Set { // of these a sample is as good as all
			l.Weight = 1 / rate
		}
	case strings.HasPrefix(text, "#"):
		l.tags(text[1:])
	case strings.HasPrefix(text, "c:"), strings.HasPrefix(text, "e:"), strings.HasPrefix(text, "card:"):
	default:
		return fmt.Errorf("the part %.20q is not offered", text)
	}
	return nil
}

// noValue is the value of a tag that has none: a dimension must have one.
const noValue = "true"

// tags reads name:value,name,...
func (l *Line) tags(text string) {
	for tag := range strings.SplitSeq(text, ",") {
		if tag == "" {
			continue
		}
		name, value, ok := strings.Cut(tag, ":")
		if !ok {
			value = noValue
		}
		l.Tags = append(l.Tags, metric.Dimension{Name: name, Value: value})
	}
	slices.SortFunc(l.Tags, func(a, b metric.Dimension) int { return strings.Compare(a.Name, b.Name) })
}

func (l *Line) values(text string) error {
	if l.Kind == Set { // its members may be any text
		if text == "" {
			return errors.New("a member of a set is empty")
		}
		l.Values = []Value{{Member: text}}
		return nil
	}
	for part := range strings.SplitSeq(text, ":") {
		v, err := number(part)
		if err != nil {
			return err
		}
		delta := l.Kind == Gauge && (part[0] == '+' || part[0] == '-')
		l.Values = append(l.Values, Value{Number: v, Delta: delta})
	}
	return nil
}

// number reads a decimal number that PutMetricData takes too.
func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(v) > maxNumber || math.IsNaN(v) || strings.ContainsAny(text, "xX_pP") {
		return 0, fmt.Errorf("%.20q is not a number from -2^360 to 2^360", text)
	}
	return v, nil
}
