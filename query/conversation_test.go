package query_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

// TestConversations plays the files of testdata: data are put, questions are
// asked. Every file begins with nothing stored, at noon of 2 January 2026.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/conversations", func(t *testing.T, path string) {
		c := newConversation(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			c.t = t
			switch d.Cmd {
			case "now":
				c.now = c.time(strings.TrimSpace(d.Input))
				return ""
			case "put":
				return c.put(d.Input)
			case "statistics":
				return c.statistics(d.Input)
			case "data":
				return c.data(d.Input)
			case "list":
				return c.list(d.Input)
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

type conversation struct {
	t      *testing.T
	now    metric.Instant
	tenant metric.Tenant
	store  *samples
	engine *query.Engine
	token  string // of the last answer
}

func newConversation(t *testing.T) *conversation {
	store := &samples{}
	return &conversation{
		t: t, now: metric.At(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)), store: store,
		tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"},
		engine: query.New(store, []byte("secret"), query.Limits{}),
	}
}

// time reads 12:00:07, 2026-01-02T12:00:07Z, or now-3h, now-15d+1s.
func (c *conversation) time(s string) metric.Instant {
	if rest, ok := strings.CutPrefix(s, "now"); ok {
		return c.now.Add(c.offset(rest))
	}
	for _, layout := range []string{time.RFC3339Nano, "15:04:05.999", "15:04"} {
		if at, err := time.Parse(layout, s); err == nil {
			if at.Year() == 0 {
				at = at.AddDate(2026, 0, 1)
			}
			return metric.At(at)
		}
	}
	c.t.Fatalf("no time: %s", s)
	return 0
}

func (c *conversation) offset(s string) (sum time.Duration) {
	for s != "" {
		end := strings.IndexAny(s[1:], "+-") + 1
		if end == 0 {
			end = len(s)
		}
		one := s[:end]
		s = s[end:]
		if days, ok := strings.CutSuffix(one, "d"); ok {
			n, err := strconv.Atoi(days)
			c.check(err)
			sum += time.Duration(n) * 24 * time.Hour
			continue
		}
		d, err := time.ParseDuration(one)
		c.check(err)
		sum += d
	}
	return sum
}

func (c *conversation) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// metric reads App:Latency{Host=a,Zone=b}.
func (c *conversation) metric(s string) metric.ID {
	namespace, rest, _ := strings.Cut(s, ":")
	name, dims, _ := strings.Cut(rest, "{")
	id := metric.ID{Tenant: c.tenant, Namespace: namespace, Name: name}
	for d := range strings.SplitSeq(strings.TrimSuffix(dims, "}"), ",") {
		if k, v, ok := strings.Cut(d, "="); ok {
			id.Dimensions = append(id.Dimensions, metric.Dimension{Name: k, Value: v})
		}
	}
	return id
}

// put reads lines: metric, time, values as in 1,2.5x3 and words: high (a high
// resolution), hidden (only the statistic set is kept), a unit, account=...
func (c *conversation) put(input string) string {
	for line := range strings.Lines(input) {
		f := strings.Fields(line)
		s := metric.Sample{ID: c.metric(f[0]), Time: c.time(f[1])}
		for v := range strings.SplitSeq(f[2], ",") {
			value, count, weighted := strings.Cut(v, "x")
			w := metric.Weight{Value: c.number(value), Count: 1}
			if weighted {
				w.Count = c.number(count)
			}
			if len(s.Values) == 0 {
				s.Set = metric.Weighted(w.Value, w.Count)
			} else {
				s.Set = s.Set.Merge(metric.Weighted(w.Value, w.Count))
			}
			s.Values = append(s.Values, w)
		}
		for _, word := range f[3:] {
			c.word(&s, word)
		}
		c.store.add(s)
	}
	return ""
}

func (c *conversation) word(s *metric.Sample, word string) {
	account, ok := strings.CutPrefix(word, "account=")
	switch {
	case ok:
		s.ID.Account = account
	case word == "high":
		s.HighResolution = true
	case word == "hidden":
		s.Values, s.Incomplete = nil, true
	default:
		u, known := metric.ParseUnit(word)
		if !known {
			c.t.Fatalf("no unit: %s", word)
		}
		s.Unit = u
	}
}

func (c *conversation) number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	c.check(err)
	return f
}

// told writes a fault as kind, parameter and message.
func told(err error) string {
	f := fault.Of(err)
	kinds := map[fault.Kind]string{
		fault.Validation: "Validation", fault.InvalidValue: "InvalidValue", fault.InvalidCombo: "InvalidCombo",
		fault.Missing: "Missing", fault.InvalidToken: "InvalidToken", fault.Internal: "Internal",
	}
	param := ""
	if f.Param != "" {
		param = " " + f.Param
	}
	return fmt.Sprintf("%s%s: %s\n", kinds[f.Kind], param, f.Message)
}

