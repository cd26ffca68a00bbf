package doors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
)

const (
	// specVersion is the only one that is spoken.
	specVersion = "1.0"
	// repeatWindow is how long a CloudEvent is known by its source and id.
	repeatWindow = time.Hour
	// contextMember is where a detail has the attributes of its CloudEvent.
	contextMember = "cloudevent"
)

// cloudEvent is a CloudEvent as it was sent: attributes as JSON values, the
// absent ones left out.
type cloudEvent struct {
	attributes map[string]json.RawMessage
	// data is a JSON value under the name of the JSON format, data or
	// data_base64; nil: none.
	data   json.RawMessage
	base64 bool
}

// CloudEvents takes a request with CloudEvents, in whichever of the three modes
// its headers say, and puts them on a bus.
func (s *Service) CloudEvents(ctx context.Context, to rules.BusName, h http.Header, body []byte) ([]Taken, error) {
	return s.cloudEvents(ctx, way{to, "cloudevents " + to.Bus, repeatWindow}, h, body)
}

func (s *Service) cloudEvents(ctx context.Context, w way, h http.Header, body []byte) ([]Taken, error) {
	events, err := readCloudEvents(h, body)
	if err != nil {
		return nil, err
	}
	all := make([]arrival, len(events))
	for i := range events {
		if all[i], err = events[i].arrival(); err != nil {
			return nil, ofBatch(err, i, len(events))
		}
	}
	return s.take(ctx, w, all)
}

// attributeName is what the specification demands of one.
var attributeName = regexp.MustCompile(`^[a-z0-9]+$`)

// set keeps an attribute of the JSON format: a string, an integer of 32 bits or
// a boolean; null is as good as absent.
func (e *cloudEvent) set(name string, value json.RawMessage) error {
	if !attributeName.MatchString(name) {
		return wrongAttribute(name, "its name is not of lower-case letters and digits")
	}
	switch c := bytes.TrimLeft(value, " \t\r\n")[0]; {
	case c == 'n':
		return nil
	case c == '"', c == 't', c == 'f':
	default:
		if n, err := strconv.ParseInt(string(value), 10, 64); err != nil || n < math.MinInt32 || n > math.MaxInt32 {
			return wrongAttribute(name, "it is neither a string, nor a boolean, nor an integer of 32 bits")
		}
	}
	e.attributes[name] = value
	return nil
}

// text is an attribute's string, empty where it has none.
func (e *cloudEvent) text(name string) (string, error) {
	raw, ok := e.attributes[name]
	if !ok {
		return "", nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "", wrongAttribute(name, "it is not a string")
	}
	if s == "" {
		return "", wrongAttribute(name, "it is empty")
	}
	return s, nil
}

func wrongAttribute(name, why string) error {
	return fault.New(fault.InvalidValue, "The attribute %.64q of the CloudEvent is not valid: %s.", name, why).On(name)
}

// mostText bounds what becomes a source or an element of Resources, as PutEvents
// does the latter.
const mostText = 2048

// known are the attributes that the specification defines.
type known struct {
	id, source, detailType, subject string
	at                              time.Time
}

// check holds the event to the specification.
func (e *cloudEvent) check() (k known, err error) {
	var version, schema, at, contentType string
	for _, a := range []struct {
		name     string
		to       *string
		required bool
	}{
		{"specversion", &version, true},
		{"id", &k.id, true},
		{"source", &k.source, true},
		{"type", &k.detailType, true},
		{"subject", &k.subject, false},
		{"time", &at, false},
		{"dataschema", &schema, false},
		{"datacontenttype", &contentType, false},
	} {
		if *a.to, err = e.text(a.name); err != nil {
			return k, err
		}
		if a.required && *a.to == "" {
			return k, fault.New(fault.Missing, "The attribute %q of the CloudEvent is missing.", a.name).On(a.name)
		}
	}
	if version != specVersion {
		return k, wrongAttribute("specversion", "only 1.0 is spoken here")
	}
	for _, a := range []struct{ name, value string }{{"source", k.source}, {"dataschema", schema}} {
		if _, err := url.Parse(a.value); err != nil {
			return k, wrongAttribute(a.name, "it is not a URI reference")
		}
	}
	for _, a := range []struct{ name, value string }{{"source", k.source}, {"subject", k.subject}} {
		if len(a.value) > mostText {
			return k, wrongAttribute(a.name, fmt.Sprintf("it is longer than %d bytes", mostText))
		}
	}
	if at != "" {
		if k.at, err = time.Parse(time.RFC3339, at); err != nil {
			return k, wrongAttribute("time", "it is not a time of RFC 3339")
		}
		if !event.ValidTime(k.at) { // its offset leads out of what an envelope can show
			return k, wrongAttribute("time", "its year in UTC is not of four digits")
		}
	}
	return k, nil
}

// arrival is the CloudEvent as an event of a bus.
func (e *cloudEvent) arrival() (arrival, error) {
	k, err := e.check()
	if err != nil {
		return arrival{}, err
	}
	detail, err := e.detail()
	if err != nil {
		return arrival{}, err
	}
	a := arrival{Entry: rules.Entry{Time: k.at, Source: k.source, DetailType: k.detailType, Detail: detail}}
	if k.subject != "" {
		a.Resources = []string{k.subject}
	}
	sum := sha256.Sum256([]byte(k.source + "\x00" + k.id))
	a.key = hex.EncodeToString(sum[:])
	return a, nil
}

// detail is the data, if they are an object, with the attributes in a member of
// its own behind them; other data stand in a member themselves.
func (e *cloudEvent) detail() (string, error) {
	about, err := plain(e.attributes)
	if err != nil {
		return "", err
	}
	member := `"` + contextMember + `":` + string(about)
	switch {
	case e.data == nil:
		return "{" + member + "}", nil
	case e.base64:
		return `{"data_base64":` + string(e.data) + "," + member + "}", nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(e.data, &members) != nil || members == nil || members[contextMember] != nil {
		return `{"data":` + string(e.data) + "," + member + "}", nil
	}
	if len(members) == 0 {
		return "{" + member + "}", nil
	}
	inside := bytes.TrimSuffix(bytes.TrimRight(e.data, " \t\r\n"), []byte("}"))
	return string(inside) + "," + member + "}", nil
}

// plain is v as JSON without the escapes that are for HTML.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// busOf is the bus of a name in an account and region.
func busOf(t metric.Tenant, name string) rules.BusName {
	if name == "" {
		name = rules.DefaultBus
	}
	return rules.BusName{Tenant: t, Bus: name}
}
