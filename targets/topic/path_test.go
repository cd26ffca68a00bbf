package topic_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
)

// The whole way: subscribe, confirm, publish by a delivery to the topic, as an
// alarm does, and read at an http endpoint and in two queues.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("alerts")
	url, calls := r.receiver(nil)
	sub, err := r.topics.Subscribe(t.Context(), n, "http", url, nil, base)
	r.must(err)
	ask := <-calls
	r.ended("")
	wantHeader := map[string]string{
		"X-Amz-Sns-Message-Type": "SubscriptionConfirmation", "X-Amz-Sns-Topic-Arn": n.ARN(), "X-Amz-Sns-Subscription-Arn": "",
		"Content-Type": "text/plain; charset=UTF-8", "User-Agent": "Amazon Simple Notification Service Agent",
	}
	checkHeader(t, ask, wantHeader)
	checkBody(t, ask.body, `{
  "Type" : "SubscriptionConfirmation",
  "MessageId" : "`+ask.header.Get("X-Amz-Sns-Message-Id")+`",
  "Token" : "`+sub.Token+`",
  "TopicArn" : "arn:aws:sns:us-east-1:123456789012:alerts",
  "Message" : "You have chosen to subscribe to the topic arn:aws:sns:us-east-1:123456789012:alerts.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
  "SubscribeURL" : "http://127.0.0.1:4582/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:alerts&Token=`+sub.Token+`",
  "Timestamp" : "2026-11-22T12:00:00.123Z",
  "SignatureVersion" : "1",
  "Signature" : "SIGNATURE",
  "SigningCertURL" : "http://127.0.0.1:4582CERT"
}`)
	for _, q := range []string{"enveloped", "raw"} {
		qn := queue.Name{Tenant: tenant, Queue: q}
		r.must(r.queues.Create(t.Context(), qn, nil, nil))
		_, err := r.topics.Subscribe(t.Context(), n, "sqs", qn.ARN(), map[string]string{"RawMessageDelivery": fmt.Sprint(q == "raw")}, base)
		r.must(err)
	}
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)

	d := targets.Delivery{
		ID: "alarm-1", Tenant: tenant, Cause: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu", Target: n.ARN(), Kind: "test",
		Subject: `ALARM: "cpu" <&> US`, Message: "{\"a\":\"ü </b>\"}\n",
		Attributes: map[string]targets.Attribute{"s": {Type: "String", String: "v"}, "b": {Type: "Binary", Binary: []byte{1, 2}}},
	}
	r.must(r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.outbox.Enqueue(tx, d) }))
	got := <-calls
	messageID := got.header.Get("X-Amz-Sns-Message-Id")
	wantHeader["X-Amz-Sns-Message-Type"], wantHeader["X-Amz-Sns-Subscription-Arn"] = "Notification", sub.ARN()
	checkHeader(t, got, wantHeader)
	wantBody := func(sub string) string {
		return `{
  "Type" : "Notification",
  "MessageId" : "` + messageID + `",
  "TopicArn" : "arn:aws:sns:us-east-1:123456789012:alerts",
  "Subject" : "ALARM: \"cpu\" <&> US",
  "Message" : "{\"a\":\"ü </b>\"}\n",
  "Timestamp" : "2026-11-22T12:00:00.123Z",
  "SignatureVersion" : "1",
  "Signature" : "SIGNATURE",
  "SigningCertURL" : "http://127.0.0.1:4582CERT",
  "UnsubscribeURL" : "http://127.0.0.1:4582/?Action=Unsubscribe&SubscriptionArn=` + sub + `",
  "MessageAttributes" : {
    "b" : {"Type":"Binary","Value":"AQI="},
    "s" : {"Type":"String","Value":"v"}
  }
}`
	}
	checkBody(t, got.body, wantBody(sub.ARN()))
	r.ended("")
	r.ended("")
	inQueue := r.receive("enveloped")
	if len(inQueue) != 1 || len(inQueue[0].Attributes) != 0 {
		t.Fatalf("the queue has %+v", inQueue)
	}
	subs, _, err := r.topics.SubscriptionsOf(n, nil)
	r.must(err)
	for _, s := range subs {
		if strings.HasSuffix(s.Endpoint, ":enveloped") {
			checkBody(t, inQueue[0].Body, wantBody(s.ARN()))
		}
	}
	raw := r.receive("raw")
	if len(raw) != 1 || raw[0].Body != d.Message || len(raw[0].Attributes) != 2 || string(raw[0].Attributes["b"].Binary) != "\x01\x02" {
		t.Errorf("the raw queue has %+v", raw)
	}
}

