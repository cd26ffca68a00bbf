package oracle

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// expansion is what the placeholders of one label stand for.
type expansion struct {
	tenant   Tenant
	query    Query
	points   []Point // oldest first
	zone     *time.Location
	fallback string // the default label
}

// zone reads +HHMM or -HHMM; anything else is UTC.
func zone(offset string) *time.Location {
	t, err := time.Parse("-0700", offset)
	if err != nil {
		return time.UTC
	}
	return t.Location()
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// expand replaces each placeholder by one piece.
func (x expansion) expand(label string) Label {
	var out Label
	rest := label
	for {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			return append(out, Piece{Text: rest})
		}
		out = append(out, Piece{Text: rest[:at[0]]}, x.piece(rest[at[0]+2:at[1]-1]))
		rest = rest[at[1]:]
	}
}

func (x expansion) piece(name string) Piece {
	switch {
	case name == "LABEL":
		return Piece{Text: x.fallback}
	case strings.HasPrefix(name, "PROP("):
		return x.property(strings.Trim(name[len("PROP("):], "')"))
	case len(x.points) == 0:
		return Piece{Any: name == "DATAPOINT_COUNT"} // empty, the count perhaps 0
	case strings.HasSuffix(name, "_TIME"):
		return x.instant(strings.TrimSuffix(name, "_TIME"))
	case strings.Contains(name, "TIME"):
		return Piece{Any: true} // the form of ranges and relative times is not given
	}
	return x.number(name)
}

// property prints what the query names.
func (x expansion) property(name string) Piece {
	s := x.query.MetricStat
	if key, ok := strings.CutPrefix(name, "Dim."); ok {
		if value := s.Metric.dimension(key); value != "" {
			return Piece{Text: value[1:]}
		}
		return Piece{Text: "--"}
	}
	switch name {
	case "AccountId":
		return Piece{Text: x.tenant.Account}
	case "Region":
		return Piece{Text: x.tenant.Region}
	case "MetricName":
		return Piece{Text: s.Metric.MetricName}
	case "Namespace":
		return Piece{Text: s.Metric.Namespace}
	case "Period":
		return Piece{Text: strconv.Itoa(s.Period)}
	case "Stat":
		return Piece{Text: s.Stat}
	}
	return Piece{Any: true}
}

// instant prints the time of the first, last, least or greatest point; when
// several points share the extreme the time is not fixed.
func (x expansion) instant(which string) Piece {
	extreme := x.number(which).Number
	if extreme == nil {
		return Piece{Any: true}
	}
	var found []Point
	for _, p := range x.points {
		if p.Value.Accepts(*extreme) {
			found = append(found, p)
		}
	}
	switch which {
	case "FIRST":
		found = x.points[:1]
	case "LAST":
		found = x.points[len(x.points)-1:]
	}
	if len(found) != 1 {
		return Piece{Any: true}
	}
	return Piece{Text: found[0].Timestamp.In(x.zone).Format("2006-01-02 15:04:05")}
}

// number is a value over all the points, from the least to the greatest that
// answers within their own ranges can give.
func (x expansion) number(name string) Piece {
	exact := make([]span, len(x.points))
	ranges := make([]span, len(x.points))
	for i, p := range x.points {
		exact[i] = span{p.Value.Exact, p.Value.Exact}
		ranges[i] = p.Value.span()
	}
	value, known := combined(name, exact)
	if !known {
		return Piece{Any: true}
	}
	within, _ := combined(name, ranges)
	return Piece{Number: &value.low, Within: within}
}

// combined is what a placeholder makes of the points' values.
func combined(name string, points []span) (span, bool) {
	total, least, greatest := span{}, points[0], points[0]
	for _, p := range points {
		total = span{total.low + p.low, total.high + p.high}
		least = span{min(least.low, p.low), min(least.high, p.high)}
		greatest = span{max(greatest.low, p.low), max(greatest.high, p.high)}
	}
	n, first, last := float64(len(points)), points[0], points[len(points)-1]
	values := map[string]span{
		"SUM": total, "AVG": {total.low / n, total.high / n}, "MIN": least, "MAX": greatest,
		"FIRST": first, "LAST": last, "DATAPOINT_COUNT": {n, n},
		"FIRST_LAST_RANGE": first.distance(last), "MIN_MAX_RANGE": least.distance(greatest),
	}
	value, known := values[name]
	return value, known
}
