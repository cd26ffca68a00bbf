package alarms

import (
	"fmt"
	"strings"
	"testing"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// ratio is a valid request on metric math; tests change what they are about.
func ratio() *Put {
	stat := func(name string) *MetricStat {
		return &MetricStat{Namespace: "App", MetricName: name, Stat: "Sum", Period: 60}
	}
	return &Put{
		Name: "ratio", EvaluationPeriods: 1, Threshold: new(0.5), Comparison: string(GreaterThan), AlarmActions: []string{topic},
		Queries: []Query{
			{ID: "e1", Expression: "m1/m2", Period: 60},
			{ID: "m1", Metric: stat("Errors"), ReturnData: new(false)},
			{ID: "m2", Metric: stat("Requests"), ReturnData: new(false)},
		},
	}
}

// insight is one on a query in Metrics Insights.
func insight(text string) *Put {
	return &Put{
		Name: "insight", EvaluationPeriods: 1, Threshold: new(0.5), Comparison: string(GreaterThan),
		Queries: []Query{{ID: "q1", Expression: text, Period: 60}},
	}
}

func changedPut(p *Put, f func(*Put)) *Put {
	f(p)
	return p
}

func TestPutQueriesIsChecked(t *testing.T) {
	t.Parallel()
	math := func(f func(*Put)) *Put { return changedPut(ratio(), f) }
	const grouped = `SELECT MAX(Load) FROM "App" GROUP BY Host`
	for name, c := range map[string]struct {
		put  *Put
		text string
	}{
		"metric beside":    {math(func(p *Put) { p.MetricName = "m" }), "MetricName should not be set if list of Metrics is set"},
		"namespace":        {math(func(p *Put) { p.Namespace = "App" }), "Namespace should not be set if list of Metrics is set"},
		"dimensions":       {math(func(p *Put) { p.Dimensions = []metric.Dimension{{Name: "a", Value: "b"}} }), "Dimensions should not be set if list of Metrics is set"},
		"period beside":    {math(func(p *Put) { p.Period = 60 }), "Period should not be set if list of Metrics is set"},
		"unit":             {math(func(p *Put) { p.Unit = "Count" }), "Unit should not be set if list of Metrics is set"},
		"statistic beside": {math(func(p *Put) { p.Statistic = "Sum" }), "Statistic should not be set if list of Metrics is set"},
		"extended":         {math(func(p *Put) { p.ExtendedStatistic = "p90" }), "ExtendedStatistic should not be set if list of Metrics is set"},
		"interval":         {math(func(p *Put) { p.EvaluationInterval = 60 }), "EvaluationInterval should be set only if EvaluationCriteria is set"},
		"too many metrics": {math(func(p *Put) {
			for i := range 9 {
				p.Queries = append(p.Queries, Query{ID: fmt.Sprint("x", i), Metric: p.Queries[1].Metric, ReturnData: new(false)})
			}
		}), "Too many metrics in alarm, maximum is 10"},
		"too many expressions": {math(func(p *Put) {
			for i := range 10 {
				p.Queries = append(p.Queries, Query{ID: fmt.Sprint("x", i), Expression: "m1", ReturnData: new(false)})
			}
		}), "Too many expressions in alarm, maximum is 10"},
		"id":            {math(func(p *Put) { p.Queries[0].ID = "E1" }), "The value for parameter Metrics.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."},
		"ids twice":     {math(func(p *Put) { p.Queries[2].ID = "m1" }), "The values for parameter id in Metrics are not unique."},
		"both":          {math(func(p *Put) { p.Queries[1].Expression = "m2" }), "The parameters MetricDataQuery Expression and MetricStat are mutually exclusive and you have specified both."},
		"neither":       {math(func(p *Put) { p.Queries[0].Expression = "" }), "Period must not be null"},
		"other account": {math(func(p *Put) { p.Queries[1].AccountID = "999999999999" }), "A metric of another account (Metrics.member.2.AccountId) is not supported by this version of Skywatch."},
		"no namespace":  {math(func(p *Put) { p.Queries[1].Metric.Namespace = "" }), "The parameter Metrics.member.2.MetricStat.Metric.Namespace is required."},
		"no name":       {math(func(p *Put) { p.Queries[1].Metric.MetricName = "" }), "The parameter Metrics.member.2.MetricStat.Metric.MetricName is required."},
		"dimension": {
			math(func(p *Put) { p.Queries[1].Metric.Dimensions = []metric.Dimension{{Name: ":a", Value: "b"}} }),
			"The value :a for parameter Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Name is invalid.",
		},
		"unit of a metric": {math(func(p *Put) { p.Queries[1].Metric.Unit = "count" }), "The value count for parameter Metrics.member.2.MetricStat.Unit is invalid."},
		"stat":             {math(func(p *Put) { p.Queries[1].Metric.Stat = "Median" }), "Invalid metrics list"},
		"metric's period":  {math(func(p *Put) { p.Queries[1].Metric.Period = 45 }), "Period must be 10, 20, 30 or a multiple of 60"},
		"its own period":   {math(func(p *Put) { p.Queries[0].Period = 1 }), "Period must be 10, 20, 30 or a multiple of 60"},
		"no period at all": {math(func(p *Put) { p.Queries = []Query{{ID: "e1", Expression: "TIME_SERIES(1)"}} }), "Period must not be null"},
		"other period":     {math(func(p *Put) { p.Queries[2].Metric.Period = 300 }), "All elements of the metrics list must have the same Period"},
		"none returned":    {math(func(p *Put) { p.Queries[0].ReturnData = new(false) }), "Exactly one element of the metrics list should return data."},
		"two returned":     {math(func(p *Put) { p.Queries[1].ReturnData = nil }), "Exactly one element of the metrics list should return data."},
		"band": {
			math(func(p *Put) { p.Comparison, p.Threshold = "GreaterThanUpperThreshold", nil }),
			"The ComparisonOperator GreaterThanUpperThreshold (anomaly detection) is not supported by this version of Skywatch.",
		},
		"band's function": {
			math(func(p *Put) { p.Queries[0].Expression = "ANOMALY_DETECTION_BAND(m1, 2)" }),
			"Error in expression 'e1': Function 'ANOMALY_DETECTION_BAND' is not supported by this version of Skywatch",
		},
		"syntax":         {math(func(p *Put) { p.Queries[0].Expression = "m1/" }), "Error in expression 'e1': ..."},
		"unknown id":     {math(func(p *Put) { p.Queries[0].Expression = "m1/m3" }), "Error in expression 'e1': ID 'm3' not found"},
		"cycle":          {math(func(p *Put) { p.Queries[0].Expression = "m1/e1" }), "Error in expression 'e1': ..."},
		"search":         {math(func(p *Put) { p.Queries[0].Expression = "SUM(SEARCH('App', 'Sum'))" }), "SEARCH is not supported on Metric Alarms."},
		"several series": {math(func(p *Put) { p.Queries[0].Expression = "METRICS()" }), "Metrics expression that return multi time series are only allowed for MetricsInsights expression with an ORDER BY clause"},
		"over a day":     {math(func(p *Put) { p.EvaluationPeriods = 1441 }), "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600"},
		"no threshold":   {math(func(p *Put) { p.Threshold = nil }), "The parameter Threshold is required."},
		"instance": {
			math(func(p *Put) { p.AlarmActions = []string{"arn:aws:automate:us-east-1:ec2:stop"} }),
			"Invalid use of EC2 action. An EC2 action can only be used if the alarm is monitoring an EC2 instance.",
		},
		"low samples": {
			math(func(p *Put) { p.LowSamples = "ignore" }),
			"Option evaluateLowSampleCountPercentile can not be applied with statistic of an expression. This option is enabled only for percentile statistics.",
		},
		"group without order": {insight(grouped), "Metrics expression that return multi time series are only allowed for MetricsInsights expression with an ORDER BY clause"},
		"short insight": {
			changedPut(insight(grouped+" ORDER BY MAX() DESC"), func(p *Put) { p.Queries[0].Period = 30 }),
			"MetricsInsights monitors do not support less than 60 seconds period",
		},
		"long insight": {
			changedPut(insight(grouped+" ORDER BY MAX() DESC"), func(p *Put) { p.EvaluationPeriods = 181 }),
			"MetricsInsights monitors cannot be checked across more than 3 hours",
		},
		"two insights": {
			changedPut(insight(grouped), func(p *Put) {
				p.Queries = append(p.Queries, Query{ID: "q2", Expression: grouped, Period: 60, ReturnData: new(false)})
			}), "Maximum number of queries (1) exceeded",
		},
		"bad insight":        {insight("SELECT MEDIAN(a) FROM b"), "Error in expression 'q1': Invalid syntax. 'MEDIAN' is not a valid aggregate function"},
		"insight, no period": {changedPut(insight(grouped), func(p *Put) { p.Queries[0].Period = 0 }), "Period must not be null"},
		"group that scales": {
			changedPut(insight(grouped+" ORDER BY MAX()"), func(p *Put) {
				p.AlarmActions = []string{"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x:autoScalingGroupName/g:policyName/p"}
			}), "Auto Scaling actions are not supported for alarms on multi time series: ...",
		},
		"group without data": {
			changedPut(insight(grouped+" ORDER BY MAX()"), func(p *Put) { p.InsufficientDataActions = []string{topic} }),
			"Amazon SNS and AWS Lambda actions are not supported in InsufficientDataActions for alarms on multi time series: " + topic,
		},
		"payload": {math(func(p *Put) {
			for i := range p.Queries[1:] {
				for j := range 30 {
					p.Queries[i+1].Metric.Dimensions = append(p.Queries[i+1].Metric.Dimensions, metric.Dimension{Name: fmt.Sprint("d", j), Value: strings.Repeat("x", 1024)})
				}
			}
			p.Description = new(strings.Repeat("x", 62<<10))
		}), "The request must not have more than 122880 bytes."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.put.define(tenant)
			if err == nil {
				t.Fatal("accepted")
			}
			got := fault.Of(err).Message
			if before, open := strings.CutSuffix(c.text, "..."); got != c.text && !(open && strings.HasPrefix(got, before)) {
				t.Errorf("%q\nwant %q", got, c.text)
			}
		})
	}
}

