package query_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"skywatch/metric"
	"skywatch/query"
)

// Columns tells the groups with their labels, and whether there are more.
func TestColumns(t *testing.T) {
	t.Parallel()
	store := &samples{}
	for i := range 3 {
		store.add(metric.Sample{
			ID:   metric.ID{Tenant: tenant, Namespace: "App", Name: "M", Dimensions: []metric.Dimension{{Name: "Host", Value: fmt.Sprint(i)}}},
			Time: noon.Add(-time.Duration(i+1) * 5 * time.Minute), Set: metric.Single(float64(10 * i)),
		})
	}
	none := math.NaN()
	no, period := false, int32(300)
	selected := query.DataQuery{ID: "q", Expression: "SELECT SUM(M) FROM App GROUP BY Host ORDER BY MAX() DESC", Period: &period}
	input := selected
	input.ReturnData = &no
	of := func(host string) []metric.Dimension { return []metric.Dimension{{Name: "Host", Value: host}} }
	for name, c := range map[string]struct {
		limits  query.Limits
		queries []query.DataQuery
		want    []query.Column
		partial bool
	}{
		"grouped": {query.Limits{}, []query.DataQuery{selected}, []query.Column{
			{Labels: of("2"), Values: []float64{20, none, none}},
			{Labels: of("1"), Values: []float64{none, 10, none}},
			{Labels: of("0"), Values: []float64{none, none, 0}},
		}, false},
		"too many": {query.Limits{Groups: 2}, []query.DataQuery{selected}, []query.Column{
			{Labels: of("2"), Values: []float64{20, none, none}},
			{Labels: of("1"), Values: []float64{none, 10, none}},
		}, true},
		"too many metrics": {query.Limits{Scanned: 1}, []query.DataQuery{selected}, []query.Column{
			{Labels: of("0"), Values: []float64{none, none, 0}},
		}, true},
		"computed": {query.Limits{}, []query.DataQuery{input, {ID: "e", Expression: "MAX(q)"}}, []query.Column{
			{Values: []float64{20, 10, 0}},
		}, false},
	} {
		// Periods begin at any minute.
		got, partial, err := query.New(store, nil, c.limits).Columns(t.Context(), noon, tenant, c.queries, noon.Add(-16*time.Minute), noon.Add(-time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateNaNs()); diff != "" || partial != c.partial {
			t.Errorf("%s: partial %v\n(-want +got)\n%s", name, partial, diff)
		}
	}
}