func checkHeader(t *testing.T, c call, want map[string]string) {
	t.Helper()
	for name, v := range want {
		if c.header.Get(name) != v {
			t.Errorf("header %s is %q, want %q", name, c.header.Get(name), v)
		}
	}
}

// checkBody compares an envelope, and checks its signature as SNS's clients
// do: with the certificate from SigningCertURL over the canonical text.
func checkBody(t *testing.T, body, want string) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatalf("body is not JSON: %v\n%s", err, body)
	}
	text := func(name string) string { s, _ := m[name].(string); return s }
	path := strings.TrimPrefix(text("SigningCertURL"), base)
	got := strings.NewReplacer(text("Signature"), "SIGNATURE", path, "CERT").Replace(body)
	if got != want {
		t.Errorf("body\n%s\nwant\n%s", got, want)
	}
	verify(t, text, path)
}

func verify(t *testing.T, text func(string) string, path string) {
	t.Helper()
	if path != signer.Path() {
		t.Fatalf("the certificate is at %s, not at %s", signer.Path(), path)
	}
	w := httptest.NewRecorder()
	signer.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	block, _ := pem.Decode(w.Body.Bytes())
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	if text("Type") == "Notification" {
		names = []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	}
	var b strings.Builder
	for _, name := range names {
		if v := text(name); v != "" {
			b.WriteString(name + "\n" + v + "\n")
		}
	}
	sig, err := base64.StdEncoding.DecodeString(text("Signature"))
	if err != nil {
		t.Fatal(err)
	}
	key := cert.PublicKey.(*rsa.PublicKey)
	if text("SignatureVersion") == "2" {
		sum := sha256.Sum256([]byte(b.String()))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig)
	} else {
		sum := sha1.Sum([]byte(b.String()))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], sig)
	}
	if err != nil {
		t.Errorf("the signature is wrong: %v", err)
	}
}

func TestSignatureVersion2(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	r.must(r.topics.SetAttribute(t.Context(), n, "SignatureVersion", "2"))
	url, calls := r.receiver(nil)
	r.subscribe(n, url, nil, calls)
	r.publish(n, topic.Message{Body: "no subject"})
	body := (<-calls).body
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	if _, ok := m["Subject"]; ok || m["SignatureVersion"] != "2" {
		t.Errorf("body %s", body)
	}
	verify(t, func(name string) string { s, _ := m[name].(string); return s }, strings.TrimPrefix(m["SigningCertURL"].(string), base))
}

func TestRawToHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	own := `{"requestPolicy":{"headerContentType":"application/json"}}`
	r.subscribe(n, url, map[string]string{"RawMessageDelivery": "true", "DeliveryPolicy": own}, calls)
	r.publish(n, topic.Message{Subject: "s", Body: `{"x":1}`})
	got := <-calls
	if got.body != `{"x":1}` {
		t.Errorf("body %q", got.body)
	}
	checkHeader(t, got, map[string]string{"X-Amz-Sns-Rawdelivery": "true", "Content-Type": "application/json"})
}

func TestStructuredMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	raw := map[string]string{"RawMessageDelivery": "true"}
	r.subscribe(n, url, raw, calls)
	q := queue.Name{Tenant: tenant, Queue: "q"}
	r.must(r.queues.Create(t.Context(), q, nil, nil))
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", q.ARN(), raw, base)
	r.must(err)
	r.publish(n, topic.Message{Body: `{"default":"all","http":"web"}`, Structured: true})
	if got := (<-calls).body; got != "web" {
		t.Errorf("http got %q", got)
	}
	if got := r.receive("q"); len(got) != 1 || got[0].Body != "all" {
		t.Errorf("sqs got %+v", got)
	}
}

