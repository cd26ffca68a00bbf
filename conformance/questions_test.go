package conformance_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// blocks are the indented blocks of a document as lines, those at one empty line
// from each other taken as one.
func blocks(t *testing.T, document string) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", document))
	if err != nil {
		t.Fatal(err)
	}
	var block []string
	for line := range strings.Lines(string(text) + "end\n") {
		switch code, ok := strings.CutPrefix(line, "    "); {
		case ok:
			block = append(block, strings.TrimSpace(code))
		case strings.TrimSpace(line) != "" && block != nil:
			all, block = append(all, block), nil
		}
	}
	return all
}

// example cuts a line of an example in what is asked and what comes of it.
func example(line string) (asked, want string) {
	parts := regexp.MustCompile(`\s{2,}`).Split(line, 2)
	if len(parts) < 2 {
		return line, ""
	}
	return parts[0], strings.Join(strings.Fields(parts[1]), " ")
}

// slots are values by the minute, with "-" where there is none.
func slots(from time.Time, r types.MetricDataResult, n int) string {
	all := slices.Repeat([]string{"-"}, n)
	for i, at := range r.Timestamps {
		all[int(at.Sub(from)/time.Minute)] = strconv.FormatFloat(math.Round(r.Values[i]*1e6)/1e6, 'g', -1, 64)
	}
	return strings.Join(all, " ")
}

// teller asks the questions of one block in a region of its own.
type teller struct {
	*caller
	from time.Time
}

func newTeller(server, region string) teller {
	c := newCaller(server, dialects()[0])
	c.region = region
	c.as(dummyKey)
	return teller{c, recent()}
}

// put writes values by the minute into a metric of one word each: namespace, name
// and dimensions.
func (c teller) put(t *testing.T, namespace, name, dimensions, values string) {
	t.Helper()
	in := &cloudwatch.PutMetricDataInput{Namespace: &namespace}
	var pairs []string
	if dimensions != "" {
		pairs = regexp.MustCompile(`[=,]`).Split(dimensions, -1)
	}
	for i, v := range strings.Fields(values) {
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			d := at(c.from.Add(time.Duration(i)*time.Minute), name, f, "")
			d.Dimensions = dims(pairs...)
			in.MetricData = append(in.MetricData, d)
		}
	}
	c.must(t, in)
}

func (c teller) ask(t *testing.T, minutes int, queries ...types.MetricDataQuery) []types.MetricDataResult {
	t.Helper()
	in := dataOf(c.from, queries...)
	in.EndTime = aws.Time(c.from.Add(time.Duration(minutes) * time.Minute))
	return c.must(t, in).(*cloudwatch.GetMetricDataOutput).MetricDataResults
}

// TestExamplesOfMetricMath asks the examples of docs/metric-math.md: of a block the
// first two lines are the metrics m1 and m2.
func TestExamplesOfMetricMath(t *testing.T) {
	t.Parallel()
	server, asked := start(t), 0
	for i, block := range blocks(t, "metric-math.md") {
		c := newTeller(server, "eu-south-"+strconv.Itoa(i+1))
		var metrics []types.MetricDataQuery
		for n, line := range block {
			expression, want := example(line)
			if n < 2 {
				c.put(t, "App", expression, "", want)
				q := seriesQuery(expression, expression, "Sum", 60, nil)
				q.ReturnData = aws.Bool(false)
				metrics = append(metrics, q)
				continue
			}
			asked++
			var got []string
			for _, r := range c.ask(t, 4, append(metrics, formulaQuery("e", expression, 0))...) {
				got = append(got, slots(c.from, r, 4))
			}
			if text := strings.Join(got, " ; "); text != want {
				t.Errorf("%s\n     %s\nwant %s", expression, text, want)
			}
		}
	}
	if asked < 20 {
		t.Errorf("%d examples were found", asked)
	}
}

// TestExamplesOfSearch makes the searches of docs/search.md over the metrics that
// stand before them.
func TestExamplesOfSearch(t *testing.T) {
	t.Parallel()
	c, asked := newTeller(start(t), "eu-south-1"), 0
	all := blocks(t, "search.md")
	for _, line := range all[len(all)-1] {
		text, want := example(line)
		if words := strings.Fields(text); want == "" && len(words) > 1 {
			c.put(t, words[0], words[1], strings.Join(words[2:], ""), "1")
			continue
		} else if want == "" {
			continue
		}
		asked++
		var got []string
		quoted := strings.ReplaceAll(text, `'`, `\'`)
		for _, r := range c.ask(t, 1, types.MetricDataQuery{
			Id: aws.String("e"), Expression: aws.String("SEARCH('" + quoted + "', 'Sum', 60)"), Label: aws.String("${PROP('MetricName')} ${PROP('Dim.Host')} ${PROP('Dim.Zone')}#${LABEL}"),
		}) {
			name, _, _ := strings.Cut(*r.Label, "#")
			got = append(got, strings.Join(strings.Fields(strings.ReplaceAll(name, "--", "")), " "))
		}
		slices.Sort(got)
		if text := strings.Join(got, " ; "); text != want && (text != "" || want != "nothing") {
			t.Errorf("%s\n     %s\nwant %s", line, text, want)
		}
	}
	if asked < 10 {
		t.Errorf("%d examples were found", asked)
	}
}

// TestExamplesOfInsights asks the queries of docs/metrics-insights.md over the
// metrics that stand before them.
func TestExamplesOfInsights(t *testing.T) {
	t.Parallel()
	c, asked := newTeller(start(t), "eu-south-1"), 0
	all := blocks(t, "metrics-insights.md")
	for _, line := range all[len(all)-1] {
		query, want := example(line)
		if line == "" {
			continue
		}
		if !strings.HasPrefix(strings.ToUpper(query), "SELECT") {
			words := strings.Fields(query)
			c.put(t, words[0], words[1], strings.Join(words[2:], ""), want)
			continue
		}
		asked++
		var got []string
		for _, r := range c.ask(t, 2, formulaQuery("q", query, 60)) {
			got = append(got, *r.Label+" "+slots(c.from, r, 2))
		}
		if text := strings.Join(got, " ; "); text != want {
			t.Errorf("%s\n     %s\nwant %s", query, text, want)
		}
	}
	if asked < 10 {
		t.Errorf("%d examples were found", asked)
	}
}