func TestPutQueriesAccepts(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*Put{
		"math":            ratio(),
		"high resolution": changedPut(ratio(), func(p *Put) { p.Queries[0].Period, p.Queries[1].Metric.Period, p.Queries[2].Metric.Period = 0, 10, 10 }),
		"array made one":  changedPut(ratio(), func(p *Put) { p.Queries[0].Expression = "SUM(METRICS())" }),
		"constant":        changedPut(ratio(), func(p *Put) { p.Queries[0].Expression = "TIME_SERIES(0)" }),
		"own account":     changedPut(ratio(), func(p *Put) { p.Queries[1].AccountID = tenant.Account }),
		"one metric percentile": {
			Name: "p", EvaluationPeriods: 1, Threshold: new(1.0), Comparison: string(GreaterThan), LowSamples: "ignore",
			Queries: []Query{{ID: "m1", Label: new("p90"), Metric: &MetricStat{Namespace: "App", MetricName: "L", Stat: "p90", Period: 60}}},
		},
		"insight":      insight(`SELECT AVG(Load) FROM "App"`),
		"insight, 3 h": changedPut(insight(`SELECT AVG(Load) FROM "App"`), func(p *Put) { p.EvaluationPeriods = 180 }),
		"insight in math": changedPut(insight(`SELECT AVG(Load) FROM "App" GROUP BY Host`), func(p *Put) {
			p.Queries[0].ReturnData = new(false)
			p.Queries = append(p.Queries, Query{ID: "e1", Expression: "MAX(q1)"})
		}),
	} {
		d, err := p.define(tenant)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Kind() != OnQueries || d.Period == 0 || len(d.GroupBy) > 0 {
			t.Errorf("%s: %+v", name, d)
		}
	}
	d, err := insight(`SELECT MAX(Load) FROM "App" GROUP BY Host, Team ORDER BY MAX() DESC LIMIT 5`).define(tenant)
	if err != nil || strings.Join(d.GroupBy, ",") != "Host,Team" {
		t.Errorf("grouped: %v, %v", d.GroupBy, err)
	}
}

