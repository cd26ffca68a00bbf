package topic

import (
	"encoding/json"

	"skywatch/internal/arn"
	"skywatch/targets"
)

// A subscription whose endpoint is the ARN of an API destination is ours (SNS has
// none): the destination authorizes the calls, paces them and gives them the form
// of its template. It confirms itself, as its owner is the topic's.

// byDestination reports whether an API destination carries to the subscriber.
func (s *Subscription) byDestination() bool {
	return s.overHTTP() && targets.KindOf(s.Endpoint) == targets.Destination
}

// checkDestination wants the ARN of a destination of the topic's own account and
// region. That it exists is found when a message goes there.
func (s *Service) checkDestination(n Name, endpoint string) error {
	a, err := arn.Parse(endpoint)
	switch {
	case err != nil || targets.KindOf(endpoint) != targets.Destination:
		return invalid("API destination ARN").On("Endpoint")
	case a.Account != n.Account || a.Region != n.Region:
		return refused("A subscription of another account's or region's API destination is")
	case !s.Outbox.Carries(endpoint):
		return refused("A subscription of an API destination is")
	}
	return nil
}

// checkDestinationPolicy takes a delivery policy for its retries only: the rest is
// the destination's.
func checkDestinationPolicy(reason, text string) error {
	var has subscriptionPolicy
	_ = json.Unmarshal([]byte(text), &has) // it was parsed
	for _, part := range []struct {
		name string
		text *json.RawMessage
	}{{"throttlePolicy", has.Throttle}, {"requestPolicy", has.Request}} {
		if isSet(part.text) {
			return invalid("%sDeliveryPolicy: %s is not for API destinations, which have a rate and a content type of their own", reason, part.name).On("DeliveryPolicy")
		}
	}
	return nil
}
