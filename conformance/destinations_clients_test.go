package conformance_test

import (
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestDestinationsWithBoto3 holds what a Python program sees.
func TestDestinationsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/destinations.py", start(t))
	want := parsed(t, strings.ReplaceAll(`{
		"create connection": {"ConnectionArn": "ARN:connection/pager/ID", "ConnectionState": "AUTHORIZED", "CreationTime": "TIME", "LastModifiedTime": "TIME"},
		"describe connection": {"ConnectionArn": "ARN:connection/pager/ID", "Name": "pager", "Description": "text", "ConnectionState": "AUTHORIZED",
			"AuthorizationType": "API_KEY", "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "Authorization"},
				"InvocationHttpParameters": {"BodyParameters": [{"Key": "routing_key", "IsValueSecret": true}]}},
			"CreationTime": "TIME", "LastModifiedTime": "TIME", "LastAuthorizedTime": "TIME"},
		"create destination": {"ApiDestinationArn": "ARN:api-destination/pager/ID", "ApiDestinationState": "ACTIVE", "CreationTime": "TIME", "LastModifiedTime": "TIME"},
		"called": ["/v2/enqueue", "Token k", "ops", "{\"kind\":\"enqueue\",\"routing_key\":\"r\"}"],
		"update connection": {"ConnectionArn": "ARN:connection/pager/ID", "ConnectionState": "AUTHORIZING", "CreationTime": "TIME", "LastModifiedTime": "TIME", "LastAuthorizedTime": "TIME"},
		"asked": ["/token", null, null, "client_id=i&client_secret=s&grant_type=client_credentials"],
		"update destination": 200, "describe destination": ["new", 5, "POST"],
		"connections": ["pager"], "destinations": ["pager"], "deauthorize": "DEAUTHORIZED", "inactive": "INACTIVE", "delete connection": "DELETING",
		"refusals": {
			"connection": ["ResourceNotFoundException", "ResourceNotFoundException", "Failed to describe the connection(s). Connection 'pager' does not exist.", 400],
			"destination": ["ResourceNotFoundException", "ResourceNotFoundException", "Failed to describe the api-destination(s). An api-destination 'pager' does not exist.", 400],
			"key": ["ClientError", "ValidationException", "The parameter KmsKeyIdentifier is not supported by this version of Skywatch.", 400]
		}
	}`, "ARN:", "arn:aws:events:eu-west-3:"+account+":"))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestDestinationsWithCLI follows docs/webhooks.md: an event to a Slack-like
// webhook, by the aws CLI alone, and every other operation.
func TestDestinationsWithCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	url, calls, _ := receiver(t, nil)
	text := func(line string, more ...string) string {
		t.Helper()
		return fmt.Sprint(a.seen(t, line, more...))
	}
	connection := text("events create-connection --name chat --authorization-type API_KEY --query ConnectionArn --auth-parameters",
		`{"ApiKeyAuthParameters": {"ApiKeyName": "X-Webhook-Key", "ApiKeyValue": "k-1"}}`)
	// Version 1 of the client would fetch what an argument with a URL names.
	destination := text("events create-api-destination --query ApiDestinationArn --cli-input-json",
		`{"Name": "chat", "ConnectionArn": "`+connection+`", "HttpMethod": "POST", "InvocationEndpoint": "`+url+`/services/T0/B0/x"}`)
	a.seen(t, "events put-rule --name failed-builds --event-pattern", `{"source": ["ci"], "detail": {"state": ["FAILED"]}}`)
	a.seen(t, "events put-targets --rule failed-builds --targets",
		`[{"Id": "chat", "Arn": "`+destination+`", "InputTransformer": {"InputPathsMap": {"job": "$.detail.job"}, "InputTemplate": "{\"text\": \"Build <job> failed\"}"}}]`)
	a.seen(t, "events put-events --entries", `[{"Source": "ci", "DetailType": "Build", "Detail": "{\"job\": \"web\", \"state\": \"FAILED\"}"}]`)
	if c := nextCall(t, calls); c.uri != "/services/T0/B0/x" || c.body != `{"text": "Build web failed"}` || c.header.Get("X-Webhook-Key") != "k-1" {
		t.Errorf("called %+v", c)
	}
	for line, want := range map[string]string{
		"events describe-connection --name chat --query ConnectionState":                                   "AUTHORIZED",
		"events describe-api-destination --name chat --query ApiDestinationState":                          "ACTIVE",
		"events list-connections --name-prefix c --query Connections[0].Name":                              "chat",
		"events list-api-destinations --connection-arn " + connection + " --query length(ApiDestinations)": "1",
	} {
		if got := text(line); got != want {
			t.Errorf("aws %s: %s, want %s", line, got, want)
		}
	}
	a.seen(t, "events update-connection --name chat --authorization-type BASIC --auth-parameters", `{"BasicAuthParameters": {"Username": "u", "Password": "p"}}`)
	a.seen(t, "events update-api-destination --name chat --http-method PUT --invocation-rate-limit-per-second 1")
	if got := text("events deauthorize-connection --name chat --query ConnectionState"); got != "DEAUTHORIZED" {
		t.Errorf("state %s", got)
	}
	a.seen(t, "events delete-api-destination --name chat")
	a.seen(t, "events delete-connection --name chat")
}
