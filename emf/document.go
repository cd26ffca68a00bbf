package emf

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"skywatch/ingest"
	"skywatch/metric"
)

// The limits of a document.
const (
	MaxDocument  = 1 << 20 // bytes: those of a log event since 2025, before that 256 KB
	MaxMetrics   = 100     // metrics of a directive
	MaxValues    = 100     // values of a metric
	MaxKey       = 250     // characters of the name of a dimension (schema)
	MaxData      = 1000    // data that a document makes, as many as PutMetricData takes (ours)
	maxDataBytes = 4 << 20 // bytes of them, estimated (ours)
)

// Error says why a document does not count.
type Error struct {
	// Validation says that the document has the format, and its metrics break a
	// rule; otherwise it does not have the format. They are the two counts of
	// AWS/Logs.
	Validation bool
	Message    string
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

func malformed(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &Error{Validation: true, Message: fmt.Sprintf(format, args...)}
}

// object is a JSON object, by its members' exact names.
type object map[string]json.RawMessage

// mark is the member that makes a document of an object.
const mark = "_aws"

// maxPrefix is how much a platform may write in front of a document, such as
// the time and the request of a function's line (ours).
const maxPrefix = 256

// Read makes data of a text that is a document. found is false for any other
// text; an error is an *Error: the text is only a log event then.
//
// A text is taken for a document if it holds the mark in quotes and an object
// that begins it, behind a prefix that ends in a blank at most; if that object
// can be read, the mark must be one of its members (inferred).
func Read(text string) (rows []ingest.Row, found bool, err error) {
	if !strings.Contains(text, `"`+mark+`"`) {
		return nil, false, nil
	}
	start := strings.IndexByte(text, '{')
	if start < 0 || start > maxPrefix || start > 0 && !strings.ContainsRune(" \t\r\n", rune(text[start-1])) {
		return nil, false, nil
	}
	text = strings.TrimSpace(text[start:])
	if len(text) > MaxDocument {
		return nil, true, malformed("The document has more than %d bytes.", MaxDocument)
	}
	var root object
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		return nil, true, malformed("The document is not one JSON object: %v.", err)
	}
	if _, ok := root[mark]; !ok {
		return nil, false, nil
	}
	rows, err = root.read()
	return rows, true, err
}

// metadata is the content of the mark.
type metadata struct {
	at         metric.Instant
	directives []object
}

func (root object) metadata() (metadata, error) {
	var m metadata
	var in object
	if err := json.Unmarshal(root[mark], &in); err != nil || in == nil {
		return m, malformed("%s is not an object.", mark)
	}
	var at *int64
	if err := json.Unmarshal(in["Timestamp"], &at); err != nil || at == nil {
		return m, malformed("%s.Timestamp is not a whole number of milliseconds.", mark)
	}
	m.at = metric.Instant(*at)
	if err := json.Unmarshal(in["CloudWatchMetrics"], &m.directives); err != nil || m.directives == nil {
		return m, malformed("%s.CloudWatchMetrics is not an array of objects.", mark)
	}
	return m, nil
}

func (root object) read() ([]ingest.Row, error) {
	m, err := root.metadata()
	if err != nil {
		return nil, err
	}
	r := reading{root: root, at: m.at}
	for i, in := range m.directives {
		if err := r.directive(in); err != nil {
			var e *Error
			if errors.As(err, &e) {
				e.Message = fmt.Sprintf("CloudWatchMetrics[%d]: %s", i, e.Message)
			}
			return nil, err
		}
	}
	return r.rows, nil
}
