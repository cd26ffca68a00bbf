package conformance_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// What the files are together.
const (
	nabCount = 17
	nabRows  = 67740
)

// nabFile is a file of the benchmark: a column of times in UTC and one of
// values. Two files have times that appear twice.
type nabFile struct {
	path, name string
	rows       []nabRow
}

type nabRow struct {
	at    time.Time
	value float64
}

func readNAB(t *testing.T, dir string) []nabFile {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var files []nabFile
	rows := 0
	for _, path := range paths {
		f := readNABFile(t, path)
		files, rows = append(files, f), rows+len(f.rows)
	}
	if len(files) != nabCount || rows != nabRows {
		t.Fatalf("%s has %d files with %d rows, want %d with %d", dir, len(files), rows, nabCount, nabRows)
	}
	return files
}

func readNABFile(t *testing.T, path string) nabFile {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	f := nabFile{path: path, name: strings.TrimSuffix(filepath.Base(path), ".csv")}
	for _, r := range records[1:] {
		at, err := time.Parse("2006-01-02 15:04:05", r[0])
		if err != nil {
			t.Fatal(err)
		}
		v, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		f.rows = append(f.rows, nabRow{at, v})
	}
	return f
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

var nabPercentiles = []string{"p50", "p99"}

func nabStatistics() []string {
	var out []string
	for _, s := range types.Statistic("").Values() {
		out = append(out, string(s))
	}
	return append(out, nabPercentiles...)
}

// nabTruth are the values of each period of a file, sorted, by the period's
// start in seconds since 1970.
type nabTruth map[int64][]float64

// fold puts the moved rows into periods, which begin at multiples of their
// length since 1970.
func (f *nabFile) fold(shift, period time.Duration) nabTruth {
	out := nabTruth{}
	for _, r := range f.rows {
		start := r.at.Add(shift).Unix()
		start -= start % int64(period/time.Second)
		out[start] = append(out[start], r.value)
	}
	for _, values := range out {
		slices.Sort(values)
	}
	return out
}

// span returns the whole days that hold all periods.
func (n nabTruth) span() (first, end time.Time) {
	low, high := int64(math.MaxInt64), int64(0)
	for start := range n {
		low, high = min(low, start), max(high, start)
	}
	const day = 24 * time.Hour
	return time.Unix(low, 0).UTC().Truncate(day), time.Unix(high, 0).UTC().Truncate(day).Add(day)
}

// statistic computes one from sorted values. A percentile is the smallest value
// that as many percent of them do not exceed.
func statistic(name string, values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	n := float64(len(values))
	switch name {
	case "SampleCount":
		return n
	case "Sum":
		return sum
	case "Average":
		return sum / n
	case "Minimum":
		return values[0]
	case "Maximum":
		return values[len(values)-1]
	}
	percent, err := strconv.ParseFloat(strings.TrimPrefix(name, "p"), 64)
	if err != nil {
		panic(err)
	}
	return values[max(int(math.Ceil(percent*n/100)), 1)-1]
}

// tolerance is by what part of it a statistic may differ: sums by the order of
// addition, percentiles by the accuracy of the sketch.
func tolerance(name string) float64 {
	switch name {
	case "Sum", "Average":
		return 1e-9
	case "SampleCount", "Minimum", "Maximum":
		return 0
	default:
		return 0.01
	}
}

// nabAnswer is what a server answered: statistics by the period's start.
type nabAnswer map[int64]map[string]float64

func (a nabAnswer) add(at time.Time, name string, v float64) {
	if a[at.Unix()] == nil {
		a[at.Unix()] = map[string]float64{}
	}
	a[at.Unix()][name] = v
}

func (a nabAnswer) addDatapoint(p types.Datapoint) {
	for name, v := range map[string]*float64{"SampleCount": p.SampleCount, "Sum": p.Sum, "Average": p.Average, "Minimum": p.Minimum, "Maximum": p.Maximum} {
		if v != nil {
			a.add(*p.Timestamp, name, *v)
		}
	}
	for name, v := range p.ExtendedStatistics {
		a.add(*p.Timestamp, name, v)
	}
}

// compare wants every statistic of every period, and no other period.
func (n nabTruth) compare(t *testing.T, what string, got nabAnswer) {
	t.Helper()
	if len(got) != len(n) {
		t.Errorf("%s: %d periods, want %d", what, len(got), len(n))
	}
	for start, values := range n {
		for _, name := range nabStatistics() {
			want := statistic(name, values)
			v, ok := got[start][name]
			if !ok || math.Abs(v-want) > tolerance(name)*math.Abs(want) {
				t.Fatalf("%s: %s of %s is %v (%v), want %v", what, name, time.Unix(start, 0).UTC(), v, ok, want)
			}
		}
	}
}
