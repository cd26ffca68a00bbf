package otlp

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// refusal is why a request is not taken, by the status that tells the sender
// whether to send it again: it does after 429 and 503 (OTLP specification,
// "Failures").
type refusal struct {
	status  int
	message string
}

// Error implements error.
func (r *refusal) Error() string { return r.message }

// The codes of google.rpc.Code.
const (
	invalidArgument   = 3
	resourceExhausted = 8
	internal          = 13
	unavailable       = 14
	unauthenticated   = 16
)

func (r *refusal) code() int32 {
	switch r.status {
	case http.StatusTooManyRequests:
		return resourceExhausted
	case http.StatusServiceUnavailable:
		return unavailable
	case http.StatusUnauthorized:
		return unauthenticated
	case http.StatusInternalServerError:
		return internal
	}
	return invalidArgument
}

// retryAfter is how many seconds a sender waits before it comes again: the store
// looks at the disk every few seconds.
const retryAfter = "5"

// refuse writes why a request is not taken.
func refuse(w http.ResponseWriter, enc encoding, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{http.StatusInternalServerError, err.Error()}
	}
	if r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	answer(w, enc, r.status, enc.status(r.code(), r.message))
}

// accept writes what of a request was not taken, if anything.
func accept(w http.ResponseWriter, enc encoding, in *intake) {
	var p *partial
	if len(in.reasons) > 0 {
		p = &partial{in.rejected, in.message()}
	}
	answer(w, enc, http.StatusOK, enc.response(p))
}

func answer(w http.ResponseWriter, enc encoding, status int, body []byte) {
	w.Header().Set("Content-Type", string(enc))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has left needs no answer
}

// maxTold is how many reasons an answer names, and maxReason how many bytes one
// has.
const (
	maxTold   = 5
	maxReason = 400
)

// refuse notes that n points of a metric cannot be taken.
func (in *intake) refuse(name string, n int, err error) {
	in.rejected += int64(n)
	if in.refusals++; in.refusals > maxTold {
		return
	}
	reason := fmt.Sprintf("metric %.255q: %v", name, err)
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "..."
	}
	in.reasons = append(in.reasons, reason)
}

func (in *intake) message() string {
	message := strings.Join(in.reasons, "; ")
	if more := in.refusals - len(in.reasons); more > 0 {
		message += fmt.Sprintf("; and %d more", more)
	}
	return message
}
