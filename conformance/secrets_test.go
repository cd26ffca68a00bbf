package conformance_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/server"
)

// secretCanary is in every secret of TestSecretsStayInside and nowhere else.
const secretCanary = "canary-1d9e"

// output keeps what a server writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// TestSecretsStayInside gives a server connections with a canary in each place
// of a secret, has calls under them succeed and fail, and looks for the canary
// in all that the server shows, logs and keeps.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	dir, logs, shown := filepath.Join(t.TempDir(), "data"), &output{}, &output{}
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir, cfg.APICallEvents = "127.0.0.1:0", dir, true
	s, err := server.New(cfg, slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(errors.Join(err, s.Stop()))
	}
	callUnderSecrets(t, newRouter(s.URL()), shown)
	for _, path := range []string{"/skywatch/v1/deliveries", "/metrics"} {
		resp, err := client.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(shown, resp.Body); err != nil {
			t.Error(err)
		}
		_ = resp.Body.Close()
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(shown.String(), "hook-0") || !strings.Contains(logs.String(), "given up") {
		t.Error("too little is shown or logged for a search")
	}
	withoutCanary(t, "what is shown", shown.String())
	withoutCanary(t, "the log", logs.String())
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		withoutCanary(t, path, string(b))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func withoutCanary(t *testing.T, where, text string) {
	t.Helper()
	for _, spelled := range []string{secretCanary, base64.StdEncoding.EncodeToString([]byte("u:" + secretCanary))[:16]} {
		if i := strings.Index(text, spelled); i >= 0 {
			t.Errorf("%s holds a secret: %q", where, text[max(0, i-80):min(len(text), i+60)])
		}
	}
}

// callUnderSecrets makes connections of all types, to a service that repeats
// what it is sent, and writes down all that is answered.
func callUnderSecrets(t *testing.T, r router, shown *output) {
	t.Helper()
	url, calls, _ := receiver(t, func(w http.ResponseWriter, c called) {
		if c.uri == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"`+secretCanary+`"}`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"%s %v %s"}`, c.body, c.header, c.uri)
	})
	show := func(v any, err error) {
		t.Helper()
		b, e := json.Marshal(v)
		_, _ = fmt.Fprintf(shown, "%s %v %v\n", b, err, e)
	}
	_, dead := r.queue(t, "dead")
	audit, auditARN := r.queue(t, "audit")
	r.rule(t, "default", "audit", `{"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventName":[{"suffix":"Connection"}]}}`, types.Target{Id: aws.String("q"), Arn: &auditARN})
	secret := func(key string) *types.ConnectionHttpParameters {
		return &types.ConnectionHttpParameters{
			HeaderParameters:      []types.ConnectionHeaderParameter{{Key: &key, Value: aws.String(secretCanary), IsValueSecret: true}},
			QueryStringParameters: []types.ConnectionQueryStringParameter{{Key: &key, Value: aws.String(secretCanary), IsValueSecret: true}},
			BodyParameters:        []types.ConnectionBodyParameter{{Key: &key, Value: aws.String(secretCanary), IsValueSecret: true}},
		}
	}
	client := &types.CreateConnectionOAuthClientRequestParameters{ClientID: aws.String("i"), ClientSecret: aws.String(secretCanary)}
	auths := []*types.CreateConnectionAuthRequestParameters{
		{BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: aws.String("u"), Password: aws.String(secretCanary)}},
		{ApiKeyAuthParameters: &types.CreateConnectionApiKeyAuthRequestParameters{ApiKeyName: aws.String("X-Key"), ApiKeyValue: aws.String(secretCanary)}},
		{OAuthParameters: &types.CreateConnectionOAuthRequestParameters{ClientParameters: client, AuthorizationEndpoint: aws.String(url + "/token"), HttpMethod: types.ConnectionOAuthHttpMethodPost}},
		{OAuthParameters: &types.CreateConnectionOAuthRequestParameters{ClientParameters: client, AuthorizationEndpoint: aws.String(url + "/refuses"), HttpMethod: types.ConnectionOAuthHttpMethodGet, OAuthHttpParameters: secret("o")}},
	}
	kinds := []types.ConnectionAuthorizationType{types.ConnectionAuthorizationTypeBasic, types.ConnectionAuthorizationTypeApiKey, types.ConnectionAuthorizationTypeOauthClientCredentials, types.ConnectionAuthorizationTypeOauthClientCredentials}
	var all []types.Target
	for i, auth := range auths {
		name := fmt.Sprintf("hook-%d", i)
		auth.InvocationHttpParameters = secret("s")
		arn := r.connect(t, name, url+"/hook", kinds[i], auth)
		all = append(all, types.Target{Id: &name, Arn: &arn, DeadLetterConfig: &types.DeadLetterConfig{Arn: &dead}, RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)}})
		show(r.DescribeConnection(t.Context(), &eventbridge.DescribeConnectionInput{Name: &name}))
		show(r.DescribeApiDestination(t.Context(), &eventbridge.DescribeApiDestinationInput{Name: &name}))
		show(r.UpdateConnection(t.Context(), &eventbridge.UpdateConnectionInput{Name: &name, AuthParameters: &types.UpdateConnectionAuthRequestParameters{
			BasicAuthParameters:      &types.UpdateConnectionBasicAuthRequestParameters{Password: aws.String(secretCanary + "\x01")},
			InvocationHttpParameters: secret("s\x01"),
		}}))
	}
	r.rule(t, "default", "all", `{"source":["shop"]}`, all...)
	r.order(t, `{}`)
	for hooks := 0; hooks < 3; {
		if c := nextCall(t, calls); strings.HasPrefix(c.uri, "/hook") {
			if !strings.Contains(c.uri+c.body, secretCanary) {
				t.Errorf("called without secrets: %+v", c)
			}
			hooks++
		}
	}
	queue, letters := "http://host/"+account+"/dead", 0
	eventually(t, 30*time.Second, "no dead letters", func() bool {
		out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}})
		show(out, err)
		if err == nil {
			letters += len(out.Messages)
		}
		return letters == len(auths)
	})
	for range 2 * len(auths) { // created and updated
		show(r.next(t, audit), nil)
	}
	show(r.ListConnections(t.Context(), &eventbridge.ListConnectionsInput{}))
	show(r.ListApiDestinations(t.Context(), &eventbridge.ListApiDestinationsInput{}))
	show(r.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("all")}))
}
