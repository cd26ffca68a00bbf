package conformance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	gocmp "github.com/google/go-cmp/cmp"
)

// called is a call of an API destination as it arrived.
type called struct {
	method, uri, body string
	header            http.Header
}

// receiver is an HTTP service that API destinations call.
func receiver(t *testing.T, answer func(w http.ResponseWriter, c called)) (url string, calls <-chan called, stop func()) {
	t.Helper()
	all := make(chan called, 64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c := called{r.Method, r.RequestURI, string(body), r.Header}
		if answer != nil {
			answer(w, c)
		}
		all <- c
	}))
	t.Cleanup(s.Close)
	return s.URL, all, s.Close
}

// next waits for a call.
func nextCall(t *testing.T, calls <-chan called) called {
	t.Helper()
	select {
	case c := <-calls:
		return c
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was called")
		return called{}
	}
}

var basicParameters = &types.CreateConnectionAuthRequestParameters{
	BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: aws.String("user"), Password: aws.String("pass")},
}

// connect makes a connection and an API destination with it, and returns its ARN.
func (r router) connect(t *testing.T, name, endpoint string, kind types.ConnectionAuthorizationType, auth *types.CreateConnectionAuthRequestParameters) string {
	t.Helper()
	c, err := r.CreateConnection(t.Context(), &eventbridge.CreateConnectionInput{Name: &name, AuthorizationType: kind, AuthParameters: auth})
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.CreateApiDestination(t.Context(), &eventbridge.CreateApiDestinationInput{
		Name: &name, ConnectionArn: c.ConnectionArn, InvocationEndpoint: &endpoint, HttpMethod: types.ApiDestinationHttpMethodPost,
	})
	if err != nil {
		t.Fatal(err)
	}
	return *d.ApiDestinationArn
}

// order puts one event on the default bus and returns its ID.
func (r router) order(t *testing.T, detail string) string {
	t.Helper()
	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: &detail},
	}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	return *out.Entries[0].EventId
}

// TestWebhooks sends events through a rule and a transformer to an HTTP
// service and reads exactly what arrives there.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	url, calls, stop := receiver(t, nil)
	arn := r.connect(t, "hook", url+"/teams/*/orders/*?v=1", types.ConnectionAuthorizationTypeBasic, &types.CreateConnectionAuthRequestParameters{
		BasicAuthParameters: basicParameters.BasicAuthParameters,
		InvocationHttpParameters: &types.ConnectionHttpParameters{
			HeaderParameters:      []types.ConnectionHeaderParameter{{Key: aws.String("X-From"), Value: aws.String("skywatch")}},
			QueryStringParameters: []types.ConnectionQueryStringParameter{{Key: aws.String("token"), Value: aws.String("t"), IsValueSecret: true}},
			BodyParameters:        []types.ConnectionBodyParameter{{Key: aws.String("key"), Value: aws.String("k"), IsValueSecret: true}},
		},
	})
	dead, deadARN := r.queue(t, "dead")
	target := types.Target{
		Id: aws.String("hook"), Arn: &arn, RoleArn: aws.String("arn:aws:iam::" + account + ":role/r"),
		InputTransformer: &types.InputTransformer{
			InputPathsMap: map[string]string{"id": "$.detail.id", "total": "$.detail.total"},
			InputTemplate: aws.String(`{"text": "order <id>", "total": <total>}`),
		},
		HttpParameters: &types.HttpParameters{
			PathParameterValues:   []string{"ops", "$.detail.id"},
			HeaderParameters:      map[string]string{"X-From": "the target", "X-Source": "$.source"},
			QueryStringParameters: map[string]string{"total": "$.detail.total", "gift": "$.detail.gift"},
		},
		RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)}, DeadLetterConfig: &types.DeadLetterConfig{Arn: &deadARN},
	}
	r.rule(t, "default", "orders", `{"source":["shop"]}`, target)

	r.order(t, `{"id":"o/1","total":12.50,"gift":true}`)
	c := nextCall(t, calls)
	if got := c.method + " " + c.uri + " " + c.body; got != `POST /teams/ops/orders/o%2F1?gift=true&token=t&total=12.50&v=1 {"text":"order o/1","total":12.50,"key":"k"}` {
		t.Errorf("called %s", got)
	}
	id := c.header.Get("X-Skywatch-Delivery-Id")
	if !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(id) {
		t.Errorf("delivery id %q", id)
	}
	want := http.Header{
		"Authorization": {"Basic dXNlcjpwYXNz"}, "X-From": {"skywatch"}, "X-Source": {"shop"}, "X-Skywatch-Delivery-Id": {id},
		"User-Agent": {"Amazon/EventBridge/ApiDestinations"}, "Content-Type": {"application/json; charset=utf-8"},
		"Range": {"bytes=0-1048575"}, "Accept-Encoding": {"gzip,deflate"}, "Content-Length": {"44"}, "Connection": {"close"},
	}
	if diff := gocmp.Diff(want, c.header); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}

	// What the event does not have cannot be sent.
	lost := r.order(t, `{"id":"o-2","total":1}`)
	r.dead(t, dead, lost, map[string]string{
		"ERROR_CODE": "SDK_CLIENT_ERROR", "ERROR_MESSAGE": "The parameters cannot be made: QueryStringParameters gift: the event has nothing at $.detail.gift",
	})
	stop()
	lost = r.order(t, `{"id":"o-3","total":1,"gift":false}`)
	r.dead(t, dead, lost, map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:" + account + ":rule/orders", "TARGET_ARN": arn,
		"ERROR_CODE": "SDK_SERVER_ERROR", "RETRY_ATTEMPTS": "0", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
	})
	if _, err := r.DeleteApiDestination(t.Context(), &eventbridge.DeleteApiDestinationInput{Name: aws.String("hook")}); err != nil {
		t.Fatal(err)
	}
	lost = r.order(t, `{"id":"o-4","total":1,"gift":false}`)
	r.dead(t, dead, lost, map[string]string{"ERROR_CODE": "NO_RESOURCE", "ERROR_MESSAGE": "the API destination " + arn + " does not exist"})

	for text, p := range map[string]*types.HttpParameters{
		`PathParameterValues: path: "[" is no step`:            {PathParameterValues: []string{"$.a["}},
		`"a,b" is not the name of a header`:                    {HeaderParameters: map[string]string{"a,b": "x"}},
		`QueryStringParameters q: path "$." has an empty name`: {QueryStringParameters: map[string]string{"q": "$."}},
	} {
		bad := target
		bad.HttpParameters = p
		_, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("orders"), Targets: []types.Target{bad}})
		refused(t, text, err, "ValidationException", "Parameter HttpParameters is not valid for target hook. Reason: "+text+".")
	}
}

