package query

import (
	"context"
	"strconv"
	"strings"

	"skywatch/metric"
)

// label gives every series its label. A label that tells of the values covers
// the whole requested range, whatever page this is, and costs a read of it.
func (e *Engine) label(ctx context.Context, p *plan) error {
	defaults := p.defaultLabels()
	summaries := make([]summary, len(p.series))
	for _, g := range p.groups {
		if err := e.summarize(ctx, g, summaries); err != nil {
			return err
		}
	}
	for i, s := range p.series {
		if s.template.empty() {
			s.label = defaults[i]
			continue
		}
		r := renderer{plan: p, series: s, values: &summaries[i], label: defaults[i]}
		s.label = r.render(s.template)
	}
	return nil
}

// summarize reads the group's whole range for the series whose labels ask for
// values.
func (e *Engine) summarize(ctx context.Context, g *group, summaries []summary) error {
	var asking []*series
	for _, s := range g.series {
		if s.template.usesValues() {
			asking = append(asking, s)
		}
	}
	if len(asking) == 0 {
		return nil
	}
	return e.fold(ctx, &g.selection, g.grid.first(), g.grid.end, func(start metric.Instant, units []metric.Datapoint) {
		d := units[chosenUnit(units)]
		for _, s := range asking {
			if v, ok := s.stat.Of(d); ok {
				summaries[s.index].add(point{start, v})
			}
		}
	})
}

// renderer writes one label.
type renderer struct {
	plan   *plan
	series *series
	values *summary
	label  string // the default one
}

func (r *renderer) render(t template) string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.text)
		switch p.placeholder.name {
		case "":
		case labelPlaceholder:
			b.WriteString(r.label)
		case propPlaceholder:
			b.WriteString(r.property(p.placeholder.property))
		default:
			b.WriteString(r.values.text(p.placeholder.name, r.plan.now, r.plan.zone))
		}
	}
	return b.String()
}

func (r *renderer) property(name string) string {
	switch name {
	case "AccountId", "AccountLabel": // an account has no label but its number (inferred)
		return r.series.id.Account
	case "Region":
		return r.series.id.Region
	case "MetricName":
		return r.series.id.Name
	case "Namespace":
		return r.series.id.Namespace
	case "Period":
		return strconv.Itoa(int(r.series.period))
	case "Stat":
		return r.series.stat.String()
	}
	if v, ok := r.series.id.Dimension(strings.TrimPrefix(name, dimensionProperty)); ok {
		return v
	}
	return "--" // [T]
}
