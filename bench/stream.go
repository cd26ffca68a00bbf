package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"skywatch/bench/patterns"
)

// stream is events of one source, each with its number and with the time when
// it was to be put, by which a receiver knows how long it took.
type stream struct {
	source string
	events int
	batch  int // events of a request
	over   int // connections
	// rate is events a second; 0: as fast as they are taken.
	rate float64
}

// put sends all events. It returns when all are acknowledged.
func (s stream) put(ctx context.Context, c *caller) (took time.Duration, err error) {
	form := newForm(s.source)
	begin := time.Now()
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range s.over {
		g.Go(func() error {
			for {
				last := int(next.Add(int64(s.batch)))
				first := last - s.batch
				if first >= s.events {
					return nil
				}
				due := time.Now()
				if s.rate > 0 {
					due = begin.Add(time.Duration(float64(first) / s.rate * float64(time.Second)))
					if err := pause(ctx, time.Until(due)); err != nil {
						return err
					}
				}
				if err := c.putEvents(ctx, form.request(first, min(last, s.events), due)); err != nil {
					return err
				}
			}
		})
	}
	err = g.Wait()
	return time.Since(begin), err
}

// form is the text of an entry of PutEvents, in pieces around its number and
// time. Its event is as large as that of the matcher's rows.
type form [3]string

func newForm(source string) form {
	var e struct {
		DetailType string `json:"detail-type"`
		Resources  []string
		Detail     json.RawMessage
	}
	must(json.Unmarshal([]byte(patterns.Event), &e))
	detail := strings.NewReplacer(`"count":42`, `"n":NUMBER`, `"load":0.75`, `"at":TIME`).Replace(string(e.Detail))
	entry, err := json.Marshal(map[string]any{"Source": source, "DetailType": e.DetailType, "Resources": e.Resources, "Detail": detail})
	must(err)
	before, rest, _ := strings.Cut(string(entry), "NUMBER")
	between, after, _ := strings.Cut(rest, "TIME")
	return form{before, between, after}
}

// must is for what cannot fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// request is the body of a PutEvents of the events from first to last.
func (f form) request(first, last int, at time.Time) []byte {
	var b bytes.Buffer
	b.WriteString(`{"Entries":[`)
	for n := first; n < last; n++ {
		if n > first {
			b.WriteByte(',')
		}
		b.WriteString(f[0])
		b.WriteString(strconv.Itoa(n))
		b.WriteString(f[1])
		b.WriteString(strconv.FormatInt(at.UnixNano(), 10))
		b.WriteString(f[2])
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// readEvent returns number and time of an event as it arrives.
func readEvent(body []byte) (n int, at time.Time, err error) {
	number, err := digits(body, `"n":`)
	if err != nil {
		return 0, at, err
	}
	ns, err := digits(body, `"at":`)
	return int(number), time.Unix(0, ns), err
}

func digits(body []byte, behind string) (int64, error) {
	_, rest, ok := bytes.Cut(body, []byte(behind))
	end := bytes.IndexAny(rest, ",}")
	if !ok || end < 0 {
		return 0, fmt.Errorf("what arrived is not what was sent: %s", body)
	}
	return strconv.ParseInt(string(rest[:end]), 10, 64)
}