// Nothing goes out before the confirmation, and nothing after the end.
func TestOnlyWhileSubscribed(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	sub, err := r.topics.Subscribe(t.Context(), n, "http", url, nil, base)
	r.must(err)
	<-calls
	r.ended("")
	r.publish(n, topic.Message{Body: "too early"})
	again, err := r.topics.Subscribe(t.Context(), n, "http", url, nil, base)
	r.must(err)
	if again.ARN() != sub.ARN() || again.Token == sub.Token {
		t.Error("asking again must send a new token for the same subscription")
	}
	if got := <-calls; !strings.Contains(got.body, again.Token) {
		t.Errorf("got %s, want the new token", got.body)
	}
	r.ended("")
	if _, err := r.topics.Confirm(t.Context(), n, sub.Token, false, false); told(err) != "Invalid parameter: Token" {
		t.Errorf("the old token: %v", err)
	}
	for range 2 { // a link may be followed twice
		id, err := r.topics.Confirm(t.Context(), n, again.Token, false, false)
		if err != nil || id.ARN() != sub.ARN() {
			t.Fatalf("confirmed %v, %v", id, err)
		}
	}
	r.publish(n, topic.Message{Body: "in time"})
	if got := <-calls; !strings.Contains(got.body, "in time") {
		t.Errorf("got %s", got.body)
	}
	r.ended("")
	r.must(r.topics.Unsubscribe(t.Context(), sub.ID, false))
	r.publish(n, topic.Message{Body: "too late"})
	bye := <-calls
	checkHeader(t, bye, map[string]string{"X-Amz-Sns-Message-Type": "UnsubscribeConfirmation"})
	r.ended("")
	var m struct{ Token string }
	r.must(json.Unmarshal([]byte(bye.body), &m))
	_, err = r.topics.Confirm(t.Context(), n, m.Token, false, false)
	r.must(err)
	r.publish(n, topic.Message{Body: "restored"})
	if got := <-calls; !strings.Contains(got.body, "restored") {
		t.Errorf("got %s", got.body)
	}
	r.ended("")
}

func TestTokensLiveTwoDays(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	sub, err := r.topics.Subscribe(t.Context(), n, "http", url, nil, base)
	r.must(err)
	<-calls
	r.ended("")
	r.clock.jump(48*time.Hour - time.Millisecond)
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)
	r.clock.jump(time.Millisecond)
	if _, err := r.topics.Confirm(t.Context(), n, sub.Token, false, false); told(err) != "Invalid parameter: Token" {
		t.Errorf("after two days: %v", err)
	}
}

// A receiver that fails is tried again by the topic's delivery policy: three
// times, 20 s apart, with the same message id.
func TestRetries(t *testing.T) {
	t.Parallel()
	hangUp := func(w http.ResponseWriter) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = c.Close()
		}
	}
	halfway := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("half"))
		panic(http.ErrAbortHandler)
	}
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code) }
	}
	for _, c := range []struct {
		name     string
		fail     func(http.ResponseWriter)
		failures int
		policy   string
		delays   []int // seconds before each retry that is made
		want     string
	}{
		{"500 three times", status(500), 3, "", []int{20, 20, 20}, ""},
		{"500 for ever", status(500), 99, "", []int{20, 20, 20}, "SDK_SERVER_ERROR: the endpoint answered 500 (gave up after 4 attempts: MaximumRetryAttempts)"},
		{"429", status(429), 1, "", []int{20}, ""},
		{"hangs up", hangUp, 1, "", []int{20}, ""},
		{"closes midway", halfway, 1, "", []int{20}, ""},
		{"404 is final", status(404), 99, "", nil, "SDK_CLIENT_ERROR: the endpoint answered 404"},
		{
			"own policy", status(503), 99, `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":9,"numRetries":6,` +
				`"numNoDelayRetries":0,"numMinDelayRetries":1,"numMaxDelayRetries":2,"backoffFunction":"linear"}}}`,
			[]int{1, 1, 5, 9, 9, 9},
			"SDK_SERVER_ERROR: the endpoint answered 503 (gave up after 7 attempts: MaximumRetryAttempts)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, vfs.NewMem())
			n := r.topic("t")
			r.must(r.topics.SetAttribute(t.Context(), n, "DeliveryPolicy", c.policy))
			url, calls := r.receiver(func(at int, w http.ResponseWriter) {
				if at > 1 && at <= c.failures+1 { // the first is the confirmation
					c.fail(w)
				}
			})
			r.subscribe(n, url, nil, calls)
			id := r.publish(n, topic.Message{Body: "m"})
			first := <-calls
			for _, s := range c.delays {
				r.clock.advance(time.Duration(s) * time.Second)
				again := <-calls
				if again.body != first.body || again.header.Get("X-Amz-Sns-Message-Id") != id {
					t.Errorf("the retry differs: %v\n%s", again.header, again.body)
				}
			}
			if o := r.ended(c.want); o.Delivery.Attempts != len(c.delays)+1 {
				t.Errorf("ended after %d attempts", o.Delivery.Attempts)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	r.must(err)
	refuses := "http://" + l.Addr().String()
	r.must(l.Close())
	for endpoint, want := range map[string]string{
		refuses:                             "SDK_SERVER_ERROR: ",
		"http://10.0.0.1/":                  "NO_PERMISSIONS: ",
		"http://169.254.169.254/latest":     "NO_PERMISSIONS: ",
		"http://[::ffff:10.0.0.1]/":         "NO_PERMISSIONS: ",
		"http://user:secret@192.168.0.1:80": "NO_PERMISSIONS: ",
	} {
		_, err := r.topics.Subscribe(t.Context(), n, "http", endpoint, nil, base)
		r.must(err)
		if want == "SDK_SERVER_ERROR: " {
			for range 3 {
				r.clock.advance(20 * time.Second)
			}
		}
		if o := <-r.outcomes; !strings.HasPrefix(o.Err, want) {
			t.Errorf("%s ended with %q", endpoint, o.Err)
		}
	}
}

// Deliveries to what is not there end where they can be seen.
func TestNoResource(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	q := queue.Name{Tenant: tenant, Queue: "gone"}
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", q.ARN(), nil, base)
	r.must(err)
	r.publish(n, topic.Message{Body: "m"})
	r.ended("NO_RESOURCE: The specified queue does not exist.")
	d := targets.Delivery{ID: "x", Tenant: tenant, Target: name("gone").ARN(), Kind: "test", Message: "m"}
	r.must(r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.outbox.Enqueue(tx, d) }))
	r.ended("NO_RESOURCE: Topic does not exist")
}

