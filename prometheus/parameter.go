package prometheus

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// moment reads a time: seconds with a fraction, or RFC 3339.
func (r *request) moment(name string, otherwise time.Time) (time.Time, error) {
	s := r.form.Get(name)
	if s == "" {
		return otherwise, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		if math.Abs(f) > maxSeconds || f != f {
			return time.Time{}, parameter(name, errors.New("the time is out of range"))
		}
		whole, part := math.Modf(f)
		return time.Unix(int64(whole), int64(math.Round(part*1000))*int64(time.Millisecond)).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, parameter(name, errors.New("cannot parse "+strconv.Quote(s)+" to a valid timestamp"))
	}
	return t, nil
}

// maxSeconds keeps instants in milliseconds within int64.
const maxSeconds = 1 << 52

// duration reads seconds with a fraction, or 1h30m; 0 where it is absent.
func (r *request) duration(name string) (time.Duration, error) {
	s := r.form.Get(name)
	if s == "" {
		return 0, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		if ns := f * float64(time.Second); math.Abs(ns) < math.MaxInt64 {
			return time.Duration(ns), nil
		}
		return 0, parameter(name, errors.New("the duration is out of range"))
	}
	d, err := model.ParseDuration(s)
	if err != nil {
		return 0, parameter(name, errors.New("cannot parse "+strconv.Quote(s)+" to a valid duration"))
	}
	return time.Duration(d), nil
}

// limit reads how many there may be; 0: all.
func (r *request) limit() (int, error) {
	s := r.form.Get("limit")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, parameter("limit", errors.New("limit must be a non-negative number"))
	}
	return n, nil
}

// The ends of time, where start or end are not given.
var (
	oldest = time.Unix(0, 0).UTC()
	newest = time.Unix(maxSeconds/1000, 0).UTC()
)

// selection is what the metadata paths share: the time, the selectors, the
// limit.
type selection struct {
	start, end time.Time
	selectors  [][]*labels.Matcher
	limit      int
}

func (a *API) selection(r *request) (s selection, err error) {
	if s.start, err = r.moment("start", oldest); err != nil {
		return s, err
	}
	if s.end, err = r.moment("end", newest); err != nil {
		return s, err
	}
	if s.end.Before(s.start) {
		return s, parameter("end", errors.New("end timestamp must not be before start timestamp"))
	}
	if s.limit, err = r.limit(); err != nil {
		return s, err
	}
	if s.selectors, err = a.Engine.Selectors(r.form["match[]"]); err != nil {
		return s, parameter("match[]", err)
	}
	for _, matchers := range s.selectors {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches("") }) {
			return s, parameter("match[]", errors.New("match[] must contain at least one non-empty matcher"))
		}
	}
	return s, nil
}

func cut[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[:limit]
	}
	return all
}
