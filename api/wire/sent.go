package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// Sent reports whether the request has the named member with a value, for
// members whose Go type cannot tell their zero value from absence (the SDK's
// int32 without a pointer). The member is a top-level one; in JSON also one of a
// list's element, as Entries.0.Count, and in Query whatever a parameter's name
// is (Entry.1.Count). The request has been decoded without an error before.
// REST-JSON is not asked.
func (p Protocol) Sent(r *Request, member string) bool {
	switch p {
	case JSON10, JSON11:
		return sentJSON(r.Body, strings.Split(member, "."))
	case CBOR:
		var all map[string]cbor.RawMessage
		_ = cbor.Unmarshal(r.Body, &all)
		v, ok := all[member]
		const null, undefined = 0xf6, 0xf7
		return ok && len(v) > 0 && v[0] != null && v[0] != undefined
	default:
		return r.Form.Has(member) || FormValue(r.Body, member) != ""
	}
}

// sentJSON looks for the value at a path in a body.
func sentJSON(body []byte, path []string) bool {
	name := path[len(path)-1]
	if !bytes.Contains(body, []byte(name)) && !bytes.Contains(body, []byte(`\u`)) {
		return false // it is nowhere, so nothing need be parsed
	}
	for _, part := range path {
		if i, err := strconv.Atoi(part); err == nil {
			var list []json.RawMessage
			if json.Unmarshal(body, &list) != nil || i < 0 || i >= len(list) {
				return false
			}
			body = list[i]
			continue
		}
		var all map[string]json.RawMessage
		_ = json.Unmarshal(body, &all)
		body = all[part]
	}
	return len(body) > 0 && string(body) != "null"
}
