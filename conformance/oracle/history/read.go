package history

import (
	"time"

	"skywatch/conformance/oracle"
)

// read fills in one of the three reads.
func (g *Generator) read(op *Op) {
	bad := g.chance(g.config.Bad)
	switch r := g.rand.Float64(); {
	case r < 0.15:
		in := g.list()
		if bad {
			op.Breaks = apply(g, &in, listBreaches())
		}
		op.List = &in
	case r < 0.6:
		in := g.statistics(op.Tenant)
		if bad {
			op.Breaks = apply(g, &in, statisticsBreaches())
		}
		op.Statistics = &in
	default:
		in := g.metricData(op.Tenant)
		if bad {
			op.Breaks = apply(g, &in, dataBreaches())
		}
		op.Data = &in
	}
}

func (g *Generator) list() oracle.ListMetricsInput {
	var in oracle.ListMetricsInput
	if g.chance(0.6) {
		in.Namespace = g.namespace()
	}
	if g.chance(0.4) {
		in.MetricName = pick(g, []string{"cpu", "latency", "Latency", deltaName, "CPU", "bulk000001"})
	}
	for _, d := range g.dimensions() {
		if g.chance(0.5) {
			continue
		}
		filter := oracle.DimensionFilter{Name: d.Name}
		if g.chance(0.6) {
			filter.Value = d.Value
		}
		in.Dimensions = append(in.Dimensions, filter)
	}
	if g.chance(0.3) {
		in.RecentlyActive = "PT3H"
	}
	return in
}

func (g *Generator) statistics(tenant oracle.Tenant) oracle.GetMetricStatisticsInput {
	target := g.target(tenant)
	start, end, period := g.window(target.at)
	in := oracle.GetMetricStatisticsInput{
		Namespace: target.metric.Namespace, MetricName: target.metric.MetricName, Dimensions: g.shuffled(target.metric.Dimensions),
		StartTime: start, EndTime: end, Period: period, Unit: g.unitFilter(),
		Statistics: g.some(basicNames(), 5), ExtendedStatistics: g.some(extendedNames(), 4),
	}
	if len(in.Statistics)+len(in.ExtendedStatistics) == 0 {
		in.Statistics = []string{"Sum", "SampleCount"}
	}
	return in
}

func (g *Generator) metricData(tenant oracle.Tenant) oracle.GetMetricDataInput {
	target := g.target(tenant)
	start, end, period := g.window(target.at)
	in := oracle.GetMetricDataInput{
		StartTime: start, EndTime: end,
		ScanBy: pick(g, []string{"", "", oracle.TimestampAscending, oracle.TimestampDescending}),
	}
	if g.chance(0.4) {
		in.MaxDatapoints = ptr(1 + g.rand.IntN(25))
	}
	if g.chance(0.1) {
		in.Timezone = pick(g, []string{"+0000", "-0730", "+0200"})
	}
	for i := range 1 + g.rand.IntN(4) {
		q := g.query(string(rune('a'+i))+"_Q1", target, period)
		if g.chance(0.2) {
			q.MetricStat.Period = g.doubled(start, end, period)
		}
		in.Queries = append(in.Queries, q)
		if g.chance(0.6) {
			target.metric = g.target(tenant).metric
		}
	}
	in.Queries[0].ReturnData = nil // never hide all
	g.labels(&in)
	return in
}

func (g *Generator) query(id string, target written, period int) oracle.Query {
	metric := target.metric
	metric.Dimensions = g.shuffled(metric.Dimensions)
	q := oracle.Query{ID: id, MetricStat: oracle.MetricStat{Metric: metric, Period: period, Unit: g.unitFilter()}}
	q.MetricStat.Stat = pick(g, basicNames())
	if g.chance(0.5) {
		q.MetricStat.Stat = pick(g, extendedNames())
	}
	switch {
	case g.chance(0.1):
		q.ReturnData = ptr(false)
	case g.chance(0.1):
		q.ReturnData = ptr(true)
	}
	return q
}

// doubled is twice the period where the same range is as clear for it.
func (g *Generator) doubled(start, end time.Time, period int) int {
	length := time.Duration(period) * time.Second
	grid, cell := rounding(g.now.Sub(start), length)
	clear := period >= 60 && 2*length <= day && length%grid == 0 && g.quiet(end.Truncate(cell), end.Add(2*length))
	if !clear {
		return period
	}
	return 2 * period
}

// labels gives some of the queries explicit labels.
func (g *Generator) labels(in *oracle.GetMetricDataInput) {
	for i := range in.Queries {
		if g.chance(0.2) {
			in.Queries[i].Label = ptr(pick(g, []string{
				"mine", "my label", "last ${LAST}", "${MIN} to ${MAX}", "avg=${AVG} sum=${SUM}", "from ${FIRST_TIME} to ${LAST_TIME}",
				"${PROP('MetricName')} of ${PROP('Dim.Host')}", "${PROP('Namespace')}/${PROP('Stat')}/${PROP('Period')}",
				"n=${DATAPOINT_COUNT}", "${FIRST_LAST_RANGE} ${MIN_MAX_RANGE}", "peak at ${MAX_TIME}",
				"${PROP('AccountId')} ${PROP('Region')}",
			}))
		}
	}
	if len(in.Queries) == 1 && g.chance(0.1) {
		in.Queries[0].Label = ptr("[${LABEL}]")
	}
}

// target is mostly something that this tenant has written.
func (g *Generator) target(tenant oracle.Tenant) written {
	for range 8 {
		if w := g.recent(); w.tenant == tenant {
			return w
		}
	}
	return written{tenant, g.metric(), g.recent().at}
}

func (g *Generator) shuffled(dimensions []oracle.Dimension) []oracle.Dimension {
	other := append([]oracle.Dimension(nil), dimensions...)
	g.rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	if len(other) > 0 && g.chance(0.05) {
		return other[1:] // a subset finds another metric, or nothing
	}
	return other
}

func (g *Generator) unitFilter() string {
	if g.chance(0.7) {
		return ""
	}
	return pick(g, []string{"Count", "Milliseconds", "None", "Seconds", "Terabits"})
}

// some is a random choice of up to most different names, in random order.
func (g *Generator) some(names []string, most int) []string {
	order := g.rand.Perm(len(names))
	n := g.rand.IntN(min(most, len(names)) + 1)
	var chosen []string
	for _, i := range order[:n] {
		chosen = append(chosen, names[i])
	}
	return chosen
}

func basicNames() []string { return []string{"SampleCount", "Sum", "Average", "Minimum", "Maximum"} }

func extendedNames() []string {
	return []string{
		"p0", "p10", "p25", "p50", "p90", "p99", "p99.9", "p100", "p33.3333333333",
		"tm90", "tm99.5", "wm90", "wm50", "tc90", "ts90", "IQM",
		"TM(10%:90%)", "TM(:95%)", "TM(5%:)", "WM(5%:95%)", "TC(10%:80%)", "TS(20%:)",
		"TM(0:1000)", "TM(:100)", "WM(1:99.875)", "TC(0:100)", "TC(10:)", "TS(1:50)", "PR(:100)", "PR(10:1000)", "PR(2.5:)",
	}
}

// day is the length of the longest period.
const day = 24 * time.Hour
