package function

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDone(t *testing.T) {
	t.Parallel()
	batch := []Message{{ID: "1", Receipt: "r1"}, {ID: "2", Receipt: "r2"}}
	both := []string{"r1", "r2"}
	for _, c := range []struct {
		partial     bool
		answer      string
		done, again []string
	}{
		{false, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, both, nil},
		{true, `null`, both, nil},
		{true, `{}`, both, nil},
		{true, `{"batchItemFailures":[]}`, both, nil},
		{true, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, []string{"r2"}, []string{"r1"}},
		{true, `{"batchItemFailures":[{"itemIdentifier":"3"}]}`, nil, both},
		{true, `{"batchItemFailures":[{"itemIdentifier":""}]}`, nil, both},
		{true, `"x"`, nil, both},
		{true, `{`, nil, both},
	} {
		m := Mapping{Partial: c.partial}
		done, again := m.done(batch, []byte(c.answer))
		if diff := cmp.Diff([][]string{c.done, c.again}, [][]string{done, again}); diff != "" {
			t.Errorf("%v %s (-want +got):\n%s", c.partial, c.answer, diff)
		}
	}
}
