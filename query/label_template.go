package query

import (
	"errors"
	"fmt"
	"strings"
)

// template is a label of a query, cut at its placeholders.
type template []piece

// piece is text, or a placeholder.
type piece struct {
	text        string
	placeholder placeholder
}

// placeholder is what stands between ${ and }; PROP has its argument.
type placeholder struct{ name, property string }

const (
	maxPlaceholders   = 5
	labelPlaceholder  = "LABEL"
	propPlaceholder   = "PROP"
	dimensionProperty = "Dim."
)

// parseTemplate reads a label. A "${" without an end is text.
func parseTemplate(label string) (template, error) {
	var t template
	rest := label
	for {
		text, after, found := strings.Cut(rest, "${")
		inside, next, closed := cutPlaceholder(after)
		if !found || !closed {
			break
		}
		ph, err := parsePlaceholder(inside)
		if err != nil {
			return nil, err
		}
		t = append(t, piece{text: text}, piece{placeholder: ph})
		rest = next
	}
	if rest != "" {
		t = append(t, piece{text: rest})
	}
	return t, t.check()
}

// cutPlaceholder finds the end of a placeholder. A property may hold a brace,
// for dimension names may.
func cutPlaceholder(s string) (inside, rest string, ok bool) {
	if strings.HasPrefix(s, propPlaceholder+"('") {
		inside, rest, ok = strings.Cut(s, "')}")
		return inside + "')", rest, ok
	}
	return strings.Cut(s, "}")
}

func parsePlaceholder(s string) (placeholder, error) {
	if arg, ok := strings.CutPrefix(s, propPlaceholder+"('"); ok {
		property := strings.TrimSuffix(arg, "')")
		if !knownProperty(property) {
			return placeholder{}, fmt.Errorf("unknown property '%s'", property)
		}
		return placeholder{propPlaceholder, property}, nil
	}
	if s != labelPlaceholder && !isValuePlaceholder(s) {
		return placeholder{}, fmt.Errorf("unknown dynamic label ${%s}", s)
	}
	return placeholder{name: s}, nil
}

func knownProperty(s string) bool {
	switch s {
	case "AccountId", "AccountLabel", "MetricName", "Namespace", "Period", "Region", "Stat":
		return true
	}
	return strings.HasPrefix(s, dimensionProperty) && len(s) > len(dimensionProperty)
}

func (t template) check() error {
	n, labels := 0, 0
	for _, p := range t {
		if p.placeholder.name != "" {
			n++
		}
		if p.placeholder.name == labelPlaceholder {
			labels++
		}
	}
	switch {
	case n > maxPlaceholders:
		return fmt.Errorf("a label can have at most %d dynamic values", maxPlaceholders)
	case labels > 1:
		return errors.New("a label can have ${LABEL} only once")
	}
	return nil
}

// empty reports whether there is no label: an absent one and "" are the same
// for a metric.
func (t template) empty() bool { return len(t) == 0 }

func (t template) usesDefault() bool {
	return t.any(func(ph placeholder) bool { return ph.name == labelPlaceholder })
}

// usesValues reports whether the label tells of the series' values.
func (t template) usesValues() bool {
	return t.any(func(ph placeholder) bool { return isValuePlaceholder(ph.name) })
}

func (t template) any(is func(placeholder) bool) bool {
	for _, p := range t {
		if is(p.placeholder) {
			return true
		}
	}
	return false
}
