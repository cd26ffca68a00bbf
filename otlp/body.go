package otlp

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Bounds of a body as sent and decompressed.
const (
	maxBody         = 16 << 20
	maxDecompressed = 32 << 20
)

func tooLarge(what string, limit int) error {
	return &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes%s", limit, what)}
}

// readBody reads the body as sent.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge("", maxBody)
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "the body cannot be read: " + err.Error()}
	}
	return body, nil
}

// decompress undoes the content encoding.
func decompress(encoding string, body []byte) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "", "identity":
		return body, nil
	case "gzip":
	default:
		return nil, &refusal{http.StatusUnsupportedMediaType, fmt.Sprintf("content encoding %.100q is not gzip", encoding)}
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "the body is not compressed by gzip: " + err.Error()}
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxDecompressed+1))
	switch {
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "the body cannot be decompressed: " + err.Error()}
	case len(plain) > maxDecompressed:
		return nil, tooLarge(" decompressed", maxDecompressed)
	}
	return plain, nil
}
