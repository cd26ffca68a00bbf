package alarm

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// phrases of the operators (13.2).
var phrases = map[string]string{
	"GreaterThanThreshold":          "greater than",
	"GreaterThanOrEqualToThreshold": "greater than or equal to",
	"LessThanThreshold":             "less than",
	"LessThanOrEqualToThreshold":    "less than or equal to",
}

// Reasons are the right texts of StateReason for a verdict that changed the
// state (13.2); none where the specification leaves the text open.
func (v Verdict) Reasons() []string {
	n := v.Definition.EvaluationPeriods
	if v.Rule == 6 {
		texts := []string{fmt.Sprintf("Insufficient Data: %d datapoints were unknown.", n)}
		if n == 1 {
			texts = append(texts, "Insufficient Data: 1 datapoint was unknown.")
		}
		return texts
	}
	if len(v.Retained) == 0 {
		return []string{fmt.Sprintf("Threshold Crossed: no datapoints were received for %s and %s treated as [%s].",
			count(n, "period"), were(n, "missing datapoint"), v.treated())}
	}
	if len(v.Decided) == 0 {
		return nil
	}
	var texts []string
	for _, filled := range v.filled() {
		if filled == 0 {
			texts = append(texts, v.crossed("")+v.minimum()+".")
			continue
		}
		text := v.crossed(fmt.Sprintf(" and %s treated as [%s]", were(filled, "missing datapoint"), v.treated()))
		texts = append(texts, text+v.minimum()+".")
	}
	return texts
}

// filled are the readings of how many slots were filled, the first that of the
// fewest: where the points alone decide, none or all that are missing.
func (v Verdict) filled() []int {
	if treatment := v.Definition.TreatMissingData; treatment != Breaching && treatment != NotBreaching {
		return []int{0}
	}
	return []int{v.Needed, v.Missing}
}

// treated is how the missing slots were counted.
func (v Verdict) treated() string {
	if v.Definition.TreatMissingData == Breaching {
		return "Breaching"
	}
	return "NonBreaching"
}

// crossed is the sentence about the points that decided.
func (v Verdict) crossed(filled string) string {
	k := len(v.Decided)
	subject := count(k, "datapoint")
	if v.Definition.DatapointsToAlarm != nil {
		subject = fmt.Sprintf("%d out of the last %d datapoints", k, v.Definition.EvaluationPeriods)
	}
	var points []string
	for _, s := range v.Decided {
		points = append(points, fmt.Sprintf("%s (%s)", number(s.Point.Value), s.Start.UTC().Format("02/01/06 15:04:05")))
	}
	verb := "was"
	if k != 1 {
		verb = "were"
	}
	if v.State != Alarm {
		verb += " not"
	}
	return fmt.Sprintf("Threshold Crossed: %s [%s] %s %s the threshold (%s)%s", subject, strings.Join(points, ", "), verb,
		phrases[v.Definition.ComparisonOperator], number(v.Definition.Threshold), filled)
}

// minimum is the parenthesis of alarms that say M.
func (v Verdict) minimum() string {
	if v.Definition.DatapointsToAlarm == nil {
		return ""
	}
	if v.State == Alarm {
		return fmt.Sprintf(" (minimum %s for OK -> ALARM transition)", count(v.Definition.needed(), "datapoint"))
	}
	return fmt.Sprintf(" (minimum %s for ALARM -> OK transition)", count(v.Definition.spare(), "datapoint"))
}

// DiffReason says what is wrong with a server's StateReason.
func (v Verdict) DiffReason(got string) []string {
	want := v.Reasons()
	if want == nil && strings.HasPrefix(got, "Threshold Crossed: ") && strings.Contains(got, "treated as ["+v.treated()+"]") {
		return nil
	}
	if slices.ContainsFunc(want, func(text string) bool { return alike(text, got) }) {
		return nil
	}
	return []string{fmt.Sprintf("reason %q\n  want %q (rule %d)", got, want, v.Rule)}
}

var numeral = regexp.MustCompile(`-?[0-9]+(\.[0-9]+(E-?[0-9]+)?)?`)

// alike compares two texts; numbers in them may differ by rounding, and very
// small and large ones may have an exponent.
func alike(want, got string) bool {
	if want == got {
		return true
	}
	if numeral.ReplaceAllString(want, "#") != numeral.ReplaceAllString(got, "#") {
		return false
	}
	w, g := numeral.FindAllString(want, -1), numeral.FindAllString(got, -1)
	for i := range w {
		if w[i] == g[i] {
			continue
		}
		a, errA := strconv.ParseFloat(w[i], 64)
		b, errB := strconv.ParseFloat(g[i], 64)
		if whole := a == math.Trunc(a) && b == math.Trunc(b); errA != nil || errB != nil || whole && a != b || !near(a, b) {
			return false
		}
	}
	return true
}

// near allows for sums in another order.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// number is the shortest form of a double, with at least one decimal.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// were is a number of things and its verb.
func were(n int, thing string) string {
	if n == 1 {
		return count(n, thing) + " was"
	}
	return count(n, thing) + " were"
}

// stamp is how reason data write a time.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }
