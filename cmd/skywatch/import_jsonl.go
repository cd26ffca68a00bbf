package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"
)

// jsonlReader reads rows of JSON lines.
type jsonlReader struct {
	s       *bufio.Scanner
	options *importOptions
	passed  int64
	line    int
}

func newJSONLReader(r io.Reader, o *importOptions) *jsonlReader {
	j := &jsonlReader{s: bufio.NewScanner(r), options: o}
	j.s.Buffer(nil, maxLineBytes)
	j.s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		j.passed += int64(n)
		return n, line, err
	})
	return j
}

func (j *jsonlReader) offset() int64 { return j.passed }

// skip passes over one line, be it blank.
func (j *jsonlReader) skip() error {
	if j.s.Scan() {
		j.line++
		return nil
	}
	if errors.Is(j.s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d is longer than %d bytes", j.line+1, maxLineBytes)
	}
	if err := j.s.Err(); err != nil {
		return err
	}
	return io.EOF
}

func (j *jsonlReader) next() (int, datum, error) {
	for {
		if err := j.skip(); err != nil {
			return 0, datum{}, err
		}
		text := bytes.TrimSpace(j.s.Bytes())
		if len(text) == 0 {
			continue
		}
		d, err := j.datum(text)
		if err != nil {
			return j.line, d, &lineError{j.line, err}
		}
		return j.line, d, nil
	}
}

func (j *jsonlReader) datum(text []byte) (datum, error) {
	var in struct {
		datum
		Timestamp  stamp
		Dimensions dimensions
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return datum{}, fmt.Errorf("it is not the JSON of a datum: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return datum{}, errors.New("there is more than one JSON object in it")
	}
	if !in.Timestamp.given {
		return datum{}, errors.New("it has no Timestamp")
	}
	d := in.datum
	d.Timestamp = in.Timestamp.at
	d.complete(j.options)
	if len(in.Dimensions) > 0 {
		d.Dimensions = maps.Clone(d.Dimensions)
		maps.Copy(d.Dimensions, in.Dimensions)
	}
	return d, nil
}

// stamp is a time in any form, as a string or a number.
type stamp struct {
	at    time.Time
	given bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *stamp) UnmarshalJSON(b []byte) error {
	text := string(b)
	if b[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	at, err := parseTime(text)
	*s = stamp{at, err == nil}
	return err
}

// dimensions are an object, or the list of PutMetricData.
type dimensions map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (d *dimensions) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		return json.Unmarshal(b, (*map[string]string)(d))
	}
	var list []struct{ Name, Value string }
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		return err
	}
	*d = dimensions{}
	for _, e := range list {
		if _, twice := (*d)[e.Name]; twice {
			return fmt.Errorf("dimension %q is in it twice", e.Name)
		}
		(*d)[e.Name] = e.Value
	}
	return nil
}
