package questions

import (
	"fmt"
	"strings"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/formula"
)

// plan is a request while it is made.
type plan struct {
	*Generator
	in       formula.Request
	period   int
	other    int  // of a few metrics
	wrong    bool // has mistakes
	direct   []string
	made     map[string]typ // expressions so far
	selected bool
}

// typ is the type that an expression is meant to have.
type typ int

const (
	number typ = iota
	single
	many
)

// Request asks for some metrics and some expressions over them.
func (g *Generator) Request() formula.Request {
	p := &plan{Generator: g, made: make(map[string]typ)}
	p.period = one(g, 60, 60, 60, 60, 300, 120, 1, 5, 10, 30)
	p.wrong = g.chance(30)
	p.other = p.period
	if p.period >= 60 && p.chance(25) {
		p.other = 60 // divides the others
	}
	p.window()
	p.in.ScanBy = one(g, "", oracle.TimestampAscending, oracle.TimestampDescending)
	for i := range g.IntN(5) {
		p.metric(fmt.Sprintf("%s%d", one(g, "m", "m", "cpu", "errM"), i+1))
	}
	for i := range 1 + g.IntN(5) {
		p.expression(fmt.Sprintf("e%d", i+1))
	}
	p.anchor()
	queries := p.in.Queries
	g.Shuffle(len(queries), func(i, j int) { queries[i], queries[j] = queries[j], queries[i] })
	for i, q := range queries {
		if p.made[q.ID] != number || q.Stat != nil { // something is returned
			queries[i].ReturnData = nil
			break
		}
	}
	return p.in
}

// slip is a mistake that is made n times of a hundred, in requests that have any.
func (p *plan) slip(n int) bool { return p.wrong && p.chance(n) }

// window is a few periods of the last two hours, mostly on whole minutes.
func (p *plan) window() {
	length := time.Duration(p.period*(2+p.IntN(20))) * time.Second
	length = min(length, 150*time.Minute)
	age := time.Duration(p.IntN(60)) * time.Minute
	if p.period < 60 {
		age = time.Duration(p.IntN(6)) * time.Minute
	}
	if p.chance(20) {
		age = -time.Minute // the future has slots too
	}
	end := p.now.Truncate(time.Minute).Add(-age)
	if p.chance(15) {
		end = end.Add(time.Duration(p.IntN(60)) * time.Second)
		length += time.Duration(p.IntN(60)) * time.Second
	}
	p.in.StartTime, p.in.EndTime = end.Add(-length), end
}

// anchor moves the window to whole minutes where series of seconds may meet those
// of minutes: what a SELECT gives, or what is made of nothing.
func (p *plan) anchor() {
	meets := len(p.direct) == 0
	for _, q := range p.in.Queries {
		for _, part := range []string{"SELECT", "select", "SEARCH", "TIME_SERIES", "METRICS('"} {
			meets = meets || strings.Contains(q.Expression, part)
		}
	}
	if meets && p.period < 60 {
		p.in.StartTime = p.in.StartTime.Truncate(time.Minute)
		p.in.EndTime = p.in.EndTime.Truncate(time.Minute)
		if !p.in.StartTime.Before(p.in.EndTime) {
			p.in.StartTime = p.in.EndTime.Add(-time.Minute)
		}
	}
}

func (p *plan) metric(id string) {
	m := one(p.Generator, p.metrics...)
	if p.chance(5) {
		m = p.Generator.metric()
	}
	period := one(p.Generator, p.period, p.other)
	stat := one(p.Generator, "Sum", "Sum", "Average", "Maximum", "Minimum", "SampleCount")
	p.in.Queries = append(p.in.Queries, formula.Query{
		ID: id, Label: p.label(), ReturnData: p.shown(),
		Stat: &oracle.MetricStat{Metric: m, Period: period, Stat: stat},
	})
	p.direct = append(p.direct, id)
}

func (p *plan) shown() *bool {
	switch p.IntN(3) {
	case 0:
		hidden := false
		return &hidden
	case 1:
		shown := true
		return &shown
	}
	return nil
}

func (p *plan) label() *string {
	if p.chance(70) {
		return nil
	}
	label := one(p.Generator, "L", "", "two words", "<${LABEL}>", "${LABEL}")
	return &label
}

func (p *plan) expression(id string) {
	q := formula.Query{ID: id, Label: p.label(), ReturnData: p.shown()}
	if (!p.selected || p.slip(10)) && (p.chance(8) || len(p.direct) == 0 && p.chance(30)) {
		p.selected = true
		q.Expression = p.selection()
		q.Period = one(p.Generator, p.period, p.period, 60)
		if p.slip(20) {
			q.Period = one(p.Generator, 0, 7)
		}
		p.made[id] = single
		if strings.Contains(strings.ToUpper(q.Expression), "GROUP BY") {
			p.made[id] = many
		}
	} else {
		t := one(p.Generator, single, single, single, many, many, number)
		q.Expression = p.formula(t, 1+p.IntN(3)) // refers to those before only
		p.made[id] = t
		if strings.Contains(q.Expression, "SEARCH") && !p.slip(30) || strings.Contains(q.Expression, "TIME_SERIES") && p.chance(75) {
			q.Period = p.period
		}
		if p.made[id] == number && !p.slip(20) {
			hidden := false
			q.ReturnData = &hidden
		}
	}
	if p.slip(1) {
		q.ID = one(p.Generator, "E1", "e1", "m1", "e-1", "_e")
	}
	p.in.Queries = append(p.in.Queries, q)
}
