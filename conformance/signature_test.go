package conformance_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// makeKey makes the first access key, which ends local mode.
func makeKey(t *testing.T, server string) aws.Credentials {
	t.Helper()
	resp, err := client.Post(server+"/skywatch/v1/keys", "application/json", strings.NewReader(`{"Description":"conformance"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var key struct{ AccessKeyID, SecretAccessKey string }
	if err := json.NewDecoder(resp.Body).Decode(&key); err != nil || resp.StatusCode != http.StatusOK || key.SecretAccessKey == "" {
		t.Fatalf("key: %s, %v", resp.Status, err)
	}
	return aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey}
}

// TestEnforcedSignatures holds that with an access key only its holder is
// answered, and what everybody else is told (cloudwatch.md 2).
func TestEnforcedSignatures(t *testing.T) {
	t.Parallel()
	server := start(t)
	key := makeKey(t, server)
	denied := func(code, shape string) *refusal {
		return &refusal{code: code, shape: coral + shape, status: 403, like: "."}
	}
	eachDialect(t, server, func(t *testing.T, c *caller) {
		in := &cloudwatch.ListMetricsInput{Namespace: aws.String("App")}
		c.as(credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""))
		c.run(t, row{name: "holder", in: in, check: func(*testing.T, any) {}})
		c.run(t, row{name: "holder, with a body", in: put(datum(nil)), want: stored})
		c.as(credentials.NewStaticCredentialsProvider(key.AccessKeyID, "wrong", ""))
		c.run(t, row{name: "wrong secret", in: in, refused: denied("SignatureDoesNotMatch", "InvalidSignatureException")})
		c.as(credentials.NewStaticCredentialsProvider("AKIDNOBODY", key.SecretAccessKey, ""))
		c.run(t, row{name: "unknown key", in: in, refused: denied("InvalidClientTokenId", "UnrecognizedClientException").matching("^The security token included in the request is invalid.$")})
		c.as(aws.AnonymousCredentials{})
		c.run(t, row{name: "nobody", in: in, refused: denied("MissingAuthenticationToken", "MissingAuthenticationTokenException").matching("^Request is missing Authentication Token$")})
	})
}

// TestCredentialScope holds that a good signature is good only for the service
// that it was made for, and for what can be a region.
func TestCredentialScope(t *testing.T) {
	t.Parallel()
	server := start(t)
	key := makeKey(t, server)
	for name, c := range map[string]struct {
		service, region string
		status          int
		body            string
	}{
		"its own":         {"monitoring", "eu-west-1", 200, `{"Metrics":[]}`},
		"a new partition": {"monitoring", "eusc-de-east-1", 200, `{"Metrics":[]}`},
		"of events":       {"events", "us-east-1", 403, "Credential should be scoped to correct service: 'monitoring'."},
		"of nobody":       {"nobody", "us-east-1", 403, "Credential should be scoped to correct service: 'monitoring'."},
		"no region":       {"monitoring", "x!y", 403, "Credential should be scoped to a valid region."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const body = `{"Namespace":"Nobody"}`
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range jsonHeader("ListMetrics") {
				req.Header.Set(k, v)
			}
			hash := sha256.Sum256([]byte(body))
			if err := v4.NewSigner().SignHTTP(t.Context(), key, req, hex.EncodeToString(hash[:]), c.service, c.region, time.Now()); err != nil {
				t.Fatal(err)
			}
			wire := &recorder{}
			if _, err := wire.Do(req); err != nil {
				t.Fatal(err)
			}
			if wire.status != c.status || !strings.Contains(string(wire.body), c.body) {
				t.Errorf("%d %s", wire.status, wire.body)
			}
		})
	}
}

// TestPresignedGet holds the form that only Query has: everything in the URL.
func TestPresignedGet(t *testing.T) {
	t.Parallel()
	server := start(t)
	key := makeKey(t, server)
	presign := func(when time.Time, seconds string) string {
		query := url.Values{"Action": {"ListMetrics"}, "Version": {"2010-08-01"}, "Namespace": {"App"}, "X-Amz-Expires": {seconds}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/?"+query.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		empty := sha256.Sum256(nil)
		signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), key, req, hex.EncodeToString(empty[:]), "monitoring", "us-east-1", when)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(signed, server)
	}
	wrong := &refusal{code: "SignatureDoesNotMatch", status: 403, like: "."}
	now := time.Now()
	for _, h := range []byHand{
		{name: "valid", path: presign(now, "600"), answer: "<ListMetricsResult>"},
		{name: "issued a while ago", path: presign(now.Add(-time.Hour), "7200"), answer: "<ListMetricsResult>"},
		{name: "expired", path: presign(now.Add(-2*time.Minute), "60"), refused: wrong},
		{name: "for too long", path: presign(now, "604801"), refused: &refusal{code: "IncompleteSignature", status: 400, like: "."}},
		{name: "another namespace", path: strings.Replace(presign(now, "600"), "Namespace=App", "Namespace=Other", 1), refused: wrong},
	} {
		h.dialect, h.method = "query", http.MethodGet
		h.run(t, server)
	}
}
