package alarms

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func put(t testing.TB, s *Service, now time.Time, change func(*Put)) {
	t.Helper()
	p := cpu()
	if change != nil {
		change(p)
	}
	if err := s.Put(t.Context(), tenant, p, now); err != nil {
		t.Fatal(err)
	}
}

func history(t testing.TB, s *Service, q HistoryQuery) []HistoryItem {
	t.Helper()
	items, _, err := s.History(tenant, q)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func (s *Service) set(t testing.TB, name string, v State, now time.Time) {
	t.Helper()
	if err := s.SetState(t.Context(), Key{tenant, name}, v, "by hand", "", now); err != nil {
		t.Fatal(err)
	}
}

func TestPutTwiceTheSame(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	before := describe(t, s, "cpu")
	put(t, s, at(1), func(p *Put) { p.OKActions, p.Dimensions, p.Tags = []string{}, []metric.Dimension{}, []Tag{{"a", "b"}} })
	after := describe(t, s, "cpu")
	if before.revision != after.revision || before.ConfigurationUpdated != after.ConfigurationUpdated {
		t.Errorf("changed: %+v", after)
	}
	if n := len(history(t, s, HistoryQuery{})); n != 1 {
		t.Errorf("%d history items", n)
	}
}

func TestReplaceKeepsStateAndTags(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), func(p *Put) { p.Tags = []Tag{{"kept", "yes"}} })
	s.set(t, "cpu", Alarming, at(1))
	put(t, s, at(2), func(p *Put) {
		p.MetricName, p.TreatMissingData, p.Tags = "Other", "ignore", []Tag{{"kept", "no"}}
	})
	a := describe(t, s, "cpu")
	if a.Value != Alarming || a.Updated != metric.At(at(1)) || a.ConfigurationUpdated != metric.At(at(2)) {
		t.Errorf("%+v", a)
	}
	tags, err := s.Tags(tenant, a.ARN())
	if diff := cmp.Diff([]Tag{{"kept", "yes"}}, tags); diff != "" || err != nil {
		t.Errorf("tags, %v (-want +got)\n%s", err, diff)
	}
	// The index follows.
	for name, want := range map[string]int{"CPU": 0, "Other": 1} {
		found, err := s.DescribeForMetric(Watching{Metric: metric.ID{Tenant: tenant, Namespace: "App", Name: name}})
		if err != nil || len(found) != want {
			t.Errorf("%d alarms on %s, %v", len(found), name, err)
		}
	}
}

// History data in the recorded form, byte for byte.
func TestConfigurationHistory(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), func(p *Put) { p.AlarmActions = nil })
	put(t, s, at(1), func(p *Put) { p.AlarmActions, p.TreatMissingData = nil, "ignore" })
	if err := s.SetActionsEnabled(t.Context(), tenant, []string{"cpu"}, false, at(2)); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), tenant, []string{"cpu"}, at(3)); err != nil {
		t.Fatal(err)
	}
	const arn = `"alarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu"`
	body := func(updated, more, enabled string) string {
		return `{"alarmName":"cpu",` + arn + `,"alarmConfigurationUpdatedTimestamp":"2026-11-22T12:00:0` + updated + `.000+0000",` +
			`"namespace":"App","metricName":"CPU","extendedStatistic":"AVERAGE","period":60,"dimensions":[],"threshold":50.0,` +
			`"comparisonOperator":"GreaterThanThreshold","evaluationPeriods":1,` + more + `"stateValue":"INSUFFICIENT_DATA",` +
			`"stateUpdatedTimestamp":"2026-11-22T12:00:00.000+0000","actionsEnabled":` + enabled + `,"alarmActions":[],` +
			`"insufficientDataActions":[],"okactions":[]}`
	}
	const ignore = `"treatMissingData":"ignore",`
	want := []HistoryItem{
		{
			AlarmName: "cpu", At: metric.At(at(0)), Type: ConfigurationUpdate, Summary: `Alarm "cpu" created`,
			Data: `{"version":"1.0","type":"Create","createdAlarm":` + body("0", "", "true") + `}`,
		},
		{
			AlarmName: "cpu", At: metric.At(at(1)), Type: ConfigurationUpdate, Summary: `Alarm "cpu" updated`,
			Data: `{"version":"1.0","type":"Update","updatedAlarm":` + body("1", ignore, "true") +
				`,"originalUpdatedFields":{"alarmConfigurationUpdatedTimestamp":"2026-11-22T12:00:00.000+0000"}}`,
		},
		{
			AlarmName: "cpu", At: metric.At(at(2)), Type: ConfigurationUpdate, Summary: `Alarm "cpu" updated`,
			Data: `{"version":"1.0","type":"Update","updatedAlarm":` + body("2", ignore, "false") +
				`,"originalUpdatedFields":{"alarmConfigurationUpdatedTimestamp":"2026-11-22T12:00:01.000+0000","actionsEnabled":true}}`,
		},
		{
			AlarmName: "cpu", At: metric.At(at(3)), Type: ConfigurationUpdate, Summary: `Alarm "cpu" deleted`,
			Data: `{"version":"1.0","type":"Delete","deletedAlarm":` + body("2", ignore, "false") + `}`,
		},
	}
	if diff := cmp.Diff(want, history(t, s, HistoryQuery{AlarmName: "cpu", Ascending: true})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSetState(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	if err := s.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "first", `{ "z": 2, "a": [1] }`, at(1)); err != nil {
		t.Fatal(err)
	}
	// The same value changes nothing, the reason included.
	if err := s.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "second", "", at(2)); err != nil {
		t.Fatal(err)
	}
	a := describe(t, s, "cpu")
	want := Status{Value: Alarming, Reason: "first", ReasonData: `{ "z": 2, "a": [1] }`, Updated: metric.At(at(1)), Transitioned: metric.At(at(1))}
	if diff := cmp.Diff(want, a.Status); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	items := history(t, s, HistoryQuery{Type: StateUpdate})
	const data = `{"version":"1.0","oldState":{"stateValue":"INSUFFICIENT_DATA","stateReason":"Unchecked: Initial alarm creation"},` +
		`"newState":{"stateValue":"ALARM","stateReason":"first","stateReasonData":{ "z": 2, "a": [1] }}}`
	if len(items) != 1 || items[0].Data != data {
		t.Errorf("history %+v", items)
	}
	if n := len(deliveries(t, s.opts.Catalog)); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	err := s.SetState(t.Context(), Key{tenant, "none"}, OK, "", "", at(3))
	if f := fault.Of(err); f.Kind != fault.NotFound || f.Subject != "alarm" || f.Message != "" {
		t.Errorf("unknown alarm: %+v", f)
	}
	if err := s.SetState(t.Context(), Key{tenant, "cpu"}, OK, "", `{"unfinished":`, at(3)); !fault.Is(err, fault.InvalidFormat) {
		t.Errorf("bad JSON: %v", err)
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	other := topic + "-2"
	put(t, s, at(0), func(p *Put) { p.AlarmActions, p.OKActions = []string{topic, other}, []string{other} })
	s.set(t, "cpu", Alarming, at(1))
	s.set(t, "cpu", OK, at(2))
	s.set(t, "cpu", InsufficientData, at(3)) // has no actions
	if err := s.SetActionsEnabled(t.Context(), tenant, []string{"cpu"}, false, at(4)); err != nil {
		t.Fatal(err)
	}
	s.set(t, "cpu", Alarming, at(5))
	if err := s.SetActionsEnabled(t.Context(), tenant, []string{"cpu"}, true, at(6)); err != nil {
		t.Fatal(err)
	}
	var got []string
	ids := map[string]bool{}
	for _, d := range deliveries(t, s.opts.Catalog) {
		got = append(got, d.Created.Format("05 ")+d.Subject[:2]+" "+d.Target[len(d.Target)-2:])
		ids[d.ID] = true
		if d.Kind != ActionKind || d.Cause != "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu" || d.Tenant != tenant {
			t.Errorf("%+v", d)
		}
	}
	if len(ids) != 3 || len(got) != 3 || got[2] != "02 OK -2" {
		t.Errorf("%q", got)
	}
}

