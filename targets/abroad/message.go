package abroad

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"skywatch/targets/forward"
)

// sqsAttribute is a message attribute as SQS's JSON has it.
type sqsAttribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue []byte `json:",omitempty"`
}

// sendMessage sends to an SQS queue. The URL of the queue is on the endpoint
// that is called.
func sendMessage(e *errand) (forward.Call, error) {
	in := map[string]any{"QueueUrl": e.endpoint + "/" + e.account + "/" + e.arn.Resource, "MessageBody": e.Message}
	if len(e.Attributes) > 0 {
		all := map[string]sqsAttribute{}
		for name, a := range e.Attributes {
			all[name] = sqsAttribute{a.Type, a.String, a.Binary}
		}
		in["MessageAttributes"] = all
	}
	if e.Trace != "" {
		in["MessageSystemAttributes"] = map[string]sqsAttribute{"AWSTraceHeader": {DataType: "String", StringValue: e.Trace}}
	}
	if strings.HasSuffix(e.arn.Resource, ".fifo") {
		in["MessageGroupId"], in["MessageDeduplicationId"] = e.Group, cmp.Or(e.Deduplication, e.ID)
	} else if e.Group != "" {
		in["MessageGroupId"] = e.Group
	}
	return e.to("SendMessage", in)
}

// publish sends to an SNS topic.
func publish(e *errand) (forward.Call, error) {
	form := url.Values{"TopicArn": {e.Target}, "Message": {e.Message}}
	if e.Subject != "" {
		form.Set("Subject", e.Subject)
	}
	for i, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		a, at := e.Attributes[name], fmt.Sprintf("MessageAttributes.entry.%d.", i+1)
		form.Set(at+"Name", name)
		form.Set(at+"Value.DataType", a.Type)
		if strings.HasPrefix(a.Type, "Binary") {
			form.Set(at+"Value.BinaryValue", base64Of(a.Binary))
		} else {
			form.Set(at+"Value.StringValue", a.String)
		}
	}
	if strings.HasSuffix(e.arn.Resource, ".fifo") {
		form.Set("MessageGroupId", e.Group)
		form.Set("MessageDeduplicationId", cmp.Or(e.Deduplication, e.ID))
	}
	return forward.Call{Action: "Publish", Form: form}, nil
}

// invoke runs a Lambda function, which gets the payload and answers later.
func invoke(e *errand) (forward.Call, error) {
	return forward.Call{
		Action: "Invoke", Method: http.MethodPost, Path: "/2015-03-31/functions/" + url.PathEscape(e.Target) + "/invocations",
		Header: http.Header{"X-Amz-Invocation-Type": {"Event"}, "Content-Type": {"application/json"}}, Body: []byte(e.Message),
	}, nil
}
