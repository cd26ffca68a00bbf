package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"

	"skywatch/internal/fault"
)

// The bounds of a body (cloudwatch.md 1.8 and 3.2, reliability.md section 4).
const (
	maxBody  = 1 << 20  // as sent
	maxPlain = 10 << 20 // decompressed (inferred)
	maxRatio = 100      // decompressed to sent, beyond maxBody (inferred)
)

// readBody reads the body as sent, which is what the signature covers, and
// leaves it decompressed in q.
func readBody(q *request) (sent []byte, err error) {
	r := q.http
	if r.ContentLength > maxBody {
		return nil, tooLarge(maxBody)
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(r.Body, maxBody+1)); err != nil {
		return nil, fault.New(fault.Malformed, "The body of the request could not be read.")
	}
	sent, q.read = b.Bytes(), b.Len()
	if len(sent) > maxBody {
		return nil, tooLarge(maxBody)
	}
	q.body, err = decompress(r, sent)
	return sent, err
}

func tooLarge(limit int) error {
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
	limit := min(maxPlain, max(maxBody, len(sent)*maxRatio))
	plain, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	switch {
	case len(plain) > limit:
		return nil, tooLarge(limit)
	case errors.Is(err, io.ErrUnexpectedEOF), err != nil:
		return nil, fault.New(fault.Malformed, "The body is not valid gzip.")
	}
	return plain, nil
}
