package topic

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"skywatch/catalog"
)

// refusedAttributes are those of SNS topics that we do not act on; names of
// the feedback family are matched by their endings.
var refusedAttributes = []string{
	"KmsMasterKeyId", "TracingConfig", "ArchivePolicy", "DataProtectionPolicy",
	"ApplicationSuccessFeedbackRoleArn", "ApplicationSuccessFeedbackSampleRate", "ApplicationFailureFeedbackRoleArn",
	"HTTPSuccessFeedbackRoleArn", "HTTPSuccessFeedbackSampleRate", "HTTPFailureFeedbackRoleArn",
	"LambdaSuccessFeedbackRoleArn", "LambdaSuccessFeedbackSampleRate", "LambdaFailureFeedbackRoleArn",
	"SQSSuccessFeedbackRoleArn", "SQSSuccessFeedbackSampleRate", "SQSFailureFeedbackRoleArn",
	"FirehoseSuccessFeedbackRoleArn", "FirehoseSuccessFeedbackSampleRate", "FirehoseFailureFeedbackRoleArn",
}

func (t *record) signatureVersion() string {
	if t.SignatureVersion == "" {
		return "1" // SNS's default
	}
	return t.SignatureVersion
}

func (t *record) setAll(attributes map[string]string) error {
	for _, name := range sorted(attributes) {
		if err := t.set(name, attributes[name], true); err != nil {
			return err
		}
	}
	return nil
}

func (t *record) set(name, value string, creating bool) error {
	if ok, err := t.setFifo(name, value, creating); ok {
		return err
	}
	switch {
	case name == "DisplayName":
		if len(value) > 100 {
			return invalid("DisplayName Reason: must be less than or equal to 100 characters long").On("DisplayName") // (inferred)
		}
		t.DisplayName = value
	case name == "Policy":
		if value != "" && !json.Valid([]byte(value)) {
			return invalid("Policy Error: null").On("Policy")
		}
		t.Policy = value
	case name == "DeliveryPolicy":
		if _, err := parsePolicy(name, value, true); err != nil {
			return err
		}
		t.DeliveryPolicy = value
	case name == "SignatureVersion":
		if value != "1" && value != "2" {
			return invalid("SignatureVersion").On("SignatureVersion") // (inferred)
		}
		t.SignatureVersion = value
	case slices.Contains(refusedAttributes, name):
		if value == "" || value == "0" && strings.HasSuffix(name, "SampleRate") { // is what it was; Terraform sends it
			return nil
		}
		return refused("The topic attribute " + name + " is")
	default:
		return invalid("AttributeName").On("AttributeName")
	}
	return nil
}

// SetAttribute changes one attribute of a topic.
func (s *Service) SetAttribute(ctx context.Context, n Name, name, value string) error {
	return s.change(ctx, n, func(t *record) error { return t.set(name, value, false) })
}

func (s *Service) change(ctx context.Context, n Name, f func(*record) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, err := getTopic(tx, n)
		if err != nil {
			return err
		}
		if err := f(&t); err != nil {
			return err
		}
		return topics.Put(tx, t, n.key()...)
	})
}

// Attributes returns a topic's attributes as SNS spells them.
func (s *Service) Attributes(n Name) (map[string]string, error) {
	out := map[string]string{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		t, err := getTopic(r, n)
		if err != nil {
			return err
		}
		all := 0
		pending, err := count(r, n, func(sub *Subscription) bool { all++; return sub.Pending })
		out["TopicArn"], out["Owner"] = n.ARN(), n.Account
		out["DisplayName"] = t.DisplayName
		out["Policy"] = t.policy()
		out["SubscriptionsPending"] = strconv.Itoa(pending)
		out["SubscriptionsConfirmed"] = strconv.Itoa(all - pending)
		out["SubscriptionsDeleted"] = strconv.Itoa(t.Removed)
		out["EffectiveDeliveryPolicy"] = effectivePolicy(&t, nil).topicText()
		if t.DeliveryPolicy != "" {
			out["DeliveryPolicy"] = t.DeliveryPolicy
		}
		if t.SignatureVersion != "" {
			out["SignatureVersion"] = t.SignatureVersion
		}
		t.fifoText(out)
		return err
	})
	return out, err
}

// policy is the topic's access policy; without one, the default that SNS
// gives a topic. (Nothing is enforced by it yet: a key has all rights in its
// account, and none in another.)
func (t *record) policy() string {
	if t.Policy != "" {
		return t.Policy
	}
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",` +
		`"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission",` +
		`"SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"` + t.ARN() +
		`","Condition":{"StringEquals":{"AWS:SourceOwner":"` + t.Account + `"}}}]}`
}

func sorted[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
