package topic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
)

func TestDeliveryPolicy(t *testing.T) {
	t.Parallel()
	healthy := func(s string) string { return `{"healthyRetryPolicy":{` + s + `}}` }
	for _, c := range []struct {
		policy string
		want   string // seconds
	}{
		{"", "20 20 20"},
		{`{}`, "20 20 20"},
		{`{"healthyRetryPolicy":null,"sicklyRetryPolicy":null,"throttlePolicy":null,"guaranteed":false}`, "20 20 20"},
		{healthy(`"numRetries":0`), ""},
		{`{"throttlePolicy":{"maxReceivesPerSecond":5},"requestPolicy":{"headerContentType":"application/json; charset=utf-8"}}`, "20 20 20"},
		{healthy(`"numRetries":5,"numNoDelayRetries":2,"numMinDelayRetries":1,"numMaxDelayRetries":1,"minDelayTarget":5,"maxDelayTarget":50`), "0 0 5 5 50"},
		{healthy(`"numRetries":5,"minDelayTarget":10,"maxDelayTarget":50`), "10 20 30 40 50"},
		{healthy(`"numRetries":5,"minDelayTarget":10,"maxDelayTarget":50,"backoffFunction":"arithmetic"`), "10 14 22 34 50"},
		{healthy(`"numRetries":5,"minDelayTarget":1,"maxDelayTarget":16,"backoffFunction":"geometric"`), "1 2 4 8 16"},
		{healthy(`"numRetries":5,"minDelayTarget":1,"maxDelayTarget":16,"backoffFunction":"exponential"`), "1 2 4 8 16"},
		{healthy(`"numRetries":100,"minDelayTarget":36,"maxDelayTarget":36`), strings.TrimSpace(strings.Repeat("36 ", 100))},
	} {
		p, err := parsePolicy("DeliveryPolicy", c.policy, false)
		if err != nil {
			t.Errorf("%s: %v", c.policy, err)
			continue
		}
		var got []string
		for _, d := range p.retry().Delays {
			got = append(got, fmt.Sprint(int(d.Round(time.Second)/time.Second)))
		}
		if strings.Join(got, " ") != c.want || p.retry().Max != len(got) {
			t.Errorf("%s: delays %v, want %s", c.policy, got, c.want)
		}
		// What is told can be set again.
		again, err := parsePolicy("DeliveryPolicy", p.subscriptionText(), false)
		if err != nil || again != p {
			t.Errorf("%s: told %s, read back %+v, %v", c.policy, p.subscriptionText(), again, err)
		}
		if again, err = parsePolicy("DeliveryPolicy", p.topicText(), true); err != nil || again != p {
			t.Errorf("%s: told %s, read back %+v, %v", c.policy, p.topicText(), again, err)
		}
	}
	for _, wrong := range []string{
		`x`, `[]`, `{"colour":1}`, healthy(`"colour":1`), healthy(`"minDelayTarget":0`), healthy(`"minDelayTarget":21`), healthy(`"maxDelayTarget":3601`),
		healthy(`"numRetries":101`), healthy(`"numRetries":-1`), healthy(`"numNoDelayRetries":4`), healthy(`"backoffFunction":"wild"`),
		healthy(`"numRetries":100,"minDelayTarget":36,"maxDelayTarget":37`),
		`{"throttlePolicy":{"maxReceivesPerSecond":0}}`, `{"throttlePolicy":{}}`, `{} {}`, `{"sicklyRetryPolicy":{}}`, `{"guaranteed":true}`, `{"requestPolicy":{"headerContentType":""}}`,
		`{"requestPolicy":{"headerContentType":"image/png"}}`, `{"requestPolicy":{"headerContentType":"text/plain\r\nX: y"}}`,
	} {
		if p, err := parsePolicy("DeliveryPolicy", wrong, false); err == nil {
			t.Errorf("%s was taken for %+v", wrong, p)
		}
	}
	for text, want := range map[string]string{ // in the words of who wrote it, not of our types
		healthy(`"numRetries":"x"`):                       "DeliveryPolicy: numRetries cannot be string",
		`{"throttlePolicy":{"maxReceivesPerSecond":1.5}}`: "DeliveryPolicy: maxReceivesPerSecond cannot be number 1.5",
		`{"healthyRetryPolicy":[]}`:                       "DeliveryPolicy: there is array where an object is needed",
		`[]`:                                              "DeliveryPolicy: failed to parse JSON: there is array where an object is needed",
	} {
		if _, err := parsePolicy("DeliveryPolicy", text, false); err == nil || fault.Of(err).Message != "Invalid parameter: "+want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhosePolicy(t *testing.T) {
	t.Parallel()
	topic := &record{DeliveryPolicy: `{"http":{"defaultHealthyRetryPolicy":{"numRetries":7}}}`}
	sub := &Subscription{DeliveryPolicy: `{"healthyRetryPolicy":{"numRetries":9}}`}
	if n := effectivePolicy(topic, &Subscription{}).Healthy.Retries; n != 7 {
		t.Errorf("without its own: %d", n)
	}
	if n := effectivePolicy(topic, sub).Healthy.Retries; n != 9 {
		t.Errorf("with its own: %d", n)
	}
	topic.DeliveryPolicy = `{"http":{"defaultHealthyRetryPolicy":{"numRetries":7},"defaultThrottlePolicy":{"maxReceivesPerSecond":2}}}`
	sub.DeliveryPolicy = `{"requestPolicy":{"headerContentType":"application/json"},"healthyRetryPolicy":null}`
	if p := effectivePolicy(topic, sub); p.Healthy.Retries != 7 || p.Throttle.PerSecond != 2 || p.Request.ContentType != "application/json" {
		t.Errorf("mixed: %+v", p)
	}
	topic.DeliveryPolicy = `{"http":{"disableSubscriptionOverrides":true}}`
	if n := effectivePolicy(topic, sub).Healthy.Retries; n != 3 {
		t.Errorf("overruled: %d", n)
	}
}

func FuzzDeliveryPolicy(f *testing.F) {
	f.Add(`{"healthyRetryPolicy":{"numRetries":5,"minDelayTarget":1,"maxDelayTarget":16,"backoffFunction":"exponential"}}`, false)
	f.Add(`{"http":{"defaultHealthyRetryPolicy":{"numRetries":7},"defaultRequestPolicy":{"headerContentType":"text/plain"}}}`, true)
	f.Fuzz(func(t *testing.T, text string, ofTopic bool) {
		p, err := parsePolicy("DeliveryPolicy", text, ofTopic)
		if err != nil {
			return
		}
		total := time.Duration(0)
		for _, d := range p.retry().Delays {
			if d < 0 || d > time.Hour {
				t.Errorf("a delay of %v", d)
			}
			total += d
		}
		if total > time.Hour || p.retry().Max > 100 {
			t.Errorf("%d retries in %v", p.retry().Max, total)
		}
	})
}
