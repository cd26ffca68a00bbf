package otlp

import (
	"bytes"
	"fmt"
	"net/http"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxMessages bounds the messages within a request: a point, an attribute and its
// value are one each. Empty ones take two bytes on the wire and more than a hundred
// in memory.
const maxMessages = 1 << 20

// maxNesting bounds messages within messages; what is deeper is left to the
// decoder, which has a bound of its own.
const maxNesting = 100

func tooMany() error {
	return &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("the request has more than %d points, attributes and values; send fewer points at once", maxMessages)}
}

// checkSize refuses what would become too much in memory, before it does.
func (e encoding) checkSize(b []byte, root protoreflect.MessageDescriptor) error {
	left := maxMessages
	if e == text {
		left -= bytes.Count(b, []byte("{"))
	} else {
		count(b, root, maxNesting, &left)
	}
	if left < 0 {
		return tooMany()
	}
	return nil
}

// count takes the messages within b, which is one of kind d, from left. It stops
// where they are too many and where b is malformed, which the decoder will say.
func count(b []byte, d protoreflect.MessageDescriptor, depth int, left *int) {
	for len(b) > 0 && *left >= 0 && depth > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return
		}
		value := b[n:]
		m := protowire.ConsumeFieldValue(number, kind, value)
		if m < 0 {
			return
		}
		b = value[m:]
		if f := d.Fields().ByNumber(number); f != nil && f.Message() != nil && kind == protowire.BytesType {
			*left--
			inner, _ := protowire.ConsumeBytes(value)
			count(inner, f.Message(), depth-1, left)
		}
	}
}
