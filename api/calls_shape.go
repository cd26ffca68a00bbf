package api

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"time"
)

const (
	// hiddenText stands for what is secret, in CloudTrail's words.
	hiddenText = "HIDDEN_DUE_TO_SECURITY_REASONS"
	// mostTold is the longest shape that is told, in bytes (CloudTrail's limit
	// of a field); a longer one is left out.
	mostTold = 100 << 10
)

// secretMembers are never told: the authorization of connections with all that
// is in it, and tokens that prove something.
var secretMembers = map[string]bool{"AuthParameters": true, "Token": true, "Password": true, "ClientSecret": true, "ApiKeyValue": true, "Environment": true, "ZipFile": true}

// told is an input or output as records show it: members by their names with a
// small first letter, what was not sent left out, secrets hidden.
func told(shape any) json.RawMessage {
	v, ok := visible(reflect.ValueOf(shape))
	if !ok {
		return json.RawMessage("null")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil || b.Len() > mostTold {
		return json.RawMessage(`{"omitted":true}`)
	}
	return b.Bytes()
}

// visible turns a value of a shape into one that encodes as it is told; ok is
// false for what was not sent.
func visible(v reflect.Value) (out any, ok bool) {
	switch v.Kind() {
	case reflect.Invalid:
		return nil, false
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, false
		}
		if v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Struct {
			return v.Elem().Interface(), true // sent, also where it is zero
		}
		return visible(v.Elem())
	case reflect.Struct:
		if t, isTime := v.Interface().(time.Time); isTime {
			return t.UTC().Format(time.RFC3339), true
		}
		return visibleMembers(v), true
	case reflect.Slice:
		if v.IsNil() {
			return nil, false
		}
		if b, isBytes := v.Interface().([]byte); isBytes {
			return b, true
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i], _ = visible(v.Index(i))
		}
		return list, true
	case reflect.Map:
		return v.Interface(), v.Len() > 0
	default:
		return v.Interface(), !v.IsZero()
	}
}

func visibleMembers(v reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		m, sent := visible(v.Field(i))
		switch {
		case !sent:
		case secretMembers[f.Name], withCredentials(m):
			out[lowerFirst(f.Name)] = hiddenText
		default:
			out[lowerFirst(f.Name)] = m
		}
	}
	return out
}

// withCredentials reports whether a value is a URL that says who calls it and
// with which password, as the endpoint of a subscription may.
func withCredentials(v any) bool {
	text, ok := v.(string)
	if !ok || !strings.Contains(text, "@") {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User != nil
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }
