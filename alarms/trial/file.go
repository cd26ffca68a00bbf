package trial

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"gopkg.in/yaml.v3"
)

// Begin is when tests begin that say nothing else: midnight of a Monday.
var Begin = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

const (
	// defaultInterval is how far apart the values of a series are.
	defaultInterval = time.Minute
	// longest is how long after its beginning a test may expect something.
	longest = 366 * 24 * time.Hour
	// maxFile bounds a file.
	maxFile = 8 << 20
)

// Test is one course of time, with its alarms and what is expected of them.
type Test struct {
	Name     string
	File     string
	Line     int
	Start    time.Time
	Interval time.Duration
	Alarms   []Alarm
	Series   []Series
	// Expect is in the order of the times.
	Expect []Expectation
}

// Alarm is one under test: the input of PutMetricAlarm, or of PutCompositeAlarm
// where it has an AlarmRule.
type Alarm struct {
	Line      int
	Name      string
	Composite bool
	Input     json.RawMessage
}

// Series is a metric and its values from the test's beginning on, NaN where there
// is none.
type Series struct {
	Line            int
	Namespace, Name string
	Dimensions      map[string]string
	Unit            string
	Values          []float64
}

// Expectation is what an alarm is to be at a time after the beginning.
type Expectation struct {
	Line         int
	At           time.Duration
	Alarm, State string
	// Reason is part of the state's reason; empty: it may be any.
	Reason string
	// Actions are those that the alarm took since the expectation before, or since
	// the beginning; nil: any.
	Actions []string
}

// FileError is what is wrong with a file.
type FileError struct {
	File string
	Line int // 0: none in particular
	Err  error
}

// Error implements error.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// Read reads the tests of a file.
func Read(name string) ([]Test, error) {
	text, err := readFile(name)
	if err != nil {
		return nil, &FileError{File: name, Err: err}
	}
	return parse(name, text)
}

func readFile(name string) ([]byte, error) {
	at, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, bare(err)
	case at.Size() > maxFile:
		return nil, fmt.Errorf("it is larger than %d bytes", maxFile)
	}
	text, err := os.ReadFile(name)
	return text, bare(err)
}

// bare is an error of a file without the file's name.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// parse reads the text of a file. YAML takes JSON, too.
func parse(name string, text []byte) ([]Test, error) {
	var doc, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(text))
	if err := documents.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, &FileError{File: name, Err: err}
	}
	if len(doc.Content) == 0 {
		return nil, &FileError{File: name, Err: errors.New("it is empty")}
	}
	if err := documents.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, &FileError{File: name, Line: second.Line, Err: errors.New("a file has one YAML document; put the second one into a file of its own")}
	}
	r := &reader{file: name, beside: filepath.Dir(name)}
	tests, err := r.tests(doc.Content[0])
	var at *lineError
	if errors.As(err, &at) {
		return nil, &FileError{File: name, Line: at.line, Err: at.err}
	}
	return tests, err
}
