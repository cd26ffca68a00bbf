package trial

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"
)

// alarm reads an alarm: the input of its operation, or file, where that is.
func (r *reader) alarm(n *yaml.Node) (a Alarm, err error) {
	a.Line = n.Line
	if n.Kind != yaml.MappingNode {
		return a, wrong(n, "an alarm must be a mapping: the input of PutMetricAlarm or PutCompositeAlarm, or file: and its path")
	}
	var in map[string]any
	if len(n.Content) == 2 && n.Content[0].Value == "file" {
		in, err = r.alarmFile(n.Content[1])
	} else if err = n.Decode(&in); err != nil {
		err = wrong(n, "the alarm cannot be read: %v", err)
	}
	if err != nil {
		return a, err
	}
	a.Name, _ = in["AlarmName"].(string)
	if a.Name == "" {
		return a, wrong(n, "the alarm has no AlarmName")
	}
	_, a.Composite = in["AlarmRule"]
	if a.Input, err = json.Marshal(in); err != nil {
		return a, wrong(n, "the alarm cannot be written as JSON: %v", err)
	}
	return a, nil
}

func (r *reader) alarmFile(n *yaml.Node) (in map[string]any, err error) {
	var name string
	if err := text(&name)(n); err != nil {
		return nil, err
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.beside, name)
	}
	body, err := readFile(name)
	if err != nil {
		return nil, wrong(n, "%s: %v", name, err)
	}
	if err := yaml.Unmarshal(body, &in); err != nil || in == nil {
		return nil, wrong(n, "%s holds no JSON object with an alarm (%v)", name, err)
	}
	return in, nil
}

func series(n *yaml.Node) (s Series, err error) {
	s.Line = n.Line
	given := false
	err = fields(n, "a series", map[string]func(*yaml.Node) error{
		"namespace": text(&s.Namespace), "metric": text(&s.Name), "unit": text(&s.Unit),
		"dimensions": func(n *yaml.Node) error {
			if err := n.Decode(&s.Dimensions); err != nil {
				return wrong(n, "dimensions must be a mapping of names to values")
			}
			return nil
		},
		"values": func(n *yaml.Node) (err error) {
			given = true
			s.Values, err = values(n)
			return err
		},
	})
	switch {
	case err != nil:
		return s, err
	case s.Namespace == "" || s.Name == "":
		return s, wrong(n, "a series must have a namespace and a metric")
	case !given:
		return s, wrong(n, "the series has no values")
	}
	return s, nil
}

// values reads values: the notation, or a list of numbers and nulls.
func values(n *yaml.Node) (all []float64, err error) {
	if n.Kind == yaml.ScalarNode {
		if all, err = parseValues(n.Value); err != nil {
			return nil, wrong(n, "%v", err)
		}
		return all, nil
	}
	err = each("values", func(n *yaml.Node) error {
		some, err := parseRun(n.Value, maxValues-len(all))
		if n.Tag == "!!null" {
			some, err = []float64{missing}, nil
		}
		if err != nil || n.Kind != yaml.ScalarNode {
			return wrong(n, "%q is no value: write a number, or null for none", n.Value)
		}
		all = append(all, some...)
		return nil
	})(n)
	return all, err
}

// states of alarms.
var states = []string{"OK", "ALARM", "INSUFFICIENT_DATA"}

func expectation(n *yaml.Node) (e Expectation, err error) {
	e.Line, e.At = n.Line, -1
	err = fields(n, "an expectation", map[string]func(*yaml.Node) error{
		"at": duration(&e.At), "alarm": text(&e.Alarm), "state": text(&e.State), "reason": text(&e.Reason),
		"actions": func(n *yaml.Node) error {
			e.Actions = []string{}
			return each("actions", func(n *yaml.Node) error {
				var arn string
				err := text(&arn)(n)
				e.Actions = append(e.Actions, arn)
				return err
			})(n)
		},
	})
	switch {
	case err != nil:
		return e, err
	case e.At < 0 || e.Alarm == "" || e.State == "":
		return e, wrong(n, "an expectation must have at, alarm and state")
	case e.At > longest:
		return e, wrong(n, "at must be within a year of the beginning")
	case !slices.Contains(states, e.State):
		return e, wrong(n, "%q is no state: there are OK, ALARM and INSUFFICIENT_DATA", e.State)
	}
	return e, nil
}

// String names an expectation.
func (e *Expectation) String() string { return fmt.Sprintf("at %s %s", told(e.At), e.Alarm) }
