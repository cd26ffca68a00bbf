package forward_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skywatch/targets"
	"skywatch/targets/forward"
	"skywatch/targets/forward/forwardtest"
)

// at returns a client whose calls go to an endpoint.
func at(t testing.TB, p forward.Profile) *forward.Client {
	t.Helper()
	if len(p.Services) == 0 {
		p.Services = []string{"*"}
	}
	if p.AccessKey == "" && p.SecretKeyFile == "" {
		p.AccessKey, p.SecretKey = forwardtest.AccessKey, forwardtest.Secret
	}
	c, err := forward.New(t.Context(), forward.Options{Profiles: forward.Profiles{p}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// What AWS says of a signature repeats the request's headers, the session token
// among them; wherever an endpoint, or an STS, tells a secret, it goes no further.
func TestEchoedSecretsAreHidden(t *testing.T) {
	t.Parallel()
	const token = "the-token-of-the-session"
	echo := "The Canonical String for this request should have been 'POST\n/\n\nx-amz-security-token:" + strings.Repeat("x", 400) + token + " " + forwardtest.Secret
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		if r.URL.Path == "/sts/" {
			_, _ = io.WriteString(w, "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>"+echo+"</Message></Error></ErrorResponse>")
			return
		}
		b, _ := json.Marshal(map[string]string{"__type": "InvalidSignatureException", "message": echo})
		_, _ = w.Write(b)
	}))
	t.Cleanup(server.Close)
	key := forward.Credentials{AccessKey: forwardtest.AccessKey, SecretKey: forwardtest.Secret, SessionToken: token}
	role := key
	role.Role, role.RoleEndpoint = "arn:aws:iam::123456789012:role/r", server.URL+"/sts/"
	for _, c := range []forward.Credentials{key, role} {
		_, err := at(t, forward.Profile{Endpoint: server.URL, Credentials: c}).Call(t.Context(), forward.Call{Service: "ecs", Region: "us-east-1", Action: "RunTask"})
		var f *targets.Failure
		if !errors.As(err, &f) || f.Code != targets.NoPermissions || !strings.Contains(err.Error(), "Canonical String") {
			t.Fatalf("%v", err)
		}
		if strings.Contains(err.Error(), token[:8]) || strings.Contains(err.Error(), forwardtest.Secret) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}

// TestErrors holds what the engine makes of each thing that AWS says, in the
// forms of all protocols.
func TestErrors(t *testing.T) {
	t.Parallel()
	json := func(code string) string { return `{"__type":"com.amazonaws.x#` + code + `","message":"why"}` }
	xml := func(code string) string {
		return `<ErrorResponse><Error><Type>Sender</Type><Code>` + code + `</Code><Message>why</Message></Error></ErrorResponse>`
	}
	ec2 := func(code string) string {
		return `<?xml version="1.0"?><Response><Errors><Error><Code>` + code + `</Code><Message>why</Message></Error></Errors></Response>`
	}
	for _, c := range []struct {
		service string
		status  int
		body    string
		aws     string
		code    string
		again   bool
	}{
		{"ecs", 400, json("ClusterNotFoundException"), "ClusterNotFoundException", targets.NoResource, false},
		{"ecs", 400, json("ThrottlingException"), "ThrottlingException", targets.Throttling, true},
		{"ecs", 400, json("LimitExceededException"), "LimitExceededException", targets.Throttling, true},
		{"ecs", 400, json("AccessDeniedException"), "AccessDeniedException", targets.NoPermissions, false},
		{"ecs", 400, json("ExpiredTokenException"), "ExpiredTokenException", targets.NoPermissions, true},
		{"ecs", 400, json("InvalidParameterException"), "InvalidParameterException", targets.ClientError, false},
		{"ecs", 500, json("ServerException"), "ServerException", targets.ServerError, true},
		{"ecs", 503, "busy", "", targets.ServerError, true},
		{"ecs", 429, "", "", targets.Throttling, true},
		{"ecs", 408, "", "", targets.Timeout, true},
		{"ecs", 404, "", "", targets.NoResource, false},
		{"ecs", 403, "", "", targets.NoPermissions, false},
		{"ecs", 302, "", "", targets.ClientError, false},
		{"states", 400, json("StateMachineDoesNotExist"), "StateMachineDoesNotExist", targets.NoResource, false},
		{"states", 400, json("ExecutionAlreadyExists"), "ExecutionAlreadyExists", targets.ResourceExists, false},
		{"sqs", 400, json("AWS.SimpleQueueService.NonExistentQueue"), "AWS.SimpleQueueService.NonExistentQueue", targets.NoResource, false},
		{"kinesis", 400, json("ProvisionedThroughputExceededException"), "ProvisionedThroughputExceededException", targets.Throttling, true},
		{"sns", 404, xml("NotFound"), "NotFound", targets.NoResource, false},
		{"sns", 403, xml("InvalidClientTokenId"), "InvalidClientTokenId", targets.NoPermissions, false},
		{"ec2", 400, ec2("InvalidInstanceID.NotFound"), "InvalidInstanceID.NotFound", targets.NoResource, false},
		{"ec2", 503, ec2("RequestLimitExceeded"), "RequestLimitExceeded", targets.Throttling, true},
		{"ec2", 403, ec2("UnauthorizedOperation"), "UnauthorizedOperation", targets.NoPermissions, false},
		{"ec2", 400, ec2("IncorrectInstanceState"), "IncorrectInstanceState", targets.ClientError, false},
		{"lambda", 404, `{"Type":"User","Message":"why"}`, "", targets.NoResource, false},
		{"lambda", 429, `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Message":"why"}`, "", targets.Throttling, true},
		{"batch", 400, `{"message":"why"}`, "", targets.ClientError, false},
		{"batch", 400, `<not xml`, "", targets.ClientError, false},
	} {
		e := forwardtest.Start(t, func(forwardtest.Call) forwardtest.Answer {
			return forwardtest.Answer{Status: c.status, Body: c.body, Header: http.Header{"Retry-After": {"7"}, "Location": {"/elsewhere"}}}
		})
		_, err := at(t, forward.Profile{Endpoint: e.URL}).Call(t.Context(), forward.Call{Service: c.service, Account: "1", Region: "eu-west-1", Action: "Act"})
		var f *targets.Failure
		if !errors.As(err, &f) {
			t.Fatalf("%+v: %v", c, err)
		}
		if f.Code != c.code || f.Permanent == c.again || forward.CodeOf(err) != c.aws || f.After != 7*time.Second {
			t.Errorf("%s %d %s: %+v, of AWS %q", c.service, c.status, c.body, f, forward.CodeOf(err))
		}
		if strings.Contains(c.body, "why") && !strings.HasSuffix(err.Error(), ": why") {
			t.Errorf("%s: the message is lost: %v", c.body, err)
		}
		if n := len(e.Calls()); n != 1 {
			t.Errorf("%s %d: %d calls", c.service, c.status, n)
		}
	}
}

// A code in the header wins, and has a URL behind it where services of REST are.
func TestCodeOfHeader(t *testing.T) {
	t.Parallel()
	e := forwardtest.Start(t, func(forwardtest.Call) forwardtest.Answer {
		return forwardtest.Answer{Status: 400, Body: `{"message":"m"}`, Header: http.Header{"X-Amzn-Errortype": {"TooManyRequestsException:http://internal/"}}}
	})
	_, err := at(t, forward.Profile{Endpoint: e.URL}).Call(t.Context(), forward.Call{Service: "lambda", Region: "r", Path: "/x"})
	if forward.CodeOf(err) != "TooManyRequestsException" {
		t.Error(err)
	}
}

// What a broken or slow endpoint costs is another attempt, and no error tells a
// secret.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	call := forward.Call{Service: "ecs", Account: "1", Region: "eu-west-1", Action: "RunTask"}
	for name, c := range map[string]struct {
		profile forward.Profile
		ctx     func() context.Context
		code    string
		forGood bool
	}{
		"nobody listens": {profile: forward.Profile{Endpoint: "http://127.0.0.1:1"}, code: targets.ServerError},
		"no time left": {profile: forward.Profile{Endpoint: "http://127.0.0.1:1"}, code: targets.Timeout, ctx: func() context.Context {
			ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
			t.Cleanup(cancel)
			return ctx
		}},
		"no profile": {profile: forward.Profile{Services: []string{"ec2"}}, code: targets.NoResource, forGood: true},
	} {
		ctx := t.Context()
		if c.ctx != nil {
			ctx = c.ctx()
		}
		_, err := at(t, c.profile).Call(ctx, call)
		var f *targets.Failure
		if !errors.As(err, &f) || f.Code != c.code || f.Permanent != c.forGood || strings.Contains(err.Error(), forwardtest.Secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A client chooses the region of an ARN, and with it no host.
func TestRegionIsOneLabel(t *testing.T) {
	t.Parallel()
	c := at(t, forward.Profile{})
	for _, region := range []string{"evil.example/", "a.b", "a@b", "", "-", "us-east-1:1", "US"} {
		_, err := c.Call(t.Context(), forward.Call{Service: "ecs", Account: "1", Region: region, Action: "RunTask"})
		var f *targets.Failure
		if !errors.As(err, &f) || f.Code != targets.ClientError || !f.Permanent {
			t.Errorf("%q: %v", region, err)
		}
	}
	for region, want := range map[string]string{
		"eu-west-1": "https://ecs.eu-west-1.amazonaws.com", "cn-north-1": "https://ecs.cn-north-1.amazonaws.com.cn", "us-gov-west-1": "https://ecs.us-gov-west-1.amazonaws.com",
	} {
		if got, err := c.Endpoint("ecs", "1", region); err != nil || got != want {
			t.Errorf("%s: %s, %v", region, got, err)
		}
	}
}
