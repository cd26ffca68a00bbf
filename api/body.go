package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"

	"skywatch/api/wire"
	"skywatch/internal/fault"
)

// The bounds of a body (cloudwatch.md 1.8 and 3.2, reliability.md section 4).
const (
	maxBody = 1 << 20 // as sent
	// maxMessageBody holds a queue's message, a bus's event or a log's events of
	// 1 MiB, or a batch of as much, in the escapes of a form or of JSON (inferred).
	maxMessageBody = 4 << 20
	// maxStreamBody holds the 10 MiB of a PutRecords in base64, with keys.
	maxStreamBody = 16 << 20
	// maxPackageBody holds a package of a function, in base64 (the API's words for
	// CreateFunction); maxPayloadBody what a function is invoked with.
	maxPackageBody = 69_905_067
	maxPayloadBody = 6<<20 + 100
	maxPlain       = 10 << 20 // decompressed (inferred)
	maxRatio       = 100      // decompressed to sent, beyond maxBody (inferred)
	firstRead      = 64 << 10 // memory for what a request only claims to send (ours)
)

// readBody reads the body as sent, which is what the signature covers, and
// leaves it decompressed in q.
func readBody(q *request) (sent []byte, err error) {
	r := q.http
	limit := bodyLimit(r)
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		// More memory is taken only as the body arrives: a client that claims
		// much and sends nothing costs little.
		b.Grow(int(min(r.ContentLength, firstRead)) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(r.Body, limit+1)); err != nil {
		return nil, fault.New(fault.Malformed, "The body of the request could not be read.")
	}
	sent, q.read = b.Bytes(), b.Len()
	if int64(len(sent)) > limit {
		return nil, tooLarge(limit)
	}
	q.body, err = decompress(r, sent)
	return sent, err
}

// bodyLimit is told from the headers: the service of a Query request is known
// for sure only once its body is read.
func bodyLimit(r *http.Request) int64 {
	if limit, ok := functionBody(r); ok {
		return limit
	}
	s := guess(r).service
	if s == streaming {
		return maxStreamBody
	}
	if s == queueing || s == events || s == logging || strings.Contains(r.Header.Get("Authorization"), "/"+queueing.SigningName+"/aws4_request") {
		return maxMessageBody
	}
	return maxBody
}

// functionBody is the limit of what creates, changes or invokes a function.
func functionBody(r *http.Request) (int64, bool) {
	if guess(r).protocol != wire.RESTJSON {
		return 0, false
	}
	switch path := strings.TrimSuffix(r.URL.Path, "/"); {
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/2015-03-31/functions"),
		r.Method == http.MethodPut && strings.Contains(path, "/2015-03-31/functions/") && strings.HasSuffix(path, "/code"):
		return maxPackageBody, true
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/invocations"):
		return maxPayloadBody, true
	}
	return 0, false
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "The body of the request must not be larger than %d bytes.", limit)
}

func decompress(r *http.Request, sent []byte) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity", "aws-chunked":
		return sent, nil
	case "gzip":
	default:
		return nil, fault.New(fault.Malformed, "The content encoding %q is not supported; use gzip or none.", r.Header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(bytes.NewReader(sent))
	if err != nil {
		return nil, fault.New(fault.Malformed, "The body is not valid gzip.")
	}
	limit := min(maxPlain, max(maxBody, int64(len(sent))*maxRatio))
	plain, err := io.ReadAll(io.LimitReader(z, limit+1))
	switch {
	case int64(len(plain)) > limit:
		return nil, tooLarge(limit)
	case errors.Is(err, io.ErrUnexpectedEOF), err != nil:
		return nil, fault.New(fault.Malformed, "The body is not valid gzip.")
	}
	return plain, nil
}
