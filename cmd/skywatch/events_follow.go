package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const tailPath = "/skywatch/v1/events/tail"

// The wait before another connection: doubled while none is taken.
const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
)

// follow connects again and again. What the server refuses, and a server that
// is not there from the beginning, end it.
func (t *tailing) follow(ctx context.Context) error {
	wait := firstWait
	for {
		before := t.opened
		err := t.connect(ctx)
		if ctx.Err() != nil || errors.Is(err, errEnough) || t.opened == 0 || !passing(err) {
			return err
		}
		if t.opened > before {
			wait = firstWait
			t.say("The connection is lost (%v). Connecting again…", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, longestWait)
	}
}

// passing reports whether another connection may fare better.
func passing(err error) bool {
	var r *refusal
	if errors.As(err, &r) {
		return r.status >= http.StatusInternalServerError || r.status == http.StatusTooManyRequests
	}
	var not *unsentError
	var out *outputError
	return !errors.As(err, &not) && !errors.As(err, &out)
}

// path is the request's, with the query.
func (t *tailing) path() string {
	q := url.Values{}
	for name, value := range map[string]string{"bus": t.cmd.Bus, "pattern": t.cmd.Pattern, "rule": t.cmd.Rule} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return tailPath + "?" + q.Encode()
}

// connect follows until the connection ends.
func (t *tailing) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	quiet := time.AfterFunc(longestQuiet, func() { cancel(errQuiet) })
	defer quiet.Stop()
	req, err := t.client.request(ctx, http.MethodGet, t.path(), nil)
	if err != nil {
		return &unsentError{err}
	}
	req.Header.Set("Accept", "text/event-stream")
	resp, err := t.client.http.Do(req)
	if err != nil {
		return orQuiet(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		answer, err := io.ReadAll(io.LimitReader(resp.Body, answerBytes))
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		return t.client.refused(resp, answer)
	}
	err = readEvents(resp.Body, func() { quiet.Reset(longestQuiet) }, t.hear)
	return orQuiet(ctx, err)
}

// longestQuiet is how long a server that is there says nothing at most: it
// sends something each 15 s.
const longestQuiet = 45 * time.Second

var errQuiet = errors.New("the server is silent")

// orQuiet tells that the connection was given up, where it was.
func orQuiet(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errQuiet) {
		return errQuiet
	}
	return err
}
