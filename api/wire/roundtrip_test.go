package wire

import (
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

var seed = flag.Uint64("wire.seed", 1, "seed of the random values")

func newFiller(t testing.TB, stream uint64) *filler {
	t.Helper()
	t.Logf("-wire.seed=%d", *seed)
	return &filler{Rand: rand.New(rand.NewPCG(*seed, stream))}
}

// unanswered are the operations whose answer is an event stream: there is
// nothing to decode.
var unanswered = map[string]bool{"InvokeWithResponseStream": true}

// eachOperation runs f for every operation of every service in a fixed order.
func eachOperation(t *testing.T, f func(t *testing.T, service string, p Protocol, op testOperation)) {
	for service, p := range sdkServices {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			ops := testOperations(t, service)
			for _, name := range slices.Sorted(maps.Keys(ops)) {
				f(t, service, p, ops[name])
			}
		})
	}
}

// filled returns a random value of the Go type that holds schema.
func (r *filler) filled(t testing.TB, op testOperation, schema *smithy.Schema, typ reflect.Type) any {
	t.Helper()
	v := reflect.New(typ)
	if schema == nil {
		return v.Interface()
	}
	sh, err := op.Service.shapeOf(schema, typ)
	if err != nil {
		t.Fatal(err)
	}
	r.structure(sh, v.Elem())
	return v.Interface()
}

// What the SDK sends for a random input decodes to that input.
func TestSDKInputs(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, service string, p Protocol, op testOperation) {
		r := newFiller(t, 1)
		r.all = true
		for range 3 {
			in := r.filled(t, op, op.Input, op.in)
			hr, body := sdkRequest(t, service, op.Name, in)
			got := op.newInput()
			if err := p.Decode(&op.Operation, requestOf(op, hr, body), got); err != nil {
				t.Errorf("%s: %v", op.Name, err)
				return
			}
			if diff := cmp.Diff(dump(in), dump(got)); diff != "" {
				t.Errorf("%s (-sent +decoded):\n%s", op.Name, diff)
			}
		}
	})
}

// What we encode for a random output, the SDK decodes to that output.
func TestSDKOutputs(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, service string, p Protocol, op testOperation) {
		if unanswered[op.Name] {
			return
		}
		r := newFiller(t, 2)
		r.eighths = true
		for i := range 3 {
			r.all = i == 0
			out := r.filled(t, op, op.Output, op.out)
			res, err := p.Encode(&op.Operation, "11111111-2222-3333-4444-555555555555", answerOf(op, out))
			if err != nil {
				t.Errorf("%s: %v", op.Name, err)
				return
			}
			if res.Status != 200 {
				t.Errorf("%s: status %d", op.Name, res.Status)
			}
			full := newFiller(t, 3)
			full.all = true
			got, err := sdkAnswer(t, service, op.Name, full.filled(t, op, op.Input, op.in), res)
			if err != nil {
				t.Errorf("%s: %v\n%s", op.Name, err, res.Body)
				return
			}
			if diff := cmp.Diff(dump(out), dump(got)); diff != "" {
				t.Errorf("%s (-encoded +decoded):\n%s", op.Name, diff)
			}
		}
	})
}

// answerOf is out, or nil where the operation has no output.
func answerOf(op testOperation, out any) any {
	if op.Output == nil {
		return nil
	}
	return out
}

// Errors reach the program with AWS's code and our message.
func TestSDKErrors(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, service string, p Protocol, op testOperation) {
		e := &Error{
			Code: "Made.Up", Type: "com.amazonaws.test#MadeUpException", Status: 400, Sender: true,
			Message: "a <b> & \"c\" é",
		}
		want := "MadeUpException"
		if p == Query {
			want = "Made.Up"
		}
		r := newFiller(t, 4)
		r.all = true
		in := r.filled(t, op, op.Input, op.in)
		_, err := sdkAnswer(t, service, op.Name, in, p.EncodeError(op.Service, "id", e))
		var api smithy.APIError
		if !errors.As(err, &api) {
			t.Errorf("%s: %v is no API error", op.Name, err)
			return
		}
		if api.ErrorCode() != want || api.ErrorMessage() != e.Message {
			t.Errorf("%s: %s %q", op.Name, api.ErrorCode(), api.ErrorMessage())
		}
	})
}