// dead waits for a dead letter: the event with the ID, and some attributes.
func (r router) dead(t *testing.T, queue, event string, attributes map[string]string) {
	t.Helper()
	out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 20, MessageAttributeNames: []string{"All"}})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	m := out.Messages[0]
	if !strings.Contains(*m.Body, `"id":"`+event+`"`) {
		t.Errorf("dead letter %s, want event %s", *m.Body, event)
	}
	for name, want := range attributes {
		if a := m.MessageAttributes[name]; a.StringValue == nil || *a.StringValue != want {
			t.Errorf("%s: %q, want %q", name, aws.ToString(a.StringValue), want)
		}
	}
	if _, err := r.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
}

// TestWebhookTokens sends events under an OAuth connection whose token is
// refused once in between.
func TestWebhookTokens(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	var tokens, valid atomic.Int32
	url, calls, _ := receiver(t, func(w http.ResponseWriter, c called) {
		switch {
		case c.uri == "/token?tenant=t":
			_, _ = fmt.Fprintf(w, `{"access_token":"t-%d","token_type":"Bearer","expires_in":3600}`, tokens.Add(1))
		case c.header.Get("Authorization") != fmt.Sprintf("Bearer t-%d", valid.Load()):
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	arn := r.connect(t, "hook", url+"/hook", types.ConnectionAuthorizationTypeOauthClientCredentials, &types.CreateConnectionAuthRequestParameters{
		OAuthParameters: &types.CreateConnectionOAuthRequestParameters{
			AuthorizationEndpoint: aws.String(url + "/token"), HttpMethod: types.ConnectionOAuthHttpMethodPost,
			ClientParameters: &types.CreateConnectionOAuthClientRequestParameters{ClientID: aws.String("id"), ClientSecret: aws.String("secret")},
			OAuthHttpParameters: &types.ConnectionHttpParameters{
				QueryStringParameters: []types.ConnectionQueryStringParameter{{Key: aws.String("tenant"), Value: aws.String("t")}},
				BodyParameters:        []types.ConnectionBodyParameter{{Key: aws.String("audience"), Value: aws.String("a")}},
			},
		},
	})
	if c := nextCall(t, calls); c.method != "POST" || c.body != "audience=a&client_id=id&client_secret=secret&grant_type=client_credentials" {
		t.Errorf("asked for a token with %s %s", c.method, c.body)
	}
	eventually(t, 10*time.Second, "not authorized", func() bool {
		d, err := r.DescribeApiDestination(t.Context(), &eventbridge.DescribeApiDestinationInput{Name: aws.String("hook")})
		return err == nil && d.ApiDestinationState == types.ApiDestinationStateActive
	})
	r.rule(t, "default", "orders", `{"source":["shop"]}`, types.Target{Id: aws.String("hook"), Arn: &arn, InputPath: aws.String("$.detail")})
	valid.Store(1)
	r.order(t, `{"n":1}`)
	if c := nextCall(t, calls); c.uri != "/hook" || c.body != `{"n":1}` || c.header.Get("Authorization") != "Bearer t-1" {
		t.Errorf("called %+v", c)
	}
	valid.Store(2)
	r.order(t, `{"n":2}`)
	for _, want := range []string{"/hook Bearer t-1", "/token?tenant=t ", "/hook Bearer t-2"} {
		if c := nextCall(t, calls); c.uri+" "+c.header.Get("Authorization") != want {
			t.Errorf("called %s with %q, want %s", c.uri, c.header.Get("Authorization"), want)
		}
	}
}

// seen is an answer as JSON, with its ARNs' IDs and its times replaced.
func asSeen(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(b, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "ResultMetadata")
	for name, v := range members {
		if v == nil || v == "" {
			delete(members, name)
		}
	}
	if b, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`/[0-9a-f]{8}-[0-9a-f-]{27}"`).ReplaceAllString(string(b), `/ID"`)
	return regexp.MustCompile(`"20\d\d-[^"]+Z"`).ReplaceAllString(text, `"TIME"`)
}

// answered holds an answer.
func answered(t *testing.T, what string, got any, err error, want string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if diff := gocmp.Diff(parsed(t, want), parsed(t, asSeen(t, got))); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	arn := `"ConnectionArn":"arn:aws:events:us-east-1:` + account + `:connection/c/ID"`
	name := aws.String("c")
	create := func(kind types.ConnectionAuthorizationType, p *types.CreateConnectionAuthRequestParameters, more ...func(*eventbridge.CreateConnectionInput)) (*eventbridge.CreateConnectionOutput, error) {
		in := &eventbridge.CreateConnectionInput{Name: name, AuthorizationType: kind, AuthParameters: p, Description: aws.String("text")}
		for _, f := range more {
			f(in)
		}
		return r.CreateConnection(t.Context(), in)
	}
	made, err := create(types.ConnectionAuthorizationTypeApiKey, &types.CreateConnectionAuthRequestParameters{
		ApiKeyAuthParameters:     &types.CreateConnectionApiKeyAuthRequestParameters{ApiKeyName: aws.String("ApiKey"), ApiKeyValue: aws.String("secret")},
		InvocationHttpParameters: &types.ConnectionHttpParameters{HeaderParameters: []types.ConnectionHeaderParameter{{Key: aws.String("h"), Value: aws.String("v"), IsValueSecret: true}, {Key: aws.String("o"), Value: aws.String("open")}}},
	})
	answered(t, "create", made, err, `{`+arn+`,"ConnectionState":"AUTHORIZED","CreationTime":"TIME","LastModifiedTime":"TIME"}`)
	described, err := r.DescribeConnection(t.Context(), &eventbridge.DescribeConnectionInput{Name: name})
	answered(t, "describe", described, err, `{`+arn+`,"Name":"c","Description":"text","ConnectionState":"AUTHORIZED","AuthorizationType":"API_KEY",
		"CreationTime":"TIME","LastModifiedTime":"TIME","LastAuthorizedTime":"TIME",
		"AuthParameters":{"ApiKeyAuthParameters":{"ApiKeyName":"ApiKey"},"BasicAuthParameters":null,"OAuthParameters":null,"ConnectivityParameters":null,
			"InvocationHttpParameters":{"BodyParameters":null,"QueryStringParameters":null,"HeaderParameters":[
				{"Key":"h","Value":null,"IsValueSecret":true},{"Key":"o","Value":"open","IsValueSecret":false}]}}}`)
	_, err = create(types.ConnectionAuthorizationTypeBasic, basicParameters)
	refused(t, "twice", err, "ResourceAlreadyExistsException", "Connection 'c' already exists.")
	updated, err := r.UpdateConnection(t.Context(), &eventbridge.UpdateConnectionInput{Name: name, AuthorizationType: types.ConnectionAuthorizationTypeBasic, AuthParameters: &types.UpdateConnectionAuthRequestParameters{
		BasicAuthParameters: &types.UpdateConnectionBasicAuthRequestParameters{Username: aws.String("new_user"), Password: aws.String("new_pass")},
	}})
	answered(t, "update", updated, err, `{`+arn+`,"ConnectionState":"AUTHORIZED","CreationTime":"TIME","LastModifiedTime":"TIME","LastAuthorizedTime":"TIME"}`)
	listed, err := r.ListConnections(t.Context(), &eventbridge.ListConnectionsInput{NamePrefix: name, ConnectionState: types.ConnectionStateAuthorized, Limit: aws.Int32(1)})
	answered(t, "list", listed, err, `{"Connections":[{`+arn+`,"Name":"c","ConnectionState":"AUTHORIZED","AuthorizationType":"BASIC","StateReason":null,
		"CreationTime":"TIME","LastModifiedTime":"TIME","LastAuthorizedTime":"TIME"}]}`)
	off, err := r.DeauthorizeConnection(t.Context(), &eventbridge.DeauthorizeConnectionInput{Name: name})
	answered(t, "deauthorize", off, err, `{`+arn+`,"ConnectionState":"DEAUTHORIZED","CreationTime":"TIME","LastModifiedTime":"TIME","LastAuthorizedTime":"TIME"}`)
	gone, err := r.DeleteConnection(t.Context(), &eventbridge.DeleteConnectionInput{Name: name})
	answered(t, "delete", gone, err, `{`+arn+`,"ConnectionState":"DELETING","CreationTime":"TIME","LastModifiedTime":"TIME","LastAuthorizedTime":"TIME"}`)
	_, err = r.DescribeConnection(t.Context(), &eventbridge.DescribeConnectionInput{Name: name})
	refused(t, "deleted", err, "ResourceNotFoundException", "Failed to describe the connection(s). Connection 'c' does not exist.")

	_, err = create("INVALID_AUTH_TYPE", &types.CreateConnectionAuthRequestParameters{})
	refused(t, "type", err, "ValidationException", "1 validation error detected: Value 'INVALID_AUTH_TYPE' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]")
	_, err = create(types.ConnectionAuthorizationTypeBasic, &types.CreateConnectionAuthRequestParameters{
		BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: aws.String("u"), Password: aws.String("no:colon")},
	})
	refused(t, "password", err, "ValidationException", "1 validation error detected: Value at 'authParameters.basicAuthParameters.password' failed to satisfy constraint: Member must satisfy regular expression pattern: ")
	_, err = create(types.ConnectionAuthorizationTypeBasic, &types.CreateConnectionAuthRequestParameters{})
	refused(t, "nothing", err, "ValidationException", "Parameter AuthParameters is not valid. Reason: AuthorizationType BASIC needs Username.")
	_, err = create(types.ConnectionAuthorizationTypeBasic, basicParameters, func(in *eventbridge.CreateConnectionInput) { in.KmsKeyIdentifier = aws.String("key") })
	refused(t, "key", err, "ValidationException", "The parameter KmsKeyIdentifier is not supported by this version of Skywatch.")
	_, err = create(types.ConnectionAuthorizationTypeBasic, basicParameters, func(in *eventbridge.CreateConnectionInput) {
		in.InvocationConnectivityParameters = &types.ConnectivityResourceParameters{ResourceParameters: &types.ConnectivityResourceConfigurationArn{ResourceConfigurationArn: aws.String("arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-01234567890abcdef")}}
	})
	refused(t, "private", err, "ValidationException", "The parameter InvocationConnectivityParameters")
}

func TestDestinations(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	arn := r.connect(t, "d", "https://example.com/api", types.ConnectionAuthorizationTypeBasic, basicParameters)
	if !regexp.MustCompile(`^arn:aws:events:us-east-1:` + account + `:api-destination/d/[0-9a-f-]{36}$`).MatchString(arn) {
		t.Errorf("ARN %s", arn)
	}
	arn = `"ApiDestinationArn":"arn:aws:events:us-east-1:` + account + `:api-destination/d/ID"`
	connection := `"ConnectionArn":"arn:aws:events:us-east-1:` + account + `:connection/d/ID"`
	name := aws.String("d")
	described, err := r.DescribeApiDestination(t.Context(), &eventbridge.DescribeApiDestinationInput{Name: name})
	answered(t, "describe", described, err, `{`+arn+`,`+connection+`,"Name":"d","ApiDestinationState":"ACTIVE","HttpMethod":"POST","InvocationEndpoint":"https://example.com/api",
		"InvocationRateLimitPerSecond":300,"CreationTime":"TIME","LastModifiedTime":"TIME"}`)
	updated, err := r.UpdateApiDestination(t.Context(), &eventbridge.UpdateApiDestinationInput{
		Name: name, HttpMethod: types.ApiDestinationHttpMethodPut, InvocationEndpoint: aws.String("https://example.com/api/v2"), Description: aws.String("new"), InvocationRateLimitPerSecond: aws.Int32(7),
	})
	answered(t, "update", updated, err, `{`+arn+`,"ApiDestinationState":"ACTIVE","CreationTime":"TIME","LastModifiedTime":"TIME"}`)
	if _, err := r.DeauthorizeConnection(t.Context(), &eventbridge.DeauthorizeConnectionInput{Name: name}); err != nil {
		t.Fatal(err)
	}
	listed, err := r.ListApiDestinations(t.Context(), &eventbridge.ListApiDestinationsInput{NamePrefix: name, ConnectionArn: described.ConnectionArn, Limit: aws.Int32(1)})
	answered(t, "list", listed, err, `{"ApiDestinations":[{`+arn+`,`+connection+`,"Name":"d","ApiDestinationState":"INACTIVE","HttpMethod":"PUT","InvocationEndpoint":"https://example.com/api/v2",
		"InvocationRateLimitPerSecond":7,"CreationTime":"TIME","LastModifiedTime":"TIME"}]}`)

	create := func(change func(*eventbridge.CreateApiDestinationInput)) error {
		in := &eventbridge.CreateApiDestinationInput{Name: name, ConnectionArn: described.ConnectionArn, InvocationEndpoint: aws.String("https://example.com/"), HttpMethod: types.ApiDestinationHttpMethodPost}
		change(in)
		_, err := r.CreateApiDestination(t.Context(), in)
		return err
	}
	refused(t, "twice", create(func(*eventbridge.CreateApiDestinationInput) {}), "ResourceAlreadyExistsException", "An api-destination 'd' already exists.")
	// Recorded from the service.
	refused(t, "parameters", create(func(in *eventbridge.CreateApiDestinationInput) {
		in.ConnectionArn, in.HttpMethod, in.InvocationEndpoint = aws.String("invalid-connection-arn"), "INVALID_METHOD", aws.String("invalid-endpoint")
	}), "ValidationException", `2 validation errors detected: Value 'invalid-connection-arn' at 'connectionArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:connection\/[\.\-_A-Za-z0-9]+\/[\-A-Za-z0-9]+$; Value 'INVALID_METHOD' at 'httpMethod' failed to satisfy constraint: Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]`)
	refused(t, "name", create(func(in *eventbridge.CreateApiDestinationInput) { in.Name = aws.String("Invalid Name With Spaces!") }),
		"ValidationException", `1 validation error detected: Value 'Invalid Name With Spaces!' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	refused(t, "inside", create(func(in *eventbridge.CreateApiDestinationInput) {
		in.Name, in.InvocationEndpoint = aws.String("x"), aws.String("https://169.254.169.254/latest/meta-data")
	}), "ValidationException", "Parameter InvocationEndpoint is not valid. Reason: The egress rules of this server forbid it: 169.254.169.254 is not a public address.")
	if _, err := r.DeleteApiDestination(t.Context(), &eventbridge.DeleteApiDestinationInput{Name: name}); err != nil {
		t.Fatal(err)
	}
	_, err = r.DescribeApiDestination(t.Context(), &eventbridge.DescribeApiDestinationInput{Name: name})
	refused(t, "deleted", err, "ResourceNotFoundException", "Failed to describe the api-destination(s). An api-destination 'd' does not exist.")
}
