package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/conformance/steady"
	"skywatch/server"
)

// emptyBody is the SHA-256 of nothing.
const emptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// openTail begins a live tail; a key signs it for a region.
func openTail(t *testing.T, s *server.Server, query url.Values, key *aws.Credentials, region string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/skywatch/v1/events/tail?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != nil {
		signFor(t, req, *key, region)
	}
	resp, err := steady.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = resp.Body.Close()
	})
	return resp
}

// signFor signs a request without a body.
func signFor(t *testing.T, r *http.Request, key aws.Credentials, region string) {
	t.Helper()
	if err := v4.NewSigner().SignHTTP(r.Context(), key, r, emptyBody, "skywatch", region, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// makeKey makes an access key, with the key given where there is one already.
func makeKey(t *testing.T, s *server.Server, with *aws.Credentials) aws.Credentials {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/skywatch/v1/keys", nil)
	if err != nil {
		t.Fatal(err)
	}
	if with != nil {
		signFor(t, req, *with, "us-east-1")
	}
	resp, err := steady.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var made struct {
		ID     string `json:"AccessKeyId"`
		Secret string `json:"SecretAccessKey"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil || made.Secret == "" {
		t.Fatalf("%s %+v %v", resp.Status, made, err)
	}
	return aws.Credentials{AccessKeyID: made.ID, SecretAccessKey: made.Secret}
}

// told reads the next event of a stream.
func told(t *testing.T, r *bufio.Reader) (kind, data string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "event: "); ok {
			kind = rest
		} else if rest, ok := strings.CutPrefix(line, "data: "); ok {
			data = rest
		} else if line == "" && kind != "" {
			return kind, data
		}
	}
}

func eventsIn(s *server.Server, region string, key aws.Credentials) *eventbridge.Client {
	return eventbridge.New(eventbridge.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), HTTPClient: steady.Client(), Retryer: aws.NopRetryer{},
		Credentials: credentials.StaticCredentialsProvider{Value: key},
	})
}

func publish(t *testing.T, c *eventbridge.Client, source string) {
	t.Helper()
	out, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: &source, DetailType: aws.String("order"), Detail: aws.String(`{"n": 1.50, "text": "<b>"}`)},
	}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("%+v %v", out, err)
	}
}

// A tail shows the events of its own account and region, whole, until the
// server stops.
func TestTail(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	anyKey := aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	here, there := eventsIn(s, "us-east-1", anyKey), eventsIn(s, "eu-west-1", anyKey)
	if _, err := here.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["shop"]}`)}); err != nil {
		t.Fatal(err)
	}
	resp := openTail(t, s, nil, nil, "")
	r := bufio.NewReader(resp.Body)
	if kind, data := told(t, r); resp.StatusCode != http.StatusOK || kind != "open" || data != `{"Bus":"default"}` {
		t.Fatalf("%s %s %s", resp.Status, kind, data)
	}
	publish(t, there, "elsewhere")
	publish(t, here, "shop")
	publish(t, here, "app")
	for _, want := range []struct{ source, rules string }{{"shop", `["r"]`}, {"app", `[]`}} {
		kind, data := told(t, r)
		var got struct {
			Event   struct{ Source string }
			Rules   json.RawMessage
			Arrived time.Time
		}
		if err := json.Unmarshal([]byte(data), &got); err != nil {
			t.Fatal(err)
		}
		if kind != "event" || got.Event.Source != want.source || string(got.Rules) != want.rules || time.Since(got.Arrived).Abs() > time.Minute {
			t.Errorf("%s %s", kind, data)
		}
		if !strings.Contains(data, `"detail":{"n":1.50,"text":"<b>"}}`) {
			t.Errorf("the envelope is not as targets get it: %s", data)
		}
	}
	stopped := make(chan error)
	go func() { stopped <- s.Stop() }()
	if kind, data := told(t, r); kind != "end" || data != `{"Reason":"The server stops."}` {
		t.Errorf("%s %s", kind, data)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestTailRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	for query, want := range map[string]struct {
		status int
		text   string
	}{
		"bus=nowhere": {http.StatusNotFound, "Event bus nowhere does not exist."},
		"rule=nobody": {http.StatusNotFound, "Rule nobody does not exist on EventBus default."},
		"pattern=%7B": {http.StatusBadRequest, "Event pattern is not valid."},
		"busses=a":    {http.StatusBadRequest, "There is no parameter busses"},
		"bus=arn:x":   {http.StatusBadRequest, "Parameter EventBusName is not valid."},
		"bus=arn:aws:events:us-east-1:999999999999:event-bus/default": {http.StatusNotFound, "Event bus default does not exist."},
		"pattern=" + strings.Repeat("+", 5000):                        {http.StatusBadRequest, "pattern must not be longer than 4096 characters."},
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		resp := openTail(t, s, q, nil, "")
		var got struct{ Error string }
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || resp.StatusCode != want.status || !strings.HasPrefix(got.Error, want.text) {
			t.Errorf("%s: %s %q %v", query[:min(len(query), 40)], resp.Status, got.Error, err)
		}
	}
}

// From the first key on a tail must be signed, and shows the key's account in
// the region that it is signed for.
func TestTailIsSigned(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	good := makeKey(t, s, nil)
	bad := good
	bad.SecretAccessKey = "wrong"
	for _, k := range []*aws.Credentials{nil, &bad} {
		if resp := openTail(t, s, nil, k, "us-east-1"); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s", k, resp.Status)
		}
	}
	tailed := openTail(t, s, nil, &good, "eu-west-1")
	r := bufio.NewReader(tailed.Body)
	if kind, _ := told(t, r); kind != "open" {
		t.Fatal(kind)
	}
	publish(t, eventsIn(s, "us-east-1", good), "elsewhere")
	publish(t, eventsIn(s, "eu-west-1", good), "here")
	if _, data := told(t, r); !strings.Contains(data, `"source":"here"`) || !strings.Contains(data, `"region":"eu-west-1"`) {
		t.Errorf("%s", data)
	}
	// Without its key it ends; the last key gone, the next one needs none.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, s.URL()+"/skywatch/v1/keys/"+good.AccessKeyID, nil)
	if err != nil {
		t.Fatal(err)
	}
	other := makeKey(t, s, &good)
	signFor(t, req, good, "eu-west-1")
	if resp, err := steady.Client().Do(req); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	publish(t, eventsIn(s, "eu-west-1", other), "late")
	if kind, data := told(t, r); kind != "end" || data != `{"Reason":"The access key is not valid any more."}` {
		t.Errorf("%s %s", kind, data)
	}
}

// An unsigned tail of local mode ends once there is a key.
func TestTailEndsWithLocalMode(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	r := bufio.NewReader(openTail(t, s, nil, nil, "").Body)
	if kind, _ := told(t, r); kind != "open" {
		t.Fatal(kind)
	}
	publish(t, eventsIn(s, "us-east-1", makeKey(t, s, nil)), "shop")
	if kind, data := told(t, r); kind != "end" {
		t.Errorf("%s %s", kind, data)
	}
}

// A client that does not read does not hold up the stop of the server.
func TestTailDoesNotHoldUpTheStop(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), func(c *server.Config) { c.ShutdownGrace = time.Minute })
	openTail(t, s, nil, nil, "")
	c := eventsIn(s, "us-east-1", aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"})
	large := `{"a":"` + strings.Repeat("x", 1<<20-100) + `"}`
	for range 16 { // more than sockets hold
		out, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
			{Source: aws.String("a"), DetailType: aws.String("b"), Detail: &large},
		}})
		if err != nil || out.FailedEntryCount != 0 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	began := time.Now()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the stop took %s", took)
	}
}