func TestPutPromQLIsChecked(t *testing.T) {
	t.Parallel()
	with := func(f func(*Put)) *Put {
		return changedPut(&Put{Name: "up", PromQL: &PromQL{Query: "up == 0"}, EvaluationInterval: 60}, f)
	}
	for name, c := range map[string]struct {
		put  *Put
		text string
	}{
		"interval missing": {with(func(p *Put) { p.EvaluationInterval = 0 }), "The parameter EvaluationInterval is required."},
		"interval":         {with(func(p *Put) { p.EvaluationInterval = 45 }), "EvaluationInterval must be 10, 20, 30 or a multiple of 60"},
		"interval long":    {with(func(p *Put) { p.EvaluationInterval = 3660 }), "EvaluationInterval must be at most 3600"},
		"no query":         {with(func(p *Put) { p.PromQL.Query = "" }), "The parameter EvaluationCriteria.PromQLCriteria.Query is required."},
		"pending":          {with(func(p *Put) { p.PromQL.Pending = new(-1) }), "EvaluationCriteria.PromQLCriteria.PendingPeriod must be between 0 and 86400"},
		"recovery":         {with(func(p *Put) { p.PromQL.Recovery = new(86401) }), "EvaluationCriteria.PromQLCriteria.RecoveryPeriod must be between 0 and 86400"},
		"metric":           {with(func(p *Put) { p.MetricName = "m" }), "MetricName should not be set if EvaluationCriteria is set"},
		"threshold":        {with(func(p *Put) { p.Threshold = new(1.0) }), "Threshold should not be set if EvaluationCriteria is set"},
		"metrics":          {with(func(p *Put) { p.Queries = ratio().Queries }), "Metrics should not be set if EvaluationCriteria is set"},
		"missing data":     {with(func(p *Put) { p.TreatMissingData = "ignore" }), "TreatMissingData should not be set if EvaluationCriteria is set"},
		"window":           {with(func(p *Put) { p.EvaluationWindow = &EvaluationWindow{} }), "EvaluationWindow should not be set if EvaluationCriteria is set"},
		"warm-up":          {with(func(p *Put) { p.WarmUp = &WarmUp{Minutes: 1} }), "WarmUpConfiguration should not be set if EvaluationCriteria is set"},
		"scaling": {
			with(func(p *Put) {
				p.AlarmActions = []string{"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x:autoScalingGroupName/g:policyName/p"}
			}), "Alarms on PromQL queries support Amazon SNS and AWS Lambda actions only: arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x:autoScalingGroupName/g:policyName/p",
		},
	} {
		_, err := c.put.define(tenant)
		if err == nil || fault.Of(err).Message != c.text {
			t.Errorf("%s: %v, want %s", name, err, c.text)
		}
	}
	d, err := with(func(p *Put) { p.AlarmActions, p.PromQL.Pending = []string{topic}, new(0) }).define(tenant)
	if err != nil || d.Kind() != OnPromQL || d.Period != 60 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestPutTimingIsChecked(t *testing.T) {
	t.Parallel()
	zone := func(name string) func(*Put) {
		return func(p *Put) { p.EvaluationWindow = &EvaluationWindow{WallClock: true, Timezone: name} }
	}
	for name, c := range map[string]struct {
		change func(*Put)
		text   string // empty: accepted
	}{
		"no minutes":        {func(p *Put) { p.WarmUp = &WarmUp{} }, "WarmUpConfiguration.WarmUpPeriodDurationInMinutes must be between 1 and 2880"},
		"two days":          {func(p *Put) { p.WarmUp = &WarmUp{Minutes: 2880, Whole: new(true)} }, ""},
		"longer":            {func(p *Put) { p.WarmUp = &WarmUp{Minutes: 2881} }, "WarmUpConfiguration.WarmUpPeriodDurationInMinutes must be between 1 and 2880"},
		"sliding":           {func(p *Put) { p.EvaluationWindow, p.Period = &EvaluationWindow{}, 120 }, ""},
		"no zone":           {zone(""), ""},
		"zone":              {zone("America/New_York"), ""},
		"unknown zone":      {zone("America/Nowhere"), "The value America/Nowhere for parameter EvaluationWindow.WallClockWindow.Timezone is not a valid time zone."},
		"this machine's":    {zone("Local"), "The value Local for parameter EvaluationWindow.WallClockWindow.Timezone is not a valid time zone."},
		"offset":            {zone("+05:30"), ""},
		"offset from UTC":   {zone("UTC-03:45"), ""},
		"offset of minutes": {zone("+05:31"), "The offset +05:31 of EvaluationWindow.WallClockWindow.Timezone must be aligned to a multiple of 5 minutes."},
		"offset of a day":   {zone("+24:00"), "The offset +24:00 of EvaluationWindow.WallClockWindow.Timezone must be aligned to a multiple of 5 minutes."},
		"period": {func(p *Put) {
			zone("")(p)
			p.Period = 120
		}, "Period must be 60, 300, 3600, 86400 or 604800 for alarms using a WallClockWindow"},
		"week": {func(p *Put) {
			zone("")(p)
			p.Period = 604800
		}, ""},
		"tags both": {
			func(p *Put) {
				p.TagPropagation = &TagPropagation{Enabled: true, Included: []string{"a"}, Excluded: []string{"b"}}
			},
			"IncludedTagKeys and ExcludedTagKeys of AlarmTagsPropagation must not be set together",
		},
		"tag key": {
			func(p *Put) {
				p.TagPropagation = &TagPropagation{Enabled: true, Included: []string{strings.Repeat("k", 129)}}
			},
			"A tag key of AlarmTagsPropagation must have 1 to 128 characters",
		},
		"tags": {func(p *Put) { p.TagPropagation = &TagPropagation{Enabled: true, Excluded: []string{"b"}} }, ""},
	} {
		_, err := changedPut(cpu(), c.change).define(tenant)
		if got := ""; c.text != got || err != nil {
			if err != nil {
				got = fault.Of(err).Message
			}
			if got != c.text {
				t.Errorf("%s: %q, want %q", name, got, c.text)
			}
		}
	}
}
