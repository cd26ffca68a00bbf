package alarms

import (
	"strings"
	"testing"

	"skywatch/catalog"
	"skywatch/metric"
)

// The history is told by type of alarm and by contributor: an item about a
// contributor only to who asks for its type or for the contributor.
func TestHistoryByTypeAndContributor(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	err := s.opts.Catalog.Update(t.Context(), func(tx *catalog.Tx) error {
		for i, it := range []HistoryItem{
			{AlarmName: "m", Type: StateUpdate, Summary: "state"},
			{AlarmName: "m", Type: ContributorStateUpdate, Summary: "a", ContributorID: "a", Attributes: map[string]string{"Host": "a"}},
			{AlarmName: "m", Type: ContributorAction, Summary: "a acts", ContributorID: "a"},
			{AlarmName: "m", Type: ContributorStateUpdate, Summary: "b", ContributorID: "b"},
			{AlarmName: "c", Composite: true, Type: StateUpdate, Summary: "composite"},
		} {
			it.At = metric.At(at(i))
			if err := remember(tx, tenant, it); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		q    HistoryQuery
		want string
	}{
		"as it is":            {HistoryQuery{}, "state"},
		"metric alarms":       {HistoryQuery{Types: Types{Metric: true}}, "state"},
		"composite alarms":    {HistoryQuery{Types: Types{Composite: true}}, "composite"},
		"both":                {HistoryQuery{Types: Types{Metric: true, Composite: true}}, "state composite"},
		"composite by name":   {HistoryQuery{AlarmName: "c"}, ""},
		"states":              {HistoryQuery{Type: StateUpdate}, "state"},
		"contributors":        {HistoryQuery{Type: ContributorStateUpdate}, "a b"},
		"one of them":         {HistoryQuery{Contributor: "a"}, "a, a acts"},
		"its actions":         {HistoryQuery{Contributor: "a", Type: ContributorAction}, "a acts"},
		"one that is not":     {HistoryQuery{Contributor: "c"}, ""},
		"one of a composite":  {HistoryQuery{Contributor: "a", Types: Types{Composite: true}}, ""},
		"one with its alarm":  {HistoryQuery{AlarmName: "m", Contributor: "b"}, "b"},
		"one of other alarms": {HistoryQuery{AlarmName: "n", Contributor: "b"}, ""},
	} {
		c.q.Ascending = true
		var got []string
		for _, it := range history(t, s, c.q) {
			got = append(got, it.Summary)
		}
		if text := strings.Join(got, " "); text != strings.ReplaceAll(c.want, ",", "") {
			t.Errorf("%s: %q, want %q", name, text, c.want)
		}
	}
}
