package api

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestQueuePermissions(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")}).(*sqs.CreateQueueOutput).QueueUrl
	policy := func() string {
		out := a.must("GetQueueAttributes", &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Policy"}})
		return out.(*sqs.GetQueueAttributesOutput).Attributes["Policy"]
	}
	add := func(label string, accounts, actions []string) *sqs.AddPermissionInput {
		return &sqs.AddPermissionInput{QueueUrl: url, Label: &label, AWSAccountIds: accounts, Actions: actions}
	}
	one := []string{"111122223333"}
	a.must("AddPermission", add("one", one, []string{"SendMessage"}))
	const first = `{"Sid":"one","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"SQS:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:q"}`
	if got, want := policy(), `{"Id":"arn:aws:sqs:us-east-1:123456789012:q/SQSDefaultPolicy","Statement":[`+first+`],"Version":"2008-10-17"}`; got != want {
		t.Errorf("policy %s\nwant   %s", got, want)
	}
	a.must("AddPermission", add("two", []string{"111122223333", "444455556666"}, []string{"ReceiveMessage", "*"}))
	if got := policy(); !strings.Contains(got, first+`,{"Sid":"two"`) ||
		!strings.Contains(got, `{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::444455556666:root"]},"Action":["SQS:ReceiveMessage","SQS:*"]`) {
		t.Errorf("policy %s", got)
	}
	const invalid = "InvalidParameterValue InvalidParameterValueException Bad Request: Value "
	for want, in := range map[string]*sqs.AddPermissionInput{
		"one for parameter Label is invalid. Reason: Already exists.":                                                                       add("one", one, []string{"*"}),
		"a b for parameter Label is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.": add("a b", one, []string{"*"}),
		"[12] for parameter PrincipalId is invalid. Reason: Unable to verify.":                                                              add("x", []string{"12"}, []string{"*"}),
		"SQS:PurgeQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.":                add("x", one, []string{"PurgeQueue"}),
	} {
		a.fails(queueing, invalid+want, "AddPermission", in)
	}
	a.fails(queueing, "OverLimit OverLimit Forbidden: 8 Actions were found, maximum allowed is 7.", "AddPermission", add("x", one, make([]string, 8)))
	a.fails(queueing, "MissingParameter MissingRequiredParameterException Bad Request: The request must contain the parameter Actions.", "AddPermission", add("x", one, nil))
	remove := func(label string) *sqs.RemovePermissionInput {
		return &sqs.RemovePermissionInput{QueueUrl: url, Label: &label}
	}
	a.must("RemovePermission", remove("one"))
	a.fails(queueing, invalid+"one for parameter Label is invalid. Reason: can't find label on existing policy.", "RemovePermission", remove("one"))
	a.must("RemovePermission", remove("two"))
	if got := policy(); got != "" {
		t.Errorf("without permissions the policy is %s", got)
	}
	// A policy that somebody set keeps what is in it.
	a.must("SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Policy": `{"Version":"2012-10-17","Statement":{"Sid":"own","Effect":"Deny"}}`}})
	a.must("AddPermission", add("one", one, []string{"SendMessage"}))
	if got, want := policy(), `{"Statement":[{"Sid":"own","Effect":"Deny"},`+first+`],"Version":"2012-10-17"}`; got != want {
		t.Errorf("policy %s\nwant   %s", got, want)
	}
}
