package differential

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/smithy-go"

	"skywatch/conformance/oracle"
	"skywatch/conformance/steady"
)

// transport keeps the body of the last answer that was a refusal. One request
// is under way at a time.
type transport struct {
	steady.Transport
	refusal []byte
}

// RoundTrip implements http.RoundTripper.
func (r *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.Transport.RoundTrip(req)
	if err != nil || resp.StatusCode == http.StatusOK {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	r.refusal, resp.Body = body, io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// queryCode is the code of a refusal of the Query protocol. The client itself
// only tells the name of the exception that it was turned into.
func (r *transport) queryCode() (string, error) {
	var e struct {
		Error struct{ Code string }
	}
	if err := xml.Unmarshal(r.refusal, &e); err != nil {
		return "", fmt.Errorf("refusal %q: %w", r.refusal, err)
	}
	return e.Error.Code, nil
}

// refusal compares the outcomes, and says whether there is an answer to
// compare.
func (d *duel) refusal(want oracle.Errors, err error) (wrong []string, answered bool) {
	if err == nil && len(want) == 0 {
		return nil, true
	}
	if err == nil {
		return []string{fmt.Sprintf("accepted, want %s", want)}, false
	}
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return []string{fmt.Sprintf("no answer: %v", err)}, false
	}
	code := refused.ErrorCode()
	if d.house.plan.dialect == "query" {
		if code, err = d.house.transport.queryCode(); err != nil {
			return []string{err.Error()}, false
		}
	}
	if !want.Allow(code, refused.ErrorMessage()) {
		return []string{fmt.Sprintf("refused with %s: %s\n  want %s", code, refused.ErrorMessage(), want)}, false
	}
	d.tally.refused++
	return nil, false
}
