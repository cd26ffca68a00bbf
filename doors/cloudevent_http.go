package doors

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"unicode/utf8"

	"skywatch/internal/fault"
)

const (
	structuredType = "application/cloudevents"
	batchType      = "application/cloudevents-batch"
	// jsonFormat is the one event format that is read.
	jsonFormat = "+json"
	// headerPrefix begins the headers of attributes in binary mode.
	headerPrefix = "Ce-"
	// maxBatch is how many events a batch has at most.
	maxBatch = 1000
)

// readCloudEvents reads a request by the HTTP protocol binding.
func readCloudEvents(h http.Header, body []byte) ([]cloudEvent, error) {
	if e := h.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, wrongForm("The content encoding %.64q is not read; send the body as it is.", e)
	}
	contentType := h.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" {
		return nil, wrongForm("The Content-Type %.64q cannot be read.", contentType)
	}
	switch {
	case strings.HasSuffix(mediaType, jsonFormat) && strings.HasPrefix(mediaType, structuredType) && !utf8.Valid(body):
		return nil, fault.New(fault.Malformed, "The body is not UTF-8, as JSON must be.")
	case mediaType == batchType+jsonFormat:
		return readBatch(body)
	case mediaType == structuredType+jsonFormat:
		e, err := readStructured(body)
		return []cloudEvent{e}, err
	case strings.HasPrefix(mediaType, structuredType):
		return nil, wrongForm("The format %q is not read; there are %s and %s.", mediaType, structuredType+jsonFormat, batchType+jsonFormat)
	}
	e, err := readBinary(h, contentType, mediaType, body)
	return []cloudEvent{e}, err
}

func readBatch(body []byte) ([]cloudEvent, error) {
	var all []json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil || all == nil {
		return nil, fault.New(fault.Malformed, "The body is not a JSON array of CloudEvents.")
	}
	if len(all) > maxBatch {
		return nil, fault.New(fault.TooLarge, "The batch has %d events; %d are allowed.", len(all), maxBatch)
	}
	out := make([]cloudEvent, len(all))
	for i, raw := range all {
		var err error
		if out[i], err = readStructured(raw); err != nil {
			return nil, ofBatch(err, i, len(all))
		}
	}
	return out, nil
}

// readStructured reads the JSON format.
func readStructured(body []byte) (cloudEvent, error) {
	e := cloudEvent{attributes: map[string]json.RawMessage{}}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return e, fault.New(fault.Malformed, "The body is not a CloudEvent: not a JSON object.")
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	sort.Strings(names) // so that of several errors the same is told
	for _, name := range names {
		var err error
		switch value := members[name]; {
		case name != "data" && name != "data_base64":
			err = e.set(name, value)
		case string(value) == "null":
		case e.data != nil:
			err = wrongAttribute("data_base64", "it stands beside data")
		case name == "data":
			e.data = value
		default:
			e.data, e.base64 = value, true
			var text string
			if json.Unmarshal(value, &text) != nil || !isBase64(text) {
				err = wrongAttribute("data_base64", "it is not a string in Base64")
			}
		}
		if err != nil {
			return e, err
		}
	}
	return e, nil
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// readBinary reads attributes from headers; the body is the data.
func readBinary(h http.Header, contentType, mediaType string, body []byte) (cloudEvent, error) {
	e := cloudEvent{attributes: map[string]json.RawMessage{}}
	for name, values := range h {
		attribute, ours := strings.CutPrefix(name, headerPrefix)
		if !ours {
			continue
		}
		attribute = strings.ToLower(attribute)
		switch {
		case attribute == "datacontenttype" || attribute == "data" || attribute == "data_base64":
			return e, wrongAttribute(attribute, "it is not sent as a header of its own: Content-Type and the body have it")
		case len(values) > 1:
			return e, wrongAttribute(attribute, "its header is there more than once")
		}
		if err := e.setText(attribute, headerText(values[0])); err != nil {
			return e, err
		}
	}
	if contentType != "" {
		if err := e.setText("datacontenttype", contentType); err != nil {
			return e, err
		}
	}
	if len(body) == 0 {
		return e, nil
	}
	var err error
	e.data, e.base64, err = dataOf(mediaType, body)
	return e, err
}

func (e *cloudEvent) setText(name, value string) error {
	if !utf8.ValidString(value) {
		return wrongAttribute(name, "it is not UTF-8")
	}
	raw, err := plain(value)
	if err != nil {
		return err
	}
	return e.set(name, raw)
}

// headerText undoes the escapes of a header's value (HTTP protocol binding,
// 3.1.3.2). What is not an escape stands for itself.
func headerText(value string) string {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value[1 : n-1])
	}
	if text, err := url.PathUnescape(value); err == nil {
		return text
	}
	return value
}

// dataOf is a body as the JSON format has it: JSON as it is, text as a string,
// anything else in Base64. A body without a type is JSON if it can be. JSON that
// is not UTF-8 is none (RFC 8259, 8.1), and no target would take it.
func dataOf(mediaType string, body []byte) (data json.RawMessage, encoded bool, err error) {
	declared := mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
	switch valid := json.Valid(body) && utf8.Valid(body); {
	case declared && !valid:
		return nil, false, wrongAttribute("data", "it is not the JSON that its Content-Type says")
	case declared, valid && mediaType == "":
		return body, false, nil
	case strings.HasPrefix(mediaType, "text/") && utf8.Valid(body):
		data, err = plain(string(body))
		return data, false, err
	}
	data, err = plain(base64.StdEncoding.EncodeToString(body))
	return data, true, err
}
