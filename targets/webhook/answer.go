package webhook

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxBodyBytes is how much of an answer is read where the request does not
// say: enough to reuse the connection and to show what a receiver said.
const maxBodyBytes = 4 << 10

// longestRetryAfter is the longest wait that is understood; a longer one is
// taken for it.
const longestRetryAfter = 30 * 24 * time.Hour

// Answer is what a receiver said.
type Answer struct {
	Status int
	Body   []byte // its beginning
	// RetryAfter is the header of that name, in seconds or as a date: how long
	// the receiver asks to be left alone; 0 without, negative where it says so.
	RetryAfter time.Duration
}

func read(res *http.Response, most int64) (Answer, error) {
	defer func() { _ = res.Body.Close() }()
	if most == 0 {
		most = maxBodyBytes
	}
	a := Answer{Status: res.StatusCode, RetryAfter: RetryAfter(res.Header, time.Now())}
	var err error
	if a.Body, err = io.ReadAll(io.LimitReader(res.Body, most)); err != nil {
		return a, fmt.Errorf("read answer: %w", err)
	}
	return a, nil
}

// RetryAfter reads the header of that name. A date counts from the receiver's own Date
// where it sent one, so that its clock may be wrong.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if s, err := strconv.ParseInt(text, 10, 64); err == nil {
		longest := int64(longestRetryAfter / time.Second)
		return time.Duration(min(max(s, -1), longest)) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(0, until.Sub(now)), longestRetryAfter)
}
