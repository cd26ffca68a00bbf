package conformance_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	cloudevents "github.com/cloudevents/sdk-go/v2"
)

// cloudEventDoor is a CloudEvents client of one server and a queue with all
// that reaches the default bus.
type cloudEventDoor struct {
	router
	client cloudevents.Client
	queue  string
	server string
}

func newCloudEventDoor(t *testing.T) cloudEventDoor {
	t.Helper()
	server := start(t)
	r := newRouter(server)
	url, arn := r.queue(t, "all")
	r.rule(t, "default", "all", `{"source":[{"prefix":"/shop"}]}`, types.Target{Id: aws.String("q"), Arn: &arn})
	c, err := cloudevents.NewClientHTTP(cloudevents.WithTarget(server + "/skywatch/v1/cloudevents"))
	if err != nil {
		t.Fatal(err)
	}
	return cloudEventDoor{r, c, url, server}
}

// read is the next event of the queue.
func (d cloudEventDoor) read(t *testing.T) (e struct {
	ID, Source string
	DetailType string `json:"detail-type"`
	Time       string
	Resources  []string
	Detail     json.RawMessage
},
) {
	t.Helper()
	if err := json.Unmarshal([]byte(d.next(t, d.queue)), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestCloudEvents sends with the CloudEvents SDK for Go, in binary and
// structured mode, and batches by hand.
func TestCloudEvents(t *testing.T) {
	t.Parallel()
	d := newCloudEventDoor(t)
	for _, mode := range []func(context.Context) context.Context{cloudevents.WithEncodingBinary, cloudevents.WithEncodingStructured} {
		e := cloudevents.NewEvent()
		e.SetSource("/shop/eu")
		e.SetType("order.placed")
		e.SetSubject("orders/7")
		e.SetExtension("tenant", "a b")
		if err := e.SetData(cloudevents.ApplicationJSON, map[string]any{"total": 12.5}); err != nil {
			t.Fatal(err)
		}
		if result := d.client.Send(mode(t.Context()), e); !cloudevents.IsACK(result) {
			t.Fatalf("send: %v", result)
		}
		got := d.read(t)
		var detail struct {
			Total      float64
			CloudEvent struct{ Tenant, Subject, Source, DataContentType string }
		}
		if err := json.Unmarshal(got.Detail, &detail); err != nil {
			t.Fatal(err)
		}
		if got.Source != "/shop/eu" || got.DetailType != "order.placed" || got.Resources[0] != "orders/7" ||
			detail.Total != 12.5 || detail.CloudEvent.Tenant != "a b" || detail.CloudEvent.DataContentType != "application/json" {
			t.Errorf("%s %s %v %s", got.Source, got.DetailType, got.Resources, got.Detail)
		}
	}
	const batch = `[{"specversion":"1.0","id":"b1","source":"/shop","type":"t","data":1},{"specversion":"1.0","id":"b2","source":"/shop","type":"t"}]`
	for range 2 { // the second time they are known
		status, body := bring(t, d.server+"/skywatch/v1/cloudevents/default", batch, "Content-Type", "application/cloudevents-batch+json")
		if status != http.StatusOK || strings.Count(body, "EventId") != 2 {
			t.Fatalf("%d %s", status, body)
		}
	}
	d.read(t)
	d.read(t)
	for body, want := range map[string]int{
		`{"specversion":"1.0","id":"1","source":"aws.ec2","type":"t"}`: http.StatusForbidden,
		`{"specversion":"0.3","id":"1","source":"s","type":"t"}`:       http.StatusBadRequest,
	} {
		if status, answer := bring(t, d.server+"/skywatch/v1/cloudevents", body, "Content-Type", "application/cloudevents+json"); status != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if status, answer := bring(t, d.server+"/skywatch/v1/cloudevents", "x", "Content-Type", "application/cloudevents+avro"); status != http.StatusUnsupportedMediaType {
		t.Errorf("avro: %d %s", status, answer)
	}
	if status, answer := bring(t, d.server+"/skywatch/v1/cloudevents/gone", batch, "Content-Type", "application/cloudevents-batch+json"); status != http.StatusNotFound {
		t.Errorf("bus: %d %s", status, answer)
	}
}

// TestCloudEventsHandshake asks as a sender of web hooks does.
func TestCloudEventsHandshake(t *testing.T) {
	t.Parallel()
	server := start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, server+"/skywatch/v1/cloudevents", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("WebHook-Request-Origin", "sender.example.com")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("WebHook-Allowed-Origin") != "sender.example.com" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
}

// TestForgeWebhook holds that a source's signature is all that its webhooks
// need, also where everything else needs an access key.
func TestForgeWebhook(t *testing.T) {
	t.Parallel()
	d := newCloudEventDoor(t)
	arn := "arn:aws:sqs:us-east-1:" + account + ":all"
	d.rule(t, "default", "git", `{"source":["github"],"detail-type":["workflow_run"],"detail":{"workflow_run":{"conclusion":["failure"]}}}`, types.Target{Id: aws.String("q"), Arn: &arn})
	status, body := bring(t, d.server+"/skywatch/v1/sources", `{"Name":"ci","Kind":"github"}`)
	var made struct{ URL, Secret string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusOK || made.Secret == "" {
		t.Fatalf("%d %s %v", status, body, err)
	}
	if status, body := bring(t, d.server+"/skywatch/v1/sources", `{"Name":"x","Kind":"github"}}`); status != http.StatusBadRequest {
		t.Errorf("more than the JSON: %d %s", status, body)
	}
	if _, shown := look(t, d.server+"/skywatch/v1/sources"); strings.Contains(shown, made.Secret) || !strings.Contains(shown, made.URL) {
		t.Errorf("%s", shown)
	}
	if status, body := bring(t, d.server+"/skywatch/v1/keys", `{}`); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := bring(t, d.server+"/skywatch/v1/sources", `{"Name":"x","Kind":"github"}`); status != http.StatusForbidden {
		t.Errorf("unsigned: %d %s", status, body)
	}
	const payload = `{"action":"completed","workflow_run":{"conclusion":"failure","name":"build"}}`
	for i, want := range []string{`{"Events":[{"EventId":`, `"Repeated":true`} {
		status, body := bring(t, made.URL, payload, "X-GitHub-Event", "workflow_run", "X-GitHub-Delivery", "72d3162e", "X-Hub-Signature-256", "sha256="+signature(made.Secret, payload))
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("delivery %d: %d %s", i, status, body)
		}
	}
	if status, body := bring(t, made.URL, payload, "X-GitHub-Event", "push", "X-Hub-Signature-256", "sha256="+signature("other", payload)); status != http.StatusForbidden {
		t.Errorf("badly signed: %d %s", status, body)
	}
}

func signature(secret, body string) string {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = m.Write([]byte(body))
	return hex.EncodeToString(m.Sum(nil))
}

// bring sends a body with headers and returns what is answered.
func bring(t *testing.T, url, body string, headers ...string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return do(t, req)
}

func look(t *testing.T, url string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (status int, answer string) {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}