// The message in the recorded form, byte for byte.
func TestMessage(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	description := `a "quoted" <b>`
	put(t, s, at(0), func(p *Put) {
		p.Description, p.Unit, p.DatapointsToAlarm, p.TreatMissingData = &description, "Seconds", 1, "ignore"
		p.Dimensions = []metric.Dimension{{Name: "InstanceId", Value: "abc"}}
	})
	s.set(t, "cpu", Alarming, at(1))
	const want = `{"AlarmName":"cpu","AlarmDescription":"a \"quoted\" <b>","AWSAccountId":"123456789012",` +
		`"AlarmConfigurationUpdatedTimestamp":"2026-11-22T12:00:00.000+0000","NewStateValue":"ALARM","NewStateReason":"by hand",` +
		`"StateChangeTime":"2026-11-22T12:00:01.000+0000","Region":"US East (N. Virginia)",` +
		`"AlarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu","OldStateValue":"INSUFFICIENT_DATA",` +
		`"ActionExecutedAfterMuteWindow":false,"OKActions":[],"AlarmActions":["arn:aws:sns:us-east-1:123456789012:pager"],` +
		`"InsufficientDataActions":[],"Trigger":{"MetricName":"CPU","Namespace":"App","StatisticType":"Statistic",` +
		`"Statistic":"AVERAGE","Unit":"Seconds","Dimensions":[{"value":"abc","name":"InstanceId"}],"Period":60,` +
		`"EvaluationPeriods":1,"DatapointsToAlarm":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":50.0,` +
		`"TreatMissingData":"ignore","EvaluateLowSampleCountPercentile":""}}`
	sent := deliveries(t, s.opts.Catalog)
	if len(sent) != 1 {
		t.Fatalf("%d deliveries", len(sent))
	}
	if diff := cmp.Diff(want, sent[0].Message); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a-long-name-", 10)
	for name, want := range map[string]string{
		"cpu":       `ALARM: "cpu" in US East (N. Virginia)`,
		long:        `ALARM: "` + long[:63] + `..." in US East (N. Virginia)`, // recorded: 100 in all
		"a-界é界-b\n": `ALARM: "a-_-b_" in US East (N. Virginia)`,
	} {
		n := notification{AlarmName: name, NewStateValue: Alarming, Region: regionName("us-east-1")}
		if got := n.subject(); got != want || len(got) > 100 {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestActionOutcome(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	s.set(t, "cpu", Alarming, at(1))
	d := deliveries(t, s.opts.Catalog)[0]
	for i, e := range []string{"", "no such topic"} {
		err := s.opts.Catalog.Update(t.Context(), func(tx *catalog.Tx) error {
			return s.ActionOutcome(tx, targets.Outcome{Delivery: d, Err: e, At: at(2 + i)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	items := history(t, s, HistoryQuery{AlarmName: "cpu", Type: Action, Ascending: true})
	if len(items) != 2 {
		t.Fatalf("%d items", len(items))
	}
	const ms = `1795348801000` // of 12:00:01
	published, err := variants(d.Message)
	if err != nil {
		t.Fatal(err)
	}
	want := []HistoryItem{
		{
			AlarmName: "cpu", At: metric.At(at(2)), Type: Action, Summary: "Successfully executed action " + topic,
			Data: `{"actionState":"Succeeded","stateUpdateTimestamp":` + ms + `,"notificationResource":"` + topic +
				`","publishedMessage":` + encode(published) + `,"error":null,"muteWindowEndTimestamp":null}`,
		},
		{
			AlarmName: "cpu", At: metric.At(at(3)), Type: Action,
			Summary: "Failed to execute action " + topic + `. Received error: "no such topic"`,
			Data: `{"actionState":"Failed","stateUpdateTimestamp":` + ms + `,"notificationResource":"` + topic +
				`","publishedMessage":null,"error":"no such topic","muteWindowEndTimestamp":null}`,
		},
	}
	if diff := cmp.Diff(want, items); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDescribePages(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	for i := range 7 {
		put(t, s, at(i), func(p *Put) { p.Name = fmt.Sprintf("a-%d", 6-i) })
	}
	put(t, s, at(9), func(p *Put) { p.Name, p.AlarmActions = "b", nil })
	s.set(t, "a-3", OK, at(10))
	names := func(q Description) (all []string) {
		for {
			page, next, err := s.Describe(tenant, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page {
				all = append(all, a.Name)
			}
			if next == "" {
				return all
			}
			if len(page) != q.Max {
				t.Fatalf("page of %d with a token", len(page))
			}
			q.Token = next
		}
	}
	for name, c := range map[string]struct {
		q    Description
		want []string
	}{
		"all":    {Description{Max: 3}, []string{"a-0", "a-1", "a-2", "a-3", "a-4", "a-5", "a-6", "b"}},
		"prefix": {Description{Prefix: "a-", Max: 7}, []string{"a-0", "a-1", "a-2", "a-3", "a-4", "a-5", "a-6"}},
		"names":  {Description{Names: []string{"b", "none", "a-1", "b"}, Max: 1}, []string{"a-1", "b"}},
		"state":  {Description{State: OK, Max: 1}, []string{"a-3"}},
		"action": {Description{ActionPrefix: "arn:aws:sns", Prefix: "a-6"}, []string{"a-6"}},
	} {
		if diff := cmp.Diff(c.want, names(c.q)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	_, next, err := s.Describe(tenant, Description{Max: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Describe(tenant, Description{Token: next, State: OK}); !fault.Is(err, fault.InvalidToken) {
		t.Errorf("token of another request: %v", err)
	}
	if _, _, err := s.Describe(metric.Tenant{Account: "1", Region: "x"}, Description{Token: next}); !fault.Is(err, fault.InvalidToken) {
		t.Errorf("token of another tenant: %v", err)
	}
}

func TestSummaryOfLongName(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	name := strings.Repeat("ü", 255)
	put(t, s, time.Now(), func(p *Put) { p.Name = name })
	want := `Alarm "` + name[:2*(maxSummary-len(`Alarm "`))]
	if got := history(t, s, HistoryQuery{AlarmName: name})[0].Summary; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHistoryRangesAndPages(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	put(t, s, at(1), func(p *Put) { p.Name = "other" })
	for i := range 6 {
		s.set(t, "cpu", []State{Alarming, OK}[i%2], at(2+i))
	}
	seconds := func(q HistoryQuery) (all []int) {
		for {
			page, next, err := s.History(tenant, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page {
				all = append(all, it.At.Time().Second())
			}
			if next == "" {
				return all
			}
			q.Token = next
		}
	}
	instant := func(s int) *metric.Instant { return new(metric.At(at(s))) }
	for name, c := range map[string]struct {
		q    HistoryQuery
		want []int
	}{
		"newest first": {HistoryQuery{Max: 3}, []int{7, 6, 5, 4, 3, 2, 1, 0}},
		"oldest first": {HistoryQuery{Max: 3, Ascending: true, AlarmName: "cpu"}, []int{0, 2, 3, 4, 5, 6, 7}},
		"type":         {HistoryQuery{Type: ConfigurationUpdate, Max: 1}, []int{1, 0}},
		"range":        {HistoryQuery{Start: instant(3), End: instant(5), Max: 2}, []int{5, 4, 3}},
		"range up":     {HistoryQuery{Start: instant(3), End: instant(5), Ascending: true, AlarmName: "cpu", Max: 2}, []int{3, 4, 5}},
		"unknown":      {HistoryQuery{AlarmName: "none"}, nil},
	} {
		if diff := cmp.Diff(c.want, seconds(c.q)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, noon.Add(-31*24*time.Hour), nil)
	for i := range forgetBatch + 10 {
		s.set(t, "cpu", []State{Alarming, OK}[i%2], noon.Add(-30*24*time.Hour-time.Minute))
	}
	s.set(t, "cpu", InsufficientData, noon.Add(-30*24*time.Hour))
	other := metric.Tenant{Account: "000000000001", Region: "eu-west-1"}
	p := cpu()
	p.AlarmActions = nil
	if err := s.Put(t.Context(), other, p, noon.Add(-40*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if items := history(t, s, HistoryQuery{}); len(items) != 1 {
		t.Errorf("%d items are left", len(items))
	}
	if items := history(t, s, HistoryQuery{AlarmName: "cpu"}); len(items) != 1 {
		t.Errorf("%d items are left in the index", len(items))
	}
	if items, _, err := s.History(other, HistoryQuery{}); err != nil || len(items) != 0 {
		t.Errorf("%d items of another tenant are left, %v", len(items), err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), func(p *Put) { p.Tags = []Tag{{"create", "original"}, {"keep", "yes"}} })
	arn := Key{tenant, "cpu"}.ARN()
	if err := s.Tag(t.Context(), tenant, arn, []Tag{{"dup", "1"}, {"create", "new"}, {"dup", "2"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Tag(t.Context(), tenant, arn, []Tag{{"a", ""}, {"aws:b", ""}}); !fault.Is(err, fault.Denied) {
		t.Errorf("reserved key: %v", err)
	}
	if err := s.Untag(t.Context(), tenant, arn, []string{"keep", "none"}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Tags(tenant, arn)
	if diff := cmp.Diff([]Tag{{"create", "new"}, {"dup", "2"}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if err := s.Delete(t.Context(), tenant, []string{"cpu"}, at(1)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Tags(tenant, arn); err != nil || len(got) != 0 {
		t.Errorf("tags of a deleted alarm: %v, %v", got, err)
	}
	for what, err := range map[string]error{
		"tag deleted":   s.Tag(t.Context(), tenant, arn, nil),
		"untag deleted": s.Untag(t.Context(), tenant, arn, nil),
		"list unknown":  func() error { _, err := s.Tags(tenant, arn+"x"); return err }(),
		"other account": func() error {
			_, err := s.Tags(tenant, Key{metric.Tenant{Account: "1", Region: "us-east-1"}, "cpu"}.ARN())
			return err
		}(),
	} {
		if f := fault.Of(err); err == nil || f.Kind != fault.NotFound || f.Subject != "tagged" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whoever came in first is not always the first to have its turn: the history
// is in the order of what happened all the same.
func TestTimeDoesNotGoBack(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	s.set(t, "cpu", Alarming, at(5))
	s.set(t, "cpu", OK, at(3))
	put(t, s, at(7), func(p *Put) { *p.Threshold = 1 })
	put(t, s, at(6), func(p *Put) { *p.Threshold = 2 })
	var got []string
	for _, it := range history(t, s, HistoryQuery{Ascending: true}) {
		got = append(got, it.At.Time().Format("05 ")+it.Summary)
	}
	want := []string{
		`00 Alarm "cpu" created`, "05 Alarm updated from INSUFFICIENT_DATA to ALARM", "05 Alarm updated from ALARM to OK",
		`07 Alarm "cpu" updated`, `07 Alarm "cpu" updated`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
