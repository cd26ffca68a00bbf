package topic

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode"

	"skywatch/targets"
)

// healthy is SNS's healthyRetryPolicy for HTTP subscribers. Delays in seconds.
type healthy struct {
	MinDelay        int    `json:"minDelayTarget"`
	MaxDelay        int    `json:"maxDelayTarget"`
	Retries         int    `json:"numRetries"`
	MaxDelayRetries int    `json:"numMaxDelayRetries"`
	NoDelayRetries  int    `json:"numNoDelayRetries"`
	MinDelayRetries int    `json:"numMinDelayRetries"`
	BackOff         string `json:"backoffFunction"`
}

func defaultHealthy() healthy {
	return healthy{MinDelay: 20, MaxDelay: 20, Retries: 3, BackOff: "linear"}
}

type request struct {
	ContentType string `json:"headerContentType"`
}

// throttle is the limit of a subscriber; 0: none.
type throttle struct {
	PerSecond int `json:"maxReceivesPerSecond"`
}

const defaultContentType = "text/plain; charset=UTF-8"

// policy is a delivery policy, complete with its defaults.
type policy struct {
	Healthy  healthy
	Request  request
	Throttle throttle
	// Override forbids policies of subscriptions.
	Override bool
}

// contentTypes are those that SNS sends (developer guide, "delivery policy").
var contentTypes = []string{
	"application/atom+xml", "application/json", "application/octet-stream", "application/soap+xml", "application/x-www-form-urlencoded",
	"application/xhtml+xml", "application/xml", "text/css", "text/csv", "text/html", "text/plain", "text/xml",
}

// mediaType is a content type without its parameters; empty for what is none.
func mediaType(contentType string) string {
	if strings.ContainsFunc(contentType, unicode.IsControl) {
		return ""
	}
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return t
}

// longestRetry is the total time that SNS allows for the retries of a policy.
const longestRetry = time.Hour

// The wire forms.
type (
	subscriptionPolicy struct {
		Healthy  *json.RawMessage `json:"healthyRetryPolicy,omitempty"`
		Sickly   *json.RawMessage `json:"sicklyRetryPolicy,omitempty"`
		Throttle *json.RawMessage `json:"throttlePolicy,omitempty"`
		Request  *json.RawMessage `json:"requestPolicy,omitempty"`
		// Guaranteed is always false; what is read can be set again.
		Guaranteed bool `json:"guaranteed,omitempty"`
	}
	topicPolicy struct {
		HTTP struct {
			Healthy  *json.RawMessage `json:"defaultHealthyRetryPolicy,omitempty"`
			Sickly   *json.RawMessage `json:"defaultSicklyRetryPolicy,omitempty"`
			Throttle *json.RawMessage `json:"defaultThrottlePolicy,omitempty"`
			Request  *json.RawMessage `json:"defaultRequestPolicy,omitempty"`
			Override bool             `json:"disableSubscriptionOverrides"`
		} `json:"http"`
	}
)

// parsePolicy reads the DeliveryPolicy of a topic or of a subscription over
// the defaults; an empty text is the defaults.
func parsePolicy(param, text string, ofTopic bool) (policy, error) {
	p := policy{Healthy: defaultHealthy(), Request: request{defaultContentType}}
	if text == "" {
		return p, nil
	}
	var parts subscriptionPolicy
	into := any(&parts)
	var t topicPolicy
	if ofTopic {
		into = &t
	}
	if err := strict(text, into); err != nil {
		return p, invalid("%s: failed to parse JSON: %v", param, err).On(param) // (inferred)
	}
	if ofTopic {
		parts = subscriptionPolicy{t.HTTP.Healthy, t.HTTP.Sickly, t.HTTP.Throttle, t.HTTP.Request, false}
		p.Override = t.HTTP.Override
	}
	if parts.Guaranteed {
		return p, refused("The guaranteed delivery of a DeliveryPolicy is")
	}
	if isSet(parts.Sickly) {
		return p, refused("The sicklyRetryPolicy of a DeliveryPolicy is")
	}
	for _, part := range []struct {
		text *json.RawMessage
		into any
	}{{parts.Healthy, &p.Healthy}, {parts.Request, &p.Request}, {parts.Throttle, &p.Throttle}} {
		if !isSet(part.text) {
			continue
		}
		if err := strict(string(*part.text), part.into); err != nil {
			return p, invalid("%s: %v", param, err).On(param) // (inferred)
		}
	}
	if isSet(parts.Throttle) && p.Throttle.PerSecond < 1 {
		return p, invalid("%s: maxReceivesPerSecond must be at least 1", param).On(param) // (inferred)
	}
	return p, p.check(param)
}

func isSet(raw *json.RawMessage) bool { return raw != nil && string(*raw) != "null" }

func strict(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) { // its text names our types
		if wrong.Field == "" {
			return fmt.Errorf("there is %s where an object is needed", wrong.Value)
		}
		return fmt.Errorf("%s cannot be %s", wrong.Field, wrong.Value)
	}
	if err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something behind the document")
	}
	return nil
}

