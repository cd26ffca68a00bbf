package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const importPath = "/skywatch/v1/import"

// datum is a line of POST /skywatch/v1/import.
type datum struct {
	Namespace         string            `json:",omitempty"`
	MetricName        string            `json:",omitempty"`
	Dimensions        map[string]string `json:",omitempty"`
	Timestamp         time.Time
	Value             *float64         `json:",omitempty"`
	Values            []float64        `json:",omitempty"`
	Counts            []float64        `json:",omitempty"`
	StatisticValues   *statisticValues `json:",omitempty"`
	Unit              string           `json:",omitempty"`
	StorageResolution int32            `json:",omitempty"`
}

type statisticValues struct{ SampleCount, Sum, Minimum, Maximum *float64 }

// complete gives a datum what it does not say itself. The map of dimensions is
// shared with the options.
func (d *datum) complete(o *importOptions) {
	d.Namespace = cmp.Or(d.Namespace, o.Namespace)
	d.MetricName = cmp.Or(d.MetricName, o.Metric)
	d.Unit = cmp.Or(d.Unit, o.Unit)
	d.StorageResolution = cmp.Or(d.StorageResolution, o.Resolution)
	d.Dimensions = o.dimensions
}

// batch is the body of one request.
type batch struct {
	body  []byte
	ends  []int // of the rows in body
	lines []int // of the rows in the file
}

func (b *batch) add(line int, d datum) error {
	text, err := json.Marshal(d)
	if err != nil {
		return &lineError{line, err}
	}
	b.body = append(append(b.body, text...), '\n')
	b.ends = append(b.ends, len(b.body))
	b.lines = append(b.lines, line)
	return nil
}

// drop takes a row out.
func (b *batch) drop(row int) {
	from, to := 0, b.ends[row]
	if row > 0 {
		from = b.ends[row-1]
	}
	out := batch{body: append(bytes.Clone(b.body[:from]), b.body[to:]...)}
	for i, end := range b.ends {
		switch {
		case i < row:
			out.ends = append(out.ends, end)
		case i > row:
			out.ends = append(out.ends, end-(to-from))
		}
	}
	out.lines = append(append(out.lines, b.lines[:row]...), b.lines[row+1:]...)
	*b = out
}

// A throttled request is sent again, later each time.
const (
	throttledTries = 6
	throttledPause = 250 * time.Millisecond
)

// send sends a batch until it is taken: without the rows that the server
// refuses, where lines may be left out.
func (im *importing) send(ctx context.Context, b *batch, at *fileState) error {
	pause, tries := throttledPause, throttledTries
	for len(b.lines) > 0 {
		if err := im.state.sending(); err != nil {
			return err
		}
		err := im.post(ctx, b, im.state.word(at))
		if err == nil {
			return nil
		}
		if uncertain(err) {
			im.state.InDoubt = max(im.state.InDoubt, len(b.lines))
		}
		var r *refusal
		if errors.As(err, &r) && r.status == http.StatusTooManyRequests && tries > 1 {
			tries--
			if err := wait(ctx, pause); err != nil {
				return err
			}
			pause *= 2
			continue
		}
		row, bad := refusedRow(err, b)
		if bad == nil {
			return fmt.Errorf("%s: send lines %d to %d: %w", at.Name, b.lines[0], b.lines[len(b.lines)-1], err)
		}
		if err := im.leaveOut(at.Name, bad); err != nil {
			return err
		}
		b.drop(row)
	}
	return nil
}

func (im *importing) post(ctx context.Context, b *batch, word string) error {
	var answer struct{ Imported *int }
	err := im.client.doOnce(ctx, word, http.MethodPost, importPath, b.body, &answer)
	if err == nil && (answer.Imported == nil || *answer.Imported != len(b.lines)) {
		return fmt.Errorf("the server did not say that it took %d rows", len(b.lines))
	}
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return errors.New("interrupted")
	}
}

// serverLine is how the server names a line of the body.
var serverLine = regexp.MustCompile(`(?s)^line ([0-9]+): (.*)$`)

// refusedRow returns the row that the server refused, as an error of its line
// in the file; nil if it is not about a row.
func refusedRow(err error, b *batch) (int, *lineError) {
	var r *refusal
	if !errors.As(err, &r) || r.status != http.StatusBadRequest {
		return 0, nil
	}
	m := serverLine.FindStringSubmatch(r.message)
	if m == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 || n > len(b.lines) {
		return 0, nil
	}
	return n - 1, &lineError{b.lines[n-1], errors.New(m[2])}
}
