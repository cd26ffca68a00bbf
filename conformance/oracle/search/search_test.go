package search

import (
	"slices"
	"testing"

	"skywatch/conformance/oracle"
)

// TestTokens holds the examples of section 9.
func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"CustomCount1":      {"custom", "count", "1"},
		"SDBFailure":        {"sdb", "failure"},
		"Project2-trial333": {"project", "2", "trial", "333"},
	} {
		if got := tokens(text); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestFinds(t *testing.T) {
	t.Parallel()
	metric := oracle.Metric{
		Namespace: "AWS/EC2", MetricName: "CustomCount1",
		Dimensions: []oracle.Dimension{{Name: "InstanceId", Value: "i-1"}, {Name: "Zone Name", Value: `a (b)`}},
	}
	for text, want := range map[string]bool{
		`count`: true, `Count`: true, `COUNT`: true, `couNT`: false, `CustomCount`: true, `Count1`: true, `customcount`: true,
		`customcount1`: true, `cust`: false, `"CustomCount"`: false, `"CustomCount1"`: true, `"customcount1"`: false,
		`{AWS/EC2}`: false, `{AWS/EC2,InstanceId,"Zone Name"}`: true, `{"AWS/EC2", "Zone Name", InstanceId} count`: true,
		`{AWS/EC2,InstanceId}`: false, `MetricName=count`: true, `Namespace=count`: false, `InstanceId=("i-2" OR "i-1")`: true,
		`NOT Region=x`: true, `Region=x`: false, `nope OR count AND nope`: false, `(nope OR count) 1`: true,
		`:aws.AccountId="1"`: true, `"a \(b\)"`: true, `"Zone Name"="a (b)"`: true, `zone name`: true,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := q.Finds("1", metric); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	for _, text := range []string{``, `{}`, `{A`, `AND x`, `x AND`, `(x`, `x)`, `a=`, `"x`, `NOT`} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s: accepted", text)
		}
	}
}
