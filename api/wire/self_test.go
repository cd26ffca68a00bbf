package wire

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
)

// bodyDialects are the dialects that put a whole input in the body.
var bodyDialects = []Protocol{Query, EC2Query, JSON10, JSON11, CBOR}

// written is an input as a client of the dialect writes it.
func written(p Protocol, sh *shape, v reflect.Value) []byte {
	switch p {
	case Query, EC2Query:
		w := &formWriter{ec2: p == EC2Query}
		writer{w}.structure(sh, v)
		return []byte(w.params.String())
	case CBOR:
		w := &cborWriter{}
		writer{w}.structure(sh, v)
		return w.b
	default:
		w := &jsonWriter{}
		writer{w}.structure(sh, v)
		return w.b
	}
}

// Every operation works in every dialect, though its SDK speaks only one: what
// is written for a random input decodes to that input.
func TestEveryDialectReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, p := range bodyDialects {
		for _, service := range []string{"cloudwatch", "eventbridge", "sqs", "sns", "sts"} {
			t.Run(p.String()+" "+service, func(t *testing.T) {
				t.Parallel()
				ops := testOperations(t, service)
				r := newFiller(t, uint64(p))
				r.special = true
				for _, name := range slices.Sorted(maps.Keys(ops)) {
					op := ops[name]
					sh, err := op.Service.shapeOf(op.Input, op.in)
					if err != nil {
						t.Fatal(err)
					}
					in := r.filled(t, op, op.Input, op.in)
					if m, ok := in.(*sqs.ReceiveMessageInput); ok {
						// In Query it has the name of AttributeNames.
						m.MessageSystemAttributeNames = nil
					}
					body := written(p, sh, reflect.ValueOf(in).Elem())
					got := op.newInput()
					if err := p.Decode(&op.Operation, &Request{Method: "POST", Body: body}, got); err != nil {
						t.Fatalf("%s: %v\n%q", name, err, body)
					}
					if diff := cmp.Diff(dump(in), dump(got)); diff != "" {
						t.Errorf("%s (-written +decoded):\n%s", name, diff)
					}
				}
			})
		}
	}
}