// clock writes a time of 2 January short.
func clock(i metric.Instant) string {
	t := i.Time()
	if t.Format(time.DateOnly) == "2026-01-02" {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02T15:04:05Z")
}

func instant(i metric.Instant) *metric.Instant { return &i }

func (c *conversation) period(s string) *int32 { p := int32(c.number(s)); return &p }

func (c *conversation) statistics(input string) string {
	var in query.StatisticsInput
	for line := range strings.Lines(input) {
		f := strings.Fields(line)
		switch f[0] {
		case "metric":
			id := c.metric(f[1])
			in.Namespace, in.Name, in.Dimensions = id.Namespace, id.Name, id.Dimensions
		case "start":
			in.StartTime = instant(c.time(f[1]))
		case "end":
			in.EndTime = instant(c.time(f[1]))
		case "period":
			in.Period = c.period(f[1])
		case "stats":
			in.Statistics = f[1:]
		case "extended":
			in.ExtendedStatistics = f[1:]
		case "unit":
			in.Unit = f[1]
		default:
			c.t.Fatalf("unknown line %q", line)
		}
	}
	r, err := c.engine.MetricStatistics(c.t.Context(), c.now, c.tenant, in)
	if err != nil {
		return told(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Label)
	for _, p := range r.Datapoints {
		fmt.Fprintf(&b, "%s %s", clock(p.Time), p.Unit)
		for _, v := range p.Values {
			fmt.Fprintf(&b, " %s=%.10g", v.Statistic, v.Value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (c *conversation) data(input string) string {
	var in query.DataInput
	for line := range strings.Lines(input) {
		f := strings.Fields(line)
		switch f[0] {
		case "start":
			in.StartTime = instant(c.time(f[1]))
		case "end":
			in.EndTime = instant(c.time(f[1]))
		case "max":
			in.MaxDatapoints = c.period(f[1])
		case "scan":
			in.ScanBy = f[1]
		case "zone":
			in.Timezone = f[1]
		case "token":
			in.NextToken = c.token
		case "query":
			in.Queries = append(in.Queries, c.query(line))
		case "math":
			in.Queries = append(in.Queries, c.math(line))
		default:
			c.t.Fatalf("unknown line %q", line)
		}
	}
	out, err := c.engine.MetricData(c.t.Context(), c.now, c.tenant, in)
	if err != nil {
		return told(err)
	}
	c.token = out.NextToken
	return tellData(out)
}

func tellData(out query.DataOutput) string {
	var b strings.Builder
	for _, r := range out.Results {
		fmt.Fprintf(&b, "%s %q %s", r.ID, r.Label, r.Status)
		for i, at := range r.Timestamps {
			fmt.Fprintf(&b, " %s=%.10g", clock(at), r.Values[i])
		}
		b.WriteString("\n")
		for _, m := range r.Messages {
			fmt.Fprintf(&b, "  %s: %s\n", m.Code, m.Value)
		}
	}
	if out.NextToken != "" {
		b.WriteString("more\n")
	}
	return b.String()
}

// query reads: query id metric stat period words..., where the words are
// hidden, unit=, account=, period=, expression=, and label=, which takes the
// rest of the line.
func (c *conversation) query(line string) query.DataQuery {
	line, label, labelled := strings.Cut(strings.TrimSpace(line), " label=")
	f := strings.Fields(line)
	q := query.DataQuery{}
	if f[1] != "-" {
		q.ID = f[1]
	}
	if labelled {
		q.Label = &label
	}
	if len(f) > 4 && f[2] != "-" {
		id := c.metric(f[2])
		q.Stat = &query.MetricStat{Namespace: id.Namespace, Name: id.Name, Dimensions: id.Dimensions, Stat: f[3], Period: c.period(f[4])}
	}
	for _, word := range f[min(5, len(f)):] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "hidden":
			no := false
			q.ReturnData = &no
		case "unit":
			q.Stat.Unit = value
		case "account":
			q.AccountID = value
		case "period":
			q.Period = c.period(value)
		case "expression":
			q.Expression = value
		default:
			c.t.Fatalf("unknown word %q", word)
		}
	}
	return q
}

// math reads "math id words = expression"; a label, of which spaces are written
// as _, is the word label=.
func (c *conversation) math(line string) query.DataQuery {
	words, expression, _ := strings.Cut(strings.TrimSpace(line), " = ")
	f := strings.Fields(words)
	q := query.DataQuery{ID: f[1], Expression: expression}
	for _, word := range f[2:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "hidden":
			no := false
			q.ReturnData = &no
		case "period":
			q.Period = c.period(value)
		case "account":
			q.AccountID = value
		case "label":
			value = strings.ReplaceAll(value, "_", " ")
			q.Label = &value
		default:
			c.t.Fatalf("unknown word %q", word)
		}
	}
	return q
}

func (c *conversation) list(input string) string {
	var in query.ListInput
	for line := range strings.Lines(input) {
		f := strings.Fields(line)
		switch f[0] {
		case "namespace":
			in.Namespace = f[1]
		case "name":
			in.Name = f[1]
		case "dimension":
			name, value, ok := strings.Cut(f[1], "=")
			in.Dimensions = append(in.Dimensions, metric.DimensionFilter{Name: name, Value: value, AnyValue: !ok})
		case "active":
			in.RecentlyActive = f[1]
		case "linked":
			in.IncludeLinkedAccounts = true
		case "owner":
			in.OwningAccount = f[1]
		default:
			c.t.Fatalf("unknown line %q", line)
		}
	}
	page, err := c.engine.ListMetrics(c.t.Context(), c.now, c.tenant, in)
	if err != nil {
		return told(err)
	}
	var b strings.Builder
	for i, id := range page.Metrics {
		fmt.Fprintf(&b, "%s:%s", id.Namespace, id.Name)
		for _, d := range id.Dimensions {
			fmt.Fprintf(&b, " %s=%s", d.Name, d.Value)
		}
		if page.OwningAccounts != nil {
			fmt.Fprintf(&b, " of %s", page.OwningAccounts[i])
		}
		b.WriteString("\n")
	}
	return b.String()
}
