package history

import (
	"time"

	"skywatch/conformance/oracle"
)

func listBreaches() []breach[oracle.ListMetricsInput] {
	type list = oracle.ListMetricsInput
	return []breach[list]{
		{"list namespace colon", func(_ *Generator, in *list) { in.Namespace = ":App" }},
		{"list recently", func(_ *Generator, in *list) { in.RecentlyActive = "PT1H" }},
		{"list filter name", func(_ *Generator, in *list) { in.Dimensions = []oracle.DimensionFilter{{Name: ""}} }},
		{"list filters", func(_ *Generator, in *list) {
			in.Dimensions = nil
			for c := range 11 {
				in.Dimensions = append(in.Dimensions, oracle.DimensionFilter{Name: "D" + string(rune('A'+c))})
			}
		}},
	}
}

func statisticsBreaches() []breach[oracle.GetMetricStatisticsInput] {
	type statistics = oracle.GetMetricStatisticsInput
	return []breach[statistics]{
		{"statistics namespace", func(_ *Generator, in *statistics) { in.Namespace = ":App" }},
		{"statistics namespace empty", func(_ *Generator, in *statistics) { in.Namespace = "" }},
		{"statistics name empty", func(_ *Generator, in *statistics) { in.MetricName = "" }},
		{"statistics no range", func(_ *Generator, in *statistics) { in.EndTime = in.StartTime }},
		{"statistics reversed", func(_ *Generator, in *statistics) { in.StartTime, in.EndTime = in.EndTime, in.StartTime }},
		{"statistics period", func(g *Generator, in *statistics) { in.Period = pick(g, []int{2, 15, 59, 61, 90, 3601}) }},
		{"statistics period negative", func(_ *Generator, in *statistics) { in.Period = -60 }},
		{"statistics unit", func(_ *Generator, in *statistics) { in.Unit = "Parsecs" }},
		{"statistics nothing", func(_ *Generator, in *statistics) { in.Statistics, in.ExtendedStatistics = nil, nil }},
		{"statistics name", func(g *Generator, in *statistics) {
			in.Statistics = []string{pick(g, []string{"sum", "p50", "Median"})}
		}},
		{"statistics extended", func(g *Generator, in *statistics) { in.ExtendedStatistics = []string{g.badStatistic()} }},
		{"statistics points", func(g *Generator, in *statistics) {
			in.StartTime = in.StartTime.Truncate(time.Hour)
			length := time.Duration(in.Period) * time.Second
			in.EndTime = in.StartTime.Add(time.Duration(1441+g.rand.IntN(500)) * length)
		}},
	}
}

// badStatistic breaks the syntax of section 6.
func (g *Generator) badStatistic() string {
	return pick(g, []string{
		"p101", "p", "p99.12345678901", "p-5", "P50", "pr90", "TM(10%:90)", "TM(:)", "TM(10%:101%)", "PR(10%:20%)", "XX(1:2)", "tm",
	})
}

func dataBreaches() []breach[oracle.GetMetricDataInput] {
	type data = oracle.GetMetricDataInput
	return []breach[data]{
		{"data no query", func(_ *Generator, in *data) { in.Queries = nil }},
		{"data many queries", func(_ *Generator, in *data) {
			for i := len(in.Queries); i < 501; i++ {
				q := in.Queries[0]
				q.ID = "q" + time.Duration(i).String() // q17ns: unique and well formed
				in.Queries = append(in.Queries, q)
			}
		}},
		{"data same id", func(_ *Generator, in *data) { in.Queries = append(in.Queries, in.Queries[0]) }},
		{"data id", func(g *Generator, in *data) { in.Queries[0].ID = pick(g, []string{"A", "1a", "a-b", "_a", "ä"}) }},
		{"data id empty", func(_ *Generator, in *data) { in.Queries[0].ID = "" }},
		{"data no range", func(_ *Generator, in *data) { in.EndTime = in.StartTime }},
		{"data reversed", func(_ *Generator, in *data) { in.StartTime, in.EndTime = in.EndTime, in.StartTime }},
		{"data max zero", func(_ *Generator, in *data) { in.MaxDatapoints = ptr(0) }},
		{"data max", func(_ *Generator, in *data) { in.MaxDatapoints = ptr(oracle.DefaultMaxDatapoints + 1) }},
		{"data scan", func(_ *Generator, in *data) { in.ScanBy = "TimestampUpwards" }},
		{"data period", func(g *Generator, in *data) { in.Queries[0].MetricStat.Period = pick(g, []int{7, 45, 90}) }},
		{"data period negative", func(_ *Generator, in *data) { in.Queries[0].MetricStat.Period = -1 }},
		{"data statistic", func(g *Generator, in *data) { in.Queries[0].MetricStat.Stat = g.badStatistic() }},
		{"data unit", func(_ *Generator, in *data) { in.Queries[0].MetricStat.Unit = "bytes" }},
		{"data namespace", func(_ *Generator, in *data) { in.Queries[0].MetricStat.Metric.Namespace = ":x" }},
		{"data name empty", func(_ *Generator, in *data) { in.Queries[0].MetricStat.Metric.MetricName = "" }},
	}
}
