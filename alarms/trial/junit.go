package trial

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The form that continuous integration reads.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
		seconds  float64
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes what came of tests as JUnit does: a suite a file, a case a test.
func JUnit(w io.Writer, all []Result) error {
	var out junitSuites
	total := 0.0
	for i := range all {
		r := &all[i]
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != r.File {
			out.Suites = append(out.Suites, junitSuite{Name: r.File})
		}
		s := &out.Suites[len(out.Suites)-1]
		s.Tests++
		out.Tests++
		if len(r.Failures) > 0 {
			s.Failures++
			out.Failures++
		}
		s.seconds += r.Took.Seconds()
		total += r.Took.Seconds()
		s.Time = seconds(s.seconds)
		s.Cases = append(s.Cases, r.junit())
	}
	out.Time = seconds(total)
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (r *Result) junit() junitCase {
	c := junitCase{Name: r.Name, Class: r.File, File: r.File, Line: r.Line, Time: seconds(r.Took.Seconds())}
	if len(r.Failures) == 0 {
		return c
	}
	var text strings.Builder
	for i := range r.Failures {
		r.Failures[i].report(&text, r.Test)
	}
	f := &r.Failures[0]
	message := fmt.Sprintf("%s: expected %s, got %s", f.String(), f.Wants, f.Got)
	if more := len(r.Failures) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more)", more)
	}
	c.Failure = &junitFailure{message, text.String()}
	return c
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
