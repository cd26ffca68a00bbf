package otlp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// encoding is one of the two in which messages travel.
type encoding string

const (
	binary encoding = "application/x-protobuf"
	text   encoding = "application/json"
)

// encodingOf is the encoding of a request by its content type. A request of
// another type is refused in JSON.
func encodingOf(contentType string) (encoding, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	switch enc := encoding(kind); {
	case err == nil && (enc == binary || enc == text):
		return enc, nil
	default:
		return text, &refusal{http.StatusUnsupportedMediaType, fmt.Sprintf("content type %.100q is neither %s nor %s", contentType, binary, text)}
	}
}

// decode reads ExportMetricsServiceRequest: MetricsData is the same message
// under another name, without gRPC in its package.
//
// OTLP's JSON is that of protobuf but for the ids of traces, which only exemplars
// have, and enums, which must be numbers; names are taken as well. Members that are
// not known are passed over, as the protocol wants.
func (e encoding) decode(b []byte) (*metrics.MetricsData, error) {
	m := &metrics.MetricsData{}
	err := e.checkSize(b, m.ProtoReflect().Descriptor())
	if err != nil {
		return nil, err
	}
	if e == text {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(b, m)
	} else {
		err = proto.Unmarshal(b, m)
	}
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "the message cannot be read: " + err.Error()}
	}
	return m, nil
}

// partial is ExportMetricsPartialSuccess.
type partial struct {
	Rejected int64  `json:"rejectedDataPoints,string,omitempty"`
	Message  string `json:"errorMessage,omitempty"`
}

// response writes ExportMetricsServiceResponse; nil is a whole success.
func (e encoding) response(p *partial) []byte {
	if e == text {
		return marshal(struct {
			Partial *partial `json:"partialSuccess,omitempty"`
		}{p})
	}
	if p == nil {
		return nil
	}
	return appendBytes(nil, 1, appendBytes(appendInt(nil, 1, p.Rejected), 2, []byte(p.Message)))
}

// status writes google.rpc.Status.
func (e encoding) status(code int32, message string) []byte {
	if e == text {
		return marshal(struct {
			Code    int32  `json:"code"`
			Message string `json:"message"`
		}{code, message})
	}
	return appendBytes(appendInt(nil, 1, int64(code)), 2, []byte(message))
}

// marshal writes what has no value that JSON lacks.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func appendInt(b []byte, field protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(v))
}

func appendBytes(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}