// check holds a policy against SNS's limits (events.md 4.4).
func (p *policy) check(param string) error {
	h := &p.Healthy
	wrong := ""
	switch {
	case h.MinDelay < 1 || h.MinDelay > h.MaxDelay:
		wrong = "minDelayTarget must be at least 1 and at most maxDelayTarget"
	case h.MaxDelay > 3600:
		wrong = "maxDelayTarget must be at most 3600"
	case h.Retries < 0 || h.Retries > 100:
		wrong = "numRetries must be between 0 and 100"
	case h.NoDelayRetries < 0 || h.MinDelayRetries < 0 || h.MaxDelayRetries < 0 ||
		h.NoDelayRetries+h.MinDelayRetries+h.MaxDelayRetries > h.Retries:
		wrong = "numRetries must be at least the sum of the retries of the phases"
	case h.BackOff != "linear" && h.BackOff != "arithmetic" && h.BackOff != "geometric" && h.BackOff != "exponential":
		wrong = "backoffFunction must be linear, arithmetic, geometric or exponential"
	case !slices.Contains(contentTypes, mediaType(p.Request.ContentType)):
		wrong = "headerContentType is not supported"
	}
	total := time.Duration(0)
	if wrong == "" {
		for _, d := range h.delays() {
			total += d
		}
		if total > longestRetry {
			wrong = "the total of all delays must be at most 3600 seconds"
		}
	}
	if wrong != "" {
		return invalid("%s: %s", param, wrong).On(param) // (inferred)
	}
	return nil
}

// delays are the waits before the retries, phase by phase.
func (h *healthy) delays() []time.Duration {
	var out []time.Duration
	add := func(n int, seconds float64) {
		for range n {
			out = append(out, time.Duration(seconds*float64(time.Second)))
		}
	}
	add(h.NoDelayRetries, 0)
	add(h.MinDelayRetries, float64(h.MinDelay))
	n := h.Retries - h.NoDelayRetries - h.MinDelayRetries - h.MaxDelayRetries
	for i := range n {
		add(1, h.backOff(i, n))
	}
	add(h.MaxDelayRetries, float64(h.MaxDelay))
	return out
}

// backOff is the i-th of n waits between the least and the greatest. SNS
// publishes the names and a picture, no formula; these are ours: linear by
// equal steps, arithmetic by growing steps, geometric by a constant ratio,
// exponential by doubling steps.
func (h *healthy) backOff(i, n int) float64 {
	least, most := float64(h.MinDelay), float64(h.MaxDelay)
	if n < 2 {
		return least
	}
	x := float64(i) / float64(n-1)
	switch h.BackOff {
	case "arithmetic":
		k := float64(i)
		x = k * (k + 1) / (float64(n-1) * float64(n))
	case "geometric":
		return least * math.Pow(most/least, x)
	case "exponential":
		x = (math.Exp2(float64(i)) - 1) / (math.Exp2(float64(n-1)) - 1)
	}
	return least + (most-least)*x
}

// retry is the policy in the engine's terms.
func (p *policy) retry() *targets.Retry {
	d := p.Healthy.delays()
	// A delay adds up with the time of the attempts, which is not limited.
	return &targets.Retry{Max: len(d), MaxAge: 24 * time.Hour, Delays: d}
}

// effectivePolicy is what holds for a subscriber: the parts of its own policy,
// unless the topic forbids them, and for the others the topic's. Both were
// checked when they were set.
func effectivePolicy(t *record, sub *Subscription) *policy {
	p, _ := parsePolicy("", t.DeliveryPolicy, true)
	if sub == nil || sub.DeliveryPolicy == "" || p.Override {
		return &p
	}
	own, _ := parsePolicy("", sub.DeliveryPolicy, false)
	var has subscriptionPolicy
	_ = json.Unmarshal([]byte(sub.DeliveryPolicy), &has)
	if isSet(has.Healthy) {
		p.Healthy = own.Healthy
	}
	if isSet(has.Request) {
		p.Request = own.Request
	}
	if isSet(has.Throttle) {
		p.Throttle = own.Throttle
	}
	return &p
}

func (p *policy) topicText() string {
	var out struct {
		HTTP struct {
			Healthy  healthy   `json:"defaultHealthyRetryPolicy"`
			Limit    *throttle `json:"defaultThrottlePolicy,omitempty"`
			Override bool      `json:"disableSubscriptionOverrides"`
			Request  request   `json:"defaultRequestPolicy"`
		} `json:"http"`
	}
	out.HTTP.Limit = p.limit()
	out.HTTP.Healthy, out.HTTP.Override, out.HTTP.Request = p.Healthy, p.Override, p.Request
	b, _ := json.Marshal(out) // numbers and strings: cannot fail
	return string(b)
}

func (p *policy) subscriptionText() string {
	b, _ := json.Marshal(struct { // numbers and strings: cannot fail
		Healthy healthy   `json:"healthyRetryPolicy"`
		Sickly  any       `json:"sicklyRetryPolicy"`
		Limit   *throttle `json:"throttlePolicy"`
		Request request   `json:"requestPolicy"`
		Guarded bool      `json:"guaranteed"`
	}{Healthy: p.Healthy, Limit: p.limit(), Request: p.Request})
	return string(b)
}

// limit is the throttle, nil for none.
func (p *policy) limit() *throttle {
	if p.Throttle.PerSecond == 0 {
		return nil
	}
	return &p.Throttle
}
