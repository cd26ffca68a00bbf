package agent

import (
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// Dimension is one name and value of a metric.
type Dimension struct{ Name, Value string }

// Datum is one value of one metric, as it will be put.
type Datum struct {
	Name       string
	Unit       types.StandardUnit
	Dimensions []Dimension // shared between datums: not to be changed
	Value      float64
	Time       time.Time // when it was read
}

// Limits of PutMetricData on one datum (cloudwatch.md 3.3).
const maxDimensionValue = 1024

// maxValue bounds a value both ways.
func maxValue() float64 { return math.Ldexp(1, 360) }

// acceptable reports whether PutMetricData takes the datum. One that it does
// not take would make it refuse the whole request, so it must not travel:
// think of a mount point named in Greek.
func (d Datum) acceptable() bool {
	if math.IsNaN(d.Value) || math.Abs(d.Value) > maxValue() {
		return false
	}
	for _, dim := range d.Dimensions {
		if !acceptableValue(dim.Value) {
			return false
		}
	}
	return true
}

func acceptableValue(v string) bool {
	return len(v) <= maxDimensionValue && printable(v)
}

// printable reports whether s is printable ASCII with at least one non-blank.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return strings.TrimSpace(s) != ""
}

// size bounds the bytes of the datum in a request: strings, and the CBOR keys
// and numbers around them.
func (d Datum) size() int {
	n := 128 + len(d.Name)
	for _, dim := range d.Dimensions {
		n += 24 + len(dim.Name) + len(dim.Value)
	}
	return n
}