// A message waiting for its retry is not sent after the subscription ended.
func TestUnsubscribedWhileWaiting(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(func(at int, w http.ResponseWriter) {
		if at == 2 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	sub := r.subscribe(n, url, nil, calls)
	r.publish(n, topic.Message{Body: "m"})
	<-calls
	r.must(r.topics.Delete(t.Context(), n))
	r.clock.advance(20 * time.Second)
	if o := r.ended("NO_RESOURCE: Subscription does not exist"); o.Delivery.Target != sub.ARN() {
		t.Errorf("to %s", o.Delivery.Target)
	}
}

// What was published and acknowledged arrives after a crash: in the queue
// exactly once, at the endpoint at least once.
func TestCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs)
	n := r.topic("t")
	q := queue.Name{Tenant: tenant, Queue: "q"}
	r.must(r.queues.Create(t.Context(), q, nil, nil))
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", q.ARN(), nil, base)
	r.must(err)
	var well atomic.Bool
	url, calls := r.receiver(func(at int, w http.ResponseWriter) {
		if at%2 == 0 && !well.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	r.subscribe(n, url, nil, calls)
	ids := map[string]bool{}
	for range 9 {
		ids[r.publish(n, topic.Message{Body: "m"})] = true
	}
	disk := fs.CrashClone(vfs.CrashCloneCfg{})
	r.stop()
	taken := map[string]bool{}
	for len(r.outcomes) > 0 { // what the first engine got done, before the crash or after
		taken[(<-r.outcomes).Delivery.ID] = true
	}
	for len(calls) > 0 {
		<-calls
	}
	well.Store(true)
	after := newRig(t, disk)
	after.clock.jump(time.Minute)
	got := after.receive("q")
	if len(got) != 9 {
		t.Errorf("the queue has %d messages", len(got))
	}
	for _, m := range got {
		var e struct{ MessageId string }
		after.must(json.Unmarshal([]byte(m.Body), &e))
		if !ids[e.MessageId] {
			t.Errorf("%s came twice or from nowhere", e.MessageId)
		}
		delete(ids, e.MessageId)
	}
	for len(taken) < 9 {
		o := <-after.outcomes
		if o.Err != "" {
			t.Errorf("%s ended with %q", o.Delivery.ID, o.Err)
		}
		taken[o.Delivery.ID] = true
	}
}
