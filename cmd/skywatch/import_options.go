package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// importOptions are those that decide what is stored. They are part of an
// import's state: a run that goes on has the same ones.
type importOptions struct {
	Format     string   `help:"csv or jsonl. auto goes by the file's name." enum:"auto,csv,jsonl" default:"auto" placeholder:"FORMAT"`
	Namespace  string   `help:"Namespace of rows that do not say theirs." placeholder:"NAME"`
	Metric     string   `help:"Metric name of rows that do not say theirs." placeholder:"NAME"`
	Dimension  []string `help:"Dimension of all rows; may be repeated." placeholder:"NAME=VALUE" sep:"none"`
	Unit       string   `help:"Unit of rows that do not say theirs." placeholder:"UNIT"`
	Resolution int32    `help:"StorageResolution of rows that do not say theirs, in seconds: 1 or 60." default:"60" placeholder:"SECONDS"`

	Shift   span   `help:"Move all times by a duration such as 36h, -10m or 4500d." placeholder:"DURATION" group:"Times:"`
	ShiftTo string `help:"Move all times, by whole minutes, so that the newest of all files is at this time: now, or any form of time." placeholder:"TIME" group:"Times:"`

	TimeColumn      string   `help:"Column of the time." default:"timestamp" placeholder:"COLUMN" group:"CSV:"`
	ValueColumn     string   `help:"Column of the value." default:"value" placeholder:"COLUMN" group:"CSV:"`
	NamespaceColumn string   `help:"Column of the namespace." placeholder:"COLUMN" group:"CSV:"`
	MetricColumn    string   `help:"Column of the metric name." placeholder:"COLUMN" group:"CSV:"`
	UnitColumn      string   `help:"Column of the unit." placeholder:"COLUMN" group:"CSV:"`
	DimensionColumn []string `help:"Column of the values of the dimension with the column's name; may be repeated. A row without a value has no such dimension." placeholder:"COLUMN" sep:"none" group:"CSV:"`

	dimensions map[string]string // of Dimension
}

const (
	// maxBatchRows is the server's limit of rows of an import.
	maxBatchRows = 10_000
	// maxBatchBytes is where a batch ends before it has all its rows; the
	// server takes 8 MiB.
	maxBatchBytes = 4 << 20
	// maxLineBytes is as long as a JSON line may be.
	maxLineBytes = 1 << 20
	// maxAge is how old a datum may be: as long as hourly data are kept.
	maxAge = 455 * 24 * time.Hour
)

func (c *importCmd) validate() error {
	switch {
	case c.Batch < 1 || c.Batch > maxBatchRows:
		return fmt.Errorf("--batch: must be 1 to %d", maxBatchRows)
	case c.SkipBad < 0:
		return errors.New("--skip-bad: must not be negative")
	case c.Resolution != 1 && c.Resolution != 60:
		return errors.New("--resolution: must be 1 or 60")
	case c.Shift != 0 && c.ShiftTo != "":
		return errors.New("--shift and --shift-to exclude each other")
	}
	seen := map[string]bool{}
	for _, name := range c.Files {
		if seen[name] {
			return fmt.Errorf("%s is named twice", name)
		}
		seen[name] = true
		if err := c.validateFile(name); err != nil {
			return err
		}
	}
	return c.parseDimensions()
}

func (c *importCmd) validateFile(name string) error {
	if name == stdin && c.ShiftTo != "" {
		return errors.New("--shift-to reads the input twice, which standard input does not allow: take --shift")
	}
	format, err := c.formatOf(name)
	if err != nil || format == "jsonl" {
		return err
	}
	if c.Metric == "" && c.MetricColumn == "" {
		return errors.New("CSV needs --metric or --metric-column")
	}
	if c.Namespace == "" && c.NamespaceColumn == "" {
		return errors.New("CSV needs --namespace or --namespace-column")
	}
	return nil
}

// formatOf returns csv or jsonl.
func (o *importOptions) formatOf(name string) (string, error) {
	if o.Format != "auto" {
		return o.Format, nil
	}
	base := strings.TrimSuffix(name, ".gz")
	for suffix, format := range map[string]string{".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"} {
		if strings.HasSuffix(base, suffix) {
			return format, nil
		}
	}
	return "", fmt.Errorf("%s: the name does not tell the format: give --format csv or --format jsonl", name)
}

func (o *importOptions) parseDimensions() error {
	o.dimensions = map[string]string{}
	for _, d := range o.Dimension {
		name, value, ok := strings.Cut(d, "=")
		if !ok || name == "" || value == "" {
			return fmt.Errorf("--dimension: %q is not NAME=VALUE", d)
		}
		if _, twice := o.dimensions[name]; twice {
			return fmt.Errorf("--dimension: %s is given twice", name)
		}
		o.dimensions[name] = value
	}
	return nil
}

// totalBytes returns the size of all files, or 0 if it is not known.
func (c *importCmd) totalBytes() int64 {
	var total int64
	for _, name := range c.Files {
		st, err := os.Stat(name)
		if name == stdin || err != nil || !st.Mode().IsRegular() {
			return 0
		}
		total += st.Size()
	}
	return total
}
