package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// csvReader reads rows of a CSV file with a header line.
type csvReader struct {
	r       *csv.Reader
	options *importOptions
	// The columns; -1: none.
	time, value, namespace, metric, unit int
	dimensions                           []int
	header                               []string
}

func newCSVReader(r io.Reader, o *importOptions) (*csvReader, error) {
	c := &csvReader{r: csv.NewReader(r), options: o}
	header, err := c.r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it has no header line")
	} else if err != nil {
		return nil, err
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // a byte order mark
	c.header = header
	c.r.ReuseRecord = true
	return c, c.findColumns()
}

func (c *csvReader) findColumns() error {
	o := c.options
	var errs []error
	find := func(flag, name string) int {
		at := slices.Index(c.header, name)
		if name != "" && at < 0 {
			errs = append(errs, fmt.Errorf("--%s: there is no column %q; there are: %s", flag, name, strings.Join(c.header, ", ")))
		}
		return at
	}
	c.time, c.value = find("time-column", o.TimeColumn), find("value-column", o.ValueColumn)
	c.namespace, c.metric, c.unit = -1, -1, -1
	for flag, of := range map[string]struct {
		name string
		at   *int
	}{"namespace-column": {o.NamespaceColumn, &c.namespace}, "metric-column": {o.MetricColumn, &c.metric}, "unit-column": {o.UnitColumn, &c.unit}} {
		if of.name != "" {
			*of.at = find(flag, of.name)
		}
	}
	for _, name := range o.DimensionColumn {
		c.dimensions = append(c.dimensions, find("dimension-column", name))
	}
	return errors.Join(errs...)
}

func (c *csvReader) offset() int64 { return c.r.InputOffset() }

func (c *csvReader) skip() error {
	_, err := c.r.Read()
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return nil
	}
	return err
}

func (c *csvReader) next() (int, datum, error) {
	record, err := c.r.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && errors.Is(err, csv.ErrFieldCount):
		return parse.StartLine, datum{}, &lineError{parse.StartLine, fmt.Errorf("it has %d columns, and the header %d", len(record), len(c.header))}
	case errors.As(err, &parse):
		return parse.Line, datum{}, &lineError{parse.Line, parse.Err}
	case err != nil:
		return 0, datum{}, err
	}
	line, _ := c.r.FieldPos(0)
	d, err := c.datum(record)
	if err != nil {
		return line, d, &lineError{line, err}
	}
	return line, d, nil
}

func (c *csvReader) datum(record []string) (datum, error) {
	at, err := parseTime(strings.TrimSpace(record[c.time]))
	if err != nil {
		return datum{}, err
	}
	value, err := parseValue(strings.TrimSpace(record[c.value]))
	if err != nil {
		return datum{}, err
	}
	d := datum{Timestamp: at, Value: &value}
	for _, f := range []struct {
		to *string
		at int
	}{{&d.Namespace, c.namespace}, {&d.MetricName, c.metric}, {&d.Unit, c.unit}} {
		if f.at >= 0 {
			*f.to = strings.Clone(record[f.at])
		}
	}
	d.complete(c.options)
	c.addDimensions(&d, record)
	return d, nil
}

func (c *csvReader) addDimensions(d *datum, record []string) {
	if len(c.dimensions) == 0 {
		return
	}
	d.Dimensions = maps.Clone(d.Dimensions)
	for _, i := range c.dimensions {
		if record[i] != "" {
			d.Dimensions[c.header[i]] = record[i]
		}
	}
}

func parseValue(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a number that can be stored", text)
	}
	return v, nil
}
