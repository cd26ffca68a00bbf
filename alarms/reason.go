package alarms

import (
	"strconv"
	"strings"
)

// initialReason is the reason of an alarm that was never evaluated.
const initialReason = "Unchecked: Initial alarm creation"

// maxReason is the length of a StateReason (API model).
const maxReason = 1023

// reason puts into words why the state is what it is (cloudwatch.md 13.2).
func (e *evidence) reason(to State) string {
	if to == InsufficientData {
		return insufficient(e.d)
	}
	filled := e.filled()
	if e.points == 0 {
		return "Threshold Crossed: no datapoints were received for " + count(e.d.EvaluationPeriods, "period") + " and " + filled + "."
	}
	points := e.decisive(to)
	if len(points) == 0 {
		// Too few breaches to alarm, nothing against them but filled slots. AWS's
		// words for it are not known (inferred).
		return "Threshold Crossed: " + filled + e.minimum(to) + "."
	}
	if text := "Threshold Crossed: " + e.found(to, points, points) + e.tail(to); len(text) <= maxReason {
		return text
	}
	return e.briefReason(to) // that it begins where the text would not fit is (inferred)
}

// briefReason is AWS's form for many datapoints, and for contributors.
func (e *evidence) briefReason(to State) string {
	points := e.decisive(to)
	if len(points) == 0 {
		return e.reason(to)
	}
	const shown = 5 // (inferred)
	noun := "datapoints"
	if len(points) == 1 {
		noun = "datapoint"
	}
	return "Threshold Crossed: " + e.found(to, points, nil) + e.tail(to) +
		" The most recent " + noun + " which crossed the threshold: " + list(points[:min(len(points), shown)]) + "."
}

func (e *evidence) tail(to State) string {
	filled := e.filled()
	if filled != "" {
		filled = " and " + filled
	}
	return filled + e.minimum(to) + "."
}

func insufficient(d *Definition) string {
	return "Insufficient Data: " + were(d.EvaluationPeriods, "datapoint") + " unknown."
}

// found says which datapoints stand where: "2 out of the last 3 datapoints
// [..] were greater than the threshold (1.0)".
func (e *evidence) found(to State, points, shown []Slot) string {
	k := len(points)
	text := count(k, "datapoint")
	if e.d.DatapointsToAlarm != 0 {
		text = strconv.Itoa(k) + " out of the last " + strconv.Itoa(e.d.EvaluationPeriods) + " datapoints"
	}
	if shown != nil {
		text += " " + list(shown)
	}
	text += " " + verb(k)
	if to == OK {
		text += " not"
	}
	return text + " " + e.d.Comparison.phrase() + " the threshold (" + number(e.d.Threshold).String() + ")"
}

// filled says what missing datapoints were taken as, empty if as nothing.
func (e *evidence) filled() string {
	as := e.d.TreatMissingData.filling()
	if as == "" || e.missing == 0 {
		return ""
	}
	return were(e.missing, "missing datapoint") + " treated as [" + as + "]"
}

// minimum names the quorum, where the alarm has M of its own. The states in it
// are literal, whatever the state was.
func (e *evidence) minimum(to State) string {
	if e.d.DatapointsToAlarm == 0 {
		return ""
	}
	change := "OK -> ALARM"
	if to == OK {
		change = "ALARM -> OK"
	}
	return " (minimum " + count(e.quorum(to), "datapoint") + " for " + change + " transition)"
}

func list(points []Slot) string {
	var b strings.Builder
	for i, p := range points {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(number(p.Value).String())
		b.WriteString(p.Start.Time().Format(" (02/01/06 15:04:05)"))
	}
	return "[" + b.String() + "]"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func verb(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func were(n int, noun string) string { return count(n, noun) + " " + verb(n) }
