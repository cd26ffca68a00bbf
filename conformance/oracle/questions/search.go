package questions

import (
	"fmt"
	"strings"
)

// search writes a SEARCH.
func (p *plan) search() string {
	stat := one(p.Generator, "Sum", "Average", "Maximum", "Minimum", "SampleCount")
	if p.slip(5) {
		stat = "Median"
	}
	text := ""
	if p.chance(50) {
		text = p.schema()
	}
	if text == "" || p.chance(50) {
		text += one(p.Generator, " ", "  ") + p.terms(p.IntN(3))
	}
	if p.slip(5) {
		text += one(p.Generator, " AND", " (", "=", `"`, "{}", " OR OR x")
	}
	args := []string{"'" + text + "'", "'" + stat + "'"}
	if p.chance(50) {
		period := fmt.Sprint(p.period)
		if p.chance(10) {
			period += ".7"
		}
		args = append(args, period)
	}
	return "SEARCH(" + strings.Join(args, ", ") + ")"
}

func (p *plan) schema() string {
	m := one(p.Generator, p.metrics...)
	parts := []string{name(m.Namespace)}
	for _, d := range m.Dimensions {
		parts = append(parts, name(d.Name))
	}
	p.Shuffle(len(parts)-1, func(i, j int) { parts[i+1], parts[j+1] = parts[j+1], parts[i+1] })
	if p.chance(10) {
		parts = append(parts, "Nothing")
	}
	return "{" + strings.Join(parts, one(p.Generator, ",", ", ")) + "}" + one(p.Generator, "", "", ",")
}

// name quotes what is no plain word; the guide leaves / alone.
func name(text string) string {
	if strings.ContainsAny(text, " -()") {
		return `"` + text + `"`
	}
	return text
}

func (p *plan) terms(depth int) string {
	if depth <= 0 {
		return p.term()
	}
	a, b := p.terms(depth-1), p.terms(depth-1)
	switch p.IntN(6) {
	case 0:
		return a + " OR " + b
	case 1:
		return a + " AND " + b
	case 2:
		return "(" + a + " OR " + b + ")"
	case 3:
		return "NOT " + p.term() + one(p.Generator, " ", " AND ", " OR ") + b
	case 4:
		return "NOT (" + a + " " + b + ")"
	}
	return a + " " + b
}

var plainWords = []string{
	"count", "Count", "COUNT", "couNT", "CustomCount", "Count1", "customcount", "customcount1", "CustomCount1", "network-errors",
	"Network_Errors", "network", "errors", "cpu", "CPU", "utilization", "CPUUtilization", "cpuutil", "sdb", "SDBFailure", "failure",
	"i-1", "i", "1", "us-east-1a", "east", "east-1", "1a", "us-east", "Project2", "project", "trial333", "Project2-trial333", "333",
	"instance", "InstanceId", "instanceid", "id", "zone", "load", "LoadBalancer", "ec2", "EC2", "Web/EC2", "app", "App", "my",
	"queue", "Depth", "queueDepth", "the", "b", "nothing", "a", "latency",
}

var exactTexts = []string{
	"CustomCount1", "CustomCount", "customcount1", "App", "Web/EC2", "My Space", "InstanceId", "Load Balancer", "i-1", "us-east-1a",
	"network-errors", "Zone", "Project2-trial333", "queueDepth", "Latency", "nothing",
}

func (p *plan) value() string {
	if p.chance(35) {
		return `"` + one(p.Generator, exactTexts...) + `"`
	}
	return one(p.Generator, plainWords...)
}

func (p *plan) term() string {
	if p.chance(60) {
		return p.value()
	}
	property := one(p.Generator, "Namespace", "MetricName", "MetricName", "InstanceId", "Zone", `"Load Balancer"`, "Nothing")
	if p.chance(3) {
		return ":aws.AccountId=" + one(p.Generator, `"000000000000"`, "000000000000", `"111111111111"`)
	}
	if p.chance(25) {
		return property + "=(" + p.value() + one(p.Generator, " OR ", " ", " AND ", " OR NOT ") + p.value() + ")"
	}
	return property + "=" + p.value()
}
