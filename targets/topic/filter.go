package topic

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"

	"skywatch/internal/fault"
	"skywatch/pattern"
	"skywatch/targets"
)

// The scopes of a filter policy: what of a message it looks at.
const (
	ofAttributes = "MessageAttributes"
	ofBody       = "MessageBody"
)

// Limits of filter policies (SNS developer guide, "filter policy constraints").
const (
	maxFilterNames        = 5
	maxFilterCombinations = 150
	maxFilterBytes        = 256 << 10
	maxFiltersPerTopic    = 200
)

// checkFilter holds a filter policy against the rules; reason is what precedes
// the parameter's name in a refusal.
func checkFilter(reason, text, scope string) error {
	wrong := func(format string, args ...any) error {
		return invalid(reason+"FilterPolicy: "+format, args...).On("FilterPolicy")
	}
	if len(text) > maxFilterBytes {
		return wrong("Filter policy can not be larger than %d bytes", maxFilterBytes) // (inferred)
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(text), &members); err != nil || members == nil {
		if err == nil || !isSyntax(err) {
			return wrong("Filter is not an object") // (inferred)
		}
		return wrong("failed to parse JSON. %v", err)
	}
	c := complexity{scope: scope, names: map[string]bool{}}
	values := c.object(members, 1)
	switch {
	case c.nested:
		return wrong("Filter policy scope MessageAttributes does not support nested filter policy")
	case len(c.names) > maxFilterNames:
		return wrong("Filter policy can not have more than %d keys", maxFilterNames)
	case values > maxFilterCombinations:
		return wrong("Filter policy is too complex")
	}
	if _, err := pattern.Compile([]byte(text)); err != nil {
		f := fault.Of(err)
		return wrong("%s", strings.TrimPrefix(f.Message, "Event pattern is not valid. Reason: "))
	}
	return nil
}

func isSyntax(err error) bool {
	var wrong *json.SyntaxError
	return errors.As(err, &wrong)
}

// complexity walks over a filter policy. Its measure is the product of the
// numbers of values, each times the depth of its name where the body is
// looked at; the branches of an $or are added up.
type complexity struct {
	scope  string
	nested bool // a name has names beneath it that must not
	names  map[string]bool
}

func (c *complexity) object(members map[string]any, depth int) int {
	product := 1
	for name, v := range members {
		if depth == 1 && name != "$or" {
			c.names[name] = true
		}
		factor := 1
		switch v := v.(type) {
		case []any:
			if name == "$or" {
				factor = c.or(v, depth)
			} else if factor = len(v); c.scope == ofBody {
				factor *= depth
			}
		case map[string]any:
			c.nested = c.nested || c.scope == ofAttributes
			factor = c.object(v, depth+1)
		}
		product = min(product*max(1, factor), maxFilterCombinations+1)
	}
	return product
}

func (c *complexity) or(branches []any, depth int) (sum int) {
	for _, b := range branches {
		if members, ok := b.(map[string]any); ok {
			sum = min(sum+c.object(members, depth), maxFilterCombinations+1)
		}
	}
	return sum
}

// takes reports whether a subscription's filter lets a message through. What the
// matcher does not read (arrays nested too deep) matches nothing: one
// subscriber's filter must not refuse a message to the others.
func (s *Service) takes(sub *Subscription, m *Message) (bool, error) {
	if sub.FilterPolicy == "" {
		return true, nil
	}
	var document []byte
	if sub.scope() == ofAttributes {
		document = m.attributesDocument()
	} else if document = []byte(m.text(sub.Protocol)); !isObject(document) {
		return false, nil
	}
	p, err := s.filters.get(sub.FilterPolicy)
	if err != nil {
		return false, err
	}
	ok, err := p.Match(document)
	if fault.Is(err, fault.InvalidValue) {
		return false, nil
	}
	return ok, err
}

func isObject(document []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{")) && json.Valid(document)
}

// attributesDocument is what a filter of attributes looks at: a JSON object of
// their values. It is made once for a message.
func (m *Message) attributesDocument() []byte {
	if m.document != nil {
		return m.document
	}
	all := make(map[string]json.RawMessage, len(m.Attributes))
	for name, a := range m.Attributes {
		if v := attributeValue(a); v != nil {
			all[name] = v
		}
	}
	m.document, _ = json.Marshal(all) // each is JSON: cannot fail
	return m.document
}

// attributeValue is an attribute's value as JSON; nil for a Binary one, which
// filters do not see.
func attributeValue(a targets.Attribute) json.RawMessage {
	text := json.RawMessage(quote(a.String))
	switch {
	case a.Base() == "Binary":
		return nil
	case a.Base() == "Number":
		if f, err := strconv.ParseFloat(a.String, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return json.RawMessage(strconv.FormatFloat(f, 'f', -1, 64))
		}
	case a.Type == "String.Array":
		list := bytes.TrimSpace([]byte(a.String))
		if bytes.HasPrefix(list, []byte("[")) && json.Valid(list) {
			return list
		}
	}
	return text
}

// maxFilters is how many compiled filters are remembered.
const maxFilters = 10_000

// filters remembers compiled filters by their text. It is safe for concurrent
// use.
type filters struct {
	mu  sync.Mutex
	all map[string]*pattern.Pattern
}

func (f *filters) get(text string) (*pattern.Pattern, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.all[text]; ok {
		return p, nil
	}
	p, err := pattern.Compile([]byte(text))
	if err != nil {
		return nil, err
	}
	if f.all == nil || len(f.all) == maxFilters {
		f.all = map[string]*pattern.Pattern{} // what is in use comes back
	}
	f.all[text] = p
	return p, nil
}
