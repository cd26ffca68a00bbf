package prometheus

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/s2"
)

// Bounds of a remote write request.
const (
	maxWriteBody    = 16 << 20
	maxDecompressed = 64 << 20
)

// The messages that a remote write may carry, by the parameter proto of its
// content type.
const (
	messageV1 = "prometheus.WriteRequest"
	messageV2 = "io.prometheus.write.v2.Request"
)

// write answers remote write, version 1 and 2: 204 once all that can be taken is
// on disk. What cannot be taken is named in a 400 after the rest has been stored,
// so that the sender does not send it again; errors of ours are 5xx, after which
// it does.
func (a *API) write(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWriteBody))
	if err != nil {
		http.Error(w, fmt.Sprintf("the body cannot be read: %v", err), http.StatusBadRequest)
		return
	}
	tenant, err := a.Authenticate(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	message, err := messageOf(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnsupportedMediaType)
		return
	}
	plain, err := decompress(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	in := &intake{tenant: tenant, now: a.Now()}
	read := in.readV1
	if message == messageV2 {
		read = in.readV2
	}
	if err := read(plain); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := a.Append(r.Context(), in.series); err != nil {
		a.Logger.Error("remote write cannot be stored", "err", err)
		http.Error(w, "the samples cannot be stored now", http.StatusServiceUnavailable)
		return
	}
	if message == messageV2 {
		w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", strconv.Itoa(in.samples))
		w.Header().Set("X-Prometheus-Remote-Write-Histograms-Written", strconv.Itoa(in.histograms))
		w.Header().Set("X-Prometheus-Remote-Write-Exemplars-Written", "0")
	}
	if len(in.refused) > 0 {
		http.Error(w, in.refusal(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// messageOf says which message the request carries.
func messageOf(r *http.Request) (string, error) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "snappy" {
		return "", fmt.Errorf("content encoding %q is not snappy", e)
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-protobuf" {
		return "", fmt.Errorf("content type %q is not application/x-protobuf", r.Header.Get("Content-Type"))
	}
	switch p := params["proto"]; p {
	case "", messageV1:
		return messageV1, nil
	case messageV2:
		return messageV2, nil
	default:
		return "", fmt.Errorf("message %q is neither %s nor %s", p, messageV1, messageV2)
	}
}

// decompress undoes snappy's block format.
func decompress(body []byte) ([]byte, error) {
	n, err := s2.DecodedLen(body)
	if err != nil {
		return nil, errors.New("the body is not compressed by snappy")
	}
	if n > maxDecompressed {
		return nil, fmt.Errorf("the body has %d bytes decompressed, more than %d", n, maxDecompressed)
	}
	plain, err := s2.Decode(nil, body)
	if err != nil {
		return nil, errors.New("the body is not compressed by snappy")
	}
	return plain, nil
}

// maxTold is how many refused series an answer names.
const maxTold = 5

func (in *intake) refusal() string {
	told := in.refused[:min(len(in.refused), maxTold)]
	text := strings.Join(told, "; ")
	if more := len(in.refused) - len(told); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
