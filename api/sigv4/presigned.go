package sigv4

import (
	"strconv"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// The query parameters of a presigned request.
const (
	queryAlgorithm     = "X-Amz-Algorithm"
	queryCredential    = "X-Amz-Credential"
	queryDate          = "X-Amz-Date"
	queryExpires       = "X-Amz-Expires"
	querySignedHeaders = "X-Amz-SignedHeaders"
	querySignature     = "X-Amz-Signature"
	queryToken         = "X-Amz-Security-Token"
	queryPayload       = "X-Amz-Content-Sha256"
)

// maxExpires is the longest life of a presigned request (cloudwatch.md
// section 2: 1..604800 s).
const maxExpires = 7 * 24 * time.Hour

// queryClaim reads the claim of a presigned request.
func queryClaim(r *Request, q query) (*claim, error) {
	if err := once(r.Header, headerPayload); err != nil {
		return nil, err
	}
	p, err := presignedParams(q)
	if err != nil {
		return nil, err
	}
	if p[queryAlgorithm] != algorithm {
		return nil, errAlgorithm(p[queryAlgorithm])
	}
	c := &claim{presigned: true, token: p[queryToken], payload: r.Header.Get(headerPayload)}
	if c.payload == "" {
		c.payload = p[queryPayload]
	}
	if c.expires, err = parseExpires(p[queryExpires]); err != nil {
		return nil, err
	}
	return c, c.read(authorization{
		credential:    p[queryCredential],
		signedHeaders: p[querySignedHeaders],
		signature:     p[querySignature],
	}, p[queryDate])
}

// presignedParams returns SigV4's own parameters and refuses a query that
// lacks one or says one twice. Expires is optional (inferred: clients of
// services other than S3 leave it out); so are token and payload.
func presignedParams(q query) (map[string]string, error) {
	p := make(map[string]string, 8)
	for _, name := range []string{
		queryAlgorithm, queryCredential, queryDate, queryExpires,
		querySignedHeaders, querySignature, queryToken, queryPayload,
	} {
		value, _, err := q.lookup(name)
		if err != nil {
			return nil, err
		}
		p[name] = value
	}
	var missing []string
	for _, name := range []string{queryAlgorithm, queryCredential, querySignature, querySignedHeaders, queryDate} {
		if p[name] == "" {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return nil, errQueryMust(missing)
	}
	return p, nil
}

// errQueryMust names the parameters that are missing, in AWS's words.
func errQueryMust(names []string) error {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("AWS query-string parameters must include '" + n + "'. ")
	}
	return fault.New(fault.IncompleteAuth, "%sRe-examine the query-string parameters.", b.String())
}

func parseExpires(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 10, 32)
	d := time.Duration(n) * time.Second
	if err != nil || n == 0 || d > maxExpires {
		return 0, fault.New(fault.IncompleteAuth,
			"%s must be a whole number of seconds from 1 to %d, got '%s'", queryExpires, int(maxExpires.Seconds()), clip(s))
	}
	return d, nil
}
