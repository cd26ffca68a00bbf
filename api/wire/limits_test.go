package wire

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/internal/fault"
)

// A body of 10 MB, the most that the dispatcher lets through, must not unfold
// into gigabytes: it is refused while it is still small.
func TestBodiesDoNotUnfold(t *testing.T) {
	op := testOperations(t, "cloudwatch")["PutMetricData"]
	const size = 10 << 20
	cborData, _ := hex.DecodeString("a16a4d6574726963446174619f")
	form := &strings.Builder{}
	for i := 0; form.Len() < size; i++ {
		form.WriteString("a." + strconv.Itoa(i) + "&")
	}
	deep := &strings.Builder{}
	for i := 0; deep.Len() < size; i++ {
		deep.WriteString(strconv.Itoa(i) + strings.Repeat(".a", 60) + "&")
	}
	cborValues, _ := hex.DecodeString("a16a4d65747269634461746181a16656616c7565739f")
	keys := &strings.Builder{}
	keys.WriteString(`{"EntityMetricData":[{"Entity":{"Attributes":{"":""`)
	for i := 0; keys.Len() < size; i++ {
		keys.WriteString(`,"` + strconv.FormatInt(int64(i), 36) + `":""`)
	}
	tests := []struct {
		name     string
		protocol Protocol
		body     []byte
	}{
		{"cbor values", CBOR, append(cborValues, make([]byte, size)...)},
		{"json map", JSON10, []byte(keys.String() + "}}}]}")},
		{"cbor", CBOR, append(cborData, bytes.Repeat([]byte{0xa0}, size)...)},
		{"json", JSON10, []byte(`{"MetricData":[{}` + strings.Repeat(",{}", size/3) + "]}")},
		{"form", Query, []byte(form.String())},
		{"deep form", Query, []byte(deep.String())},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := tt.protocol.Decode(&op.Operation, &Request{Method: "POST", Body: tt.body}, &cloudwatch.PutMetricDataInput{})
			runtime.ReadMemStats(&after)
			if !fault.Is(err, fault.TooLarge) {
				t.Errorf("error %v, want too large", err)
			}
			// Growing a slice copies it a few times over.
			if got := after.TotalAlloc - before.TotalAlloc; got > 8*maxValueBytes {
				t.Errorf("took %d MB", got>>20)
			}
		})
	}
}

// The largest legal request passes: 1000 data of 150 values with 30 dimensions
// in Query, which has more parameters than net/url would read.
func TestLargestRequestPasses(t *testing.T) {
	t.Parallel()
	op := testOperations(t, "cloudwatch")["PutMetricData"]
	var b strings.Builder
	b.WriteString("Action=PutMetricData&Namespace=n")
	for d := 1; d <= 1000; d++ {
		for v := 1; v <= 150; v++ {
			fmt.Fprintf(&b, "&MetricData.member.%d.Values.member.%d=%d", d, v, v)
		}
		for k := 1; k <= 30; k++ {
			fmt.Fprintf(&b, "&MetricData.member.%d.Dimensions.member.%d.Name=%d", d, k, k)
		}
	}
	in := &cloudwatch.PutMetricDataInput{}
	body := []byte(b.String())
	if err := Query.Decode(&op.Operation, &Request{Method: "POST", Body: body}, in); err != nil {
		t.Fatal(err)
	}
	if n := len(in.MetricData); n != 1000 || len(in.MetricData[999].Values) != 150 || *in.MetricData[999].Dimensions[29].Name != "30" {
		t.Errorf("%d data", n)
	}
	if got := FormValue(body, "Action"); got != "PutMetricData" {
		t.Errorf("Action = %q", got)
	}
}

func TestFormValue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, want string }{
		{"", ""},
		{"Version=1&Action=Put%4Detric", "PutMetric"},
		{"Action=a&Action=b", "a"},
		{"%41ction=a+b", "a b"},
		{"x=%zz&Action=a", ""},
		{"Action", ""},
		{"&&=&Action=a", "a"},
	} {
		if got := FormValue([]byte(tt.body), "Action"); got != tt.want {
			t.Errorf("FormValue(%q) = %q, want %q", tt.body, got, tt.want)
		}
	}
}
