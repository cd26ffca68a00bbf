package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// caller sends requests of the JSON protocols that are made by hand, but for
// the signature: a generator that takes little of the machine it shares with
// the server.
type caller struct {
	url    string
	key    aws.Credentials
	signer *v4.Signer
	http   *http.Client
}

func newCaller(url string, key aws.Credentials) *caller {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy, t.DisableCompression, t.MaxIdleConnsPerHost = nil, true, 64
	return &caller{url: url, key: key, signer: v4.NewSigner(), http: &http.Client{Transport: t, Timeout: time.Minute}}
}

func (c *caller) close() { c.http.CloseIdleConnections() }

// call makes a request and returns the body of its answer.
func (c *caller) call(ctx context.Context, service, target, version string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-"+version)
	req.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, c.key, req, hex.EncodeToString(sum[:]), service, region, time.Now()); err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", target, resp.Status, answer)
	}
	return answer, err
}

func (c *caller) putEvents(ctx context.Context, body []byte) error {
	answer, err := c.call(ctx, "events", "AWSEvents.PutEvents", "1.1", body)
	if err == nil && !bytes.Contains(answer, []byte(`"FailedEntryCount":0`)) {
		err = fmt.Errorf("events were refused: %s", answer)
	}
	return err
}

func (c *caller) queue(ctx context.Context, operation string, body []byte) ([]byte, error) {
	return c.call(ctx, "sqs", "AmazonSQS."+operation, "1.0", body)
}
