package wire

import (
	"encoding/json"

	"github.com/fxamacker/cbor/v2"
)

// Sent reports whether the request has the named top-level member with a
// value, for members whose Go type cannot tell their zero value from absence
// (the SDK's int32 without a pointer). The request has been decoded without an
// error before. REST-JSON is not asked.
func (p Protocol) Sent(r *Request, member string) bool {
	switch p {
	case JSON10, JSON11:
		var all map[string]json.RawMessage
		_ = json.Unmarshal(r.Body, &all)
		v, ok := all[member]
		return ok && string(v) != "null"
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
