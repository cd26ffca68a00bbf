package tally

import (
	"time"

	"skywatch/ingest/gather"
	"skywatch/logs"
	"skywatch/metric"
)

// Namespace is where CloudWatch Logs' metrics are.
const Namespace = "AWS/Logs"

// Figures by their index.
const (
	incomingEvents = iota
	incomingBytes
	parsingErrors
	validationErrors
	numFigures
)

// Figures lists the metrics of a log group. Names and units are those of
// "Monitoring with CloudWatch metrics" (CloudWatch Logs user guide).
func Figures() []gather.Figure {
	all := [numFigures]gather.Figure{
		incomingEvents:   {Name: "IncomingLogEvents", Unit: metric.None, Means: "log events added to the group; one sample a call"},
		incomingBytes:    {Name: "IncomingBytes", Unit: metric.Bytes, Means: "bytes of their messages"},
		parsingErrors:    {Name: "EMFParsingErrors", Unit: metric.None, Means: "log events that look like the embedded metric format and do not have it; nothing in a minute without any"},
		validationErrors: {Name: "EMFValidationErrors", Unit: metric.None, Means: "log events of that format whose metrics break a rule; nothing in a minute without any"},
	}
	return all[:]
}

// Options are what a Tally works with.
type Options struct {
	gather.Options
	Now func() time.Time
}

// Tally counts. It is safe for concurrent use. A place is a log group.
type Tally struct {
	*gather.Sums[logs.GroupName]
	now func() time.Time
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	return &Tally{now: o.Now, Sums: gather.NewSums(o.Options, gather.Layout[logs.GroupName]{
		Of: "log groups", Namespace: Namespace, Figures: Figures(), SeriesOf: seriesOf,
	})}
}

// seriesOf: what comes in counts for the group and, as at AWS, for the account.
func seriesOf(g logs.GroupName) func(int) []gather.Series {
	account := gather.Series{Tenant: g.Tenant}
	group := gather.Series{Tenant: g.Tenant, Dimensions: [2]metric.Dimension{{Name: "LogGroupName", Value: g.Group}}}
	return func(figure int) []gather.Series {
		if figure == incomingEvents || figure == incomingBytes {
			return []gather.Series{account, group}
		}
		return []gather.Series{group}
	}
}

// Incoming counts events that were added to a group.
func (t *Tally) Incoming(g logs.GroupName, events, bytes int) {
	t.At(g, t.now(), func(c *gather.Cell) {
		c.Add(incomingEvents, float64(events))
		c.Add(incomingBytes, float64(bytes))
	})
}

// Extracted counts events of the embedded metric format that do not count.
func (t *Tally) Extracted(g logs.GroupName, malformed, invalid int) {
	if malformed == 0 && invalid == 0 {
		return
	}
	t.At(g, t.now(), func(c *gather.Cell) {
		for figure, n := range map[int]int{parsingErrors: malformed, validationErrors: invalid} {
			if n > 0 {
				c.Add(figure, float64(n))
			}
		}
	})
}
