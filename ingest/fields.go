package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// member is the Query spelling of a list's element, which CloudWatch uses in
// its messages on every protocol.
func member(i int) string { return element(i) + "." }

func element(i int) string { return "member." + strconv.Itoa(i+1) }

func missing(param string) error {
	return fault.New(fault.Missing, "The parameter %s is required.", param).On(param)
}

func invalid(param, format string, args ...any) error {
	return fault.New(fault.InvalidValue, format, args...).On(param)
}

func collection(param string, limit int) error {
	return invalid(param, "The collection %s must not have a size greater than %d.", param, limit)
}

// CheckNamespace says what is wrong with a namespace that data are to be put in.
func (g *Ingester) CheckNamespace(ns string) error { return g.checkNamespace(&ns) }

func (g *Ingester) checkNamespace(ns *string) error {
	const param = "Namespace"
	if ns == nil || *ns == "" {
		return missing(param)
	}
	if err := checkText(param, *ns, MaxName); err != nil {
		return err
	}
	if strings.HasPrefix(*ns, ":") {
		return invalid(param, "The value %s for parameter %s is invalid.", *ns, param)
	}
	if strings.HasPrefix(*ns, reservedPrefix) && !g.opts.AllowReserved {
		return invalid(param, "The value %s for parameter %s is invalid.", reservedPrefix, param)
	}
	return nil
}

func checkName(param string, name *string) (string, error) {
	if name == nil || *name == "" {
		return "", missing(param)
	}
	return *name, checkText(param, *name, MaxName)
}

// checkText holds the rule for names: printable ASCII, not only blanks, at most
// limit characters.
func checkText(param, s string, limit int) error {
	if len(s) > limit {
		return invalid(param, "The parameter %s must be shorter than %d characters.", param, limit+1)
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return invalid(param, "The value for parameter %s contains non-ASCII or control characters.", param)
		}
	}
	if strings.TrimSpace(s) == "" {
		return invalid(param, "The parameter %s must contain at least one non-blank character.", param)
	}
	return nil
}

func checkDimensions(at string, in []Dimension) ([]metric.Dimension, error) {
	if len(in) > MaxDimensions {
		return nil, collection(strings.TrimSuffix(at, "."), MaxDimensions)
	}
	if len(in) == 0 {
		return nil, nil
	}
	out := make([]metric.Dimension, len(in))
	for i, d := range in {
		if checkDimension("", d, out[:i]) != nil {
			return nil, checkDimension(at+member(i), d, out[:i])
		}
		out[i] = metric.Dimension{Name: *d.Name, Value: *d.Value}
	}
	return out, nil
}

// checkDimension checks one dimension; seen are those before it.
func checkDimension(at string, d Dimension, seen []metric.Dimension) error {
	name, value := at+"Name", at+"Value"
	switch {
	case d.Name == nil || *d.Name == "":
		return missing(name)
	case d.Value == nil || *d.Value == "":
		return missing(value)
	case strings.HasPrefix(*d.Name, ":"):
		return invalid(name, "The value %s for parameter %s is invalid.", *d.Name, name)
	}
	if err := checkText(name, *d.Name, MaxName); err != nil {
		return err
	}
	if err := checkText(value, *d.Value, MaxDimension); err != nil {
		return err
	}
	for _, s := range seen {
		if s.Name == *d.Name {
			// (inferred): the documents only say that names are unique.
			return invalid(name, "The value %s for parameter %s is invalid: a dimension name may appear once.", *d.Name, name)
		}
	}
	return nil
}

func checkUnit(param, unit string) (metric.Unit, error) {
	if unit == "" {
		return metric.None, nil
	}
	u, ok := metric.ParseUnit(unit)
	if !ok {
		return 0, invalid(param, "The parameter %s must be a value in the set [ %s ].", param, unitSet)
	}
	return u, nil
}

// unitSet lists the units as AWS's message does: the model's order, None last.
var unitSet = func() string {
	var names []string
	for u := metric.Seconds; u.Valid(); u++ {
		names = append(names, u.String())
	}
	return strings.Join(append(names, metric.None.String()), ", ")
}()

func checkResolution(param string, r *int32) (high bool, err error) {
	switch {
	case r == nil || *r == 60:
		return false, nil
	case *r == 1:
		return true, nil
	}
	return false, invalid(param, "The parameter %s must be a value in the set [ 1, 60 ].", param)
}

// checkTime holds the time window, ends included.
func checkTime(param string, t *metric.Instant, now time.Time, past time.Duration) (metric.Instant, error) {
	at := metric.At(now)
	switch {
	case t == nil:
		return at, nil
	case *t < at.Add(-past):
		window := "two weeks"
		if past != MaxPast {
			window = fmt.Sprintf("%d days", past/(24*time.Hour))
		}
		return 0, invalid(param, "The parameter %s must specify a time no more than %s in the past.", param, window)
	case *t > at.Add(MaxFuture):
		return 0, invalid(param, "The parameter %s must specify a time no more than two hours in the future.", param)
	}
	return *t, nil
}
